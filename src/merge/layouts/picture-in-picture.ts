// One camera fills the canvas, the other one stands small in a corner, shrunk by area average, with a thin border. Pure.
// While the large one is lost and the other one is there, they change places: what can be seen is seen large.

import type { Corner } from '../../../config/picture-words.ts'
import type { Camera } from '../../capture/take.ts'
import type { PictureSize } from '../picture.ts'
import { evenBelow, otherOf, type Cell, type Layout, type Sizes } from './canvas.ts'
import { openPaint, type Drawing } from './copy.ts'
import { fitInside, openFit } from './shrink.ts'
import { largeOf } from './single.ts'

/** Of the canvas' width and height. A quarter of a camera of the same size is a whole number of its pixels. */
const insetShare = 1 / 4
const marginShare = 1 / 40
const borderPixels = 2
const borderLuma = 180

export function pictureInPicture(sizes: Sizes, main: Camera, corner: Corner): Layout {
  const canvas = sizes[main]
  const whole = { x: 0, y: 0, ...canvas }
  const large = { left: openFit(sizes.left, canvas, whole), right: openFit(sizes.right, canvas, whole) }
  const small = { left: openInset(sizes.left, canvas, corner), right: openInset(sizes.right, canvas, corner) }
  return {
    name: 'picture-in-picture',
    canvas,
    compose: (pictures, out, lost) => {
      const shown = largeOf(main, lost)
      large[shown](pictures[shown], out)
      small[otherOf(shown)](pictures[otherOf(shown)], out)
    },
  }
}

function openInset(size: PictureSize, canvas: PictureSize, corner: Corner): Drawing {
  const cell = insetCell(fitInside(size, { width: canvas.width * insetShare, height: canvas.height * insetShare }), canvas, corner)
  const [x, y] = [cell.x - borderPixels, cell.y - borderPixels]
  const frame = openPaint(canvas, { x, y, width: cell.width + 2 * borderPixels, height: cell.height + 2 * borderPixels }, borderLuma)
  const draw = openFit(size, canvas, cell)
  return (picture, out) => {
    frame(out)
    draw(picture, out)
  }
}

/** Where the small picture stands, its border left out. Pure. */
export function insetCell({ width, height }: PictureSize, canvas: PictureSize, corner: Corner): Cell {
  const away = Math.max(2 * borderPixels, evenBelow(canvas.width * marginShare))
  return {
    width,
    height,
    x: corner.endsWith('left') ? away : canvas.width - away - width,
    y: corner.startsWith('top') ? away : canvas.height - away - height,
  }
}
