// Both pictures side by side within a canvas that was made for something else: what a panorama becomes whose rig was moved in mid-film.
// Never changes the canvas; pictures are shrunk to their halves, black around.

import type { PictureSize } from '../picture.ts'
import { evenBelow, type Layout, type Sizes } from './canvas.ts'
import { openFit } from './shrink.ts'

export function sideBySideWithin(sizes: Sizes, canvas: PictureSize): Layout {
  const middle = evenBelow(canvas.width / 2)
  const drawLeft = openFit(sizes.left, canvas, { x: 0, y: 0, width: middle, height: canvas.height })
  const drawRight = openFit(sizes.right, canvas, { x: middle, y: 0, width: canvas.width - middle, height: canvas.height })
  return {
    name: 'side-by-side',
    canvas,
    compose: (pictures, out) => {
      drawLeft(pictures.left, out)
      drawRight(pictures.right, out)
    },
  }
}
