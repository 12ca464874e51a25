// Left above right, nothing scaled, nothing lost; of two sizes the narrower one stands in the middle, black beside it. Pure: copies rows.
// Never blends, crops or waits.

import type { PictureSize } from '../picture.ts'
import type { Layout } from './canvas.ts'
import { openCopy } from './copy.ts'

export function stacked(left: PictureSize, right: PictureSize = left): Layout {
  const canvas: PictureSize = { width: Math.max(left.width, right.width), height: left.height + right.height }
  const drawLeft = openCopy(left, canvas, { x: 0, y: 0, width: canvas.width, height: left.height })
  const drawRight = openCopy(right, canvas, { x: 0, y: left.height, width: canvas.width, height: right.height })
  return {
    name: 'stacked',
    canvas,
    compose: (pictures, out) => {
      drawLeft(pictures.left, out)
      drawRight(pictures.right, out)
    },
  }
}
