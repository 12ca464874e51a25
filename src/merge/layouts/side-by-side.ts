// Left beside right, nothing scaled, nothing lost; of two sizes the smaller one stands in the middle of its half. Pure: copies rows.
// Never blends, crops or waits.

import type { PictureSize } from '../picture.ts'
import type { Layout } from './canvas.ts'
import { openCopy } from './copy.ts'

export function sideBySide(left: PictureSize, right: PictureSize = left): Layout {
  const canvas: PictureSize = { width: left.width + right.width, height: Math.max(left.height, right.height) }
  const drawLeft = openCopy(left, canvas, { x: 0, y: 0, width: left.width, height: canvas.height })
  const drawRight = openCopy(right, canvas, { x: left.width, y: 0, width: right.width, height: canvas.height })
  return {
    name: 'side-by-side',
    canvas,
    compose: (pictures, out) => {
      drawLeft(pictures.left, out)
      drawRight(pictures.right, out)
    },
  }
}
