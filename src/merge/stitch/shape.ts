// What becomes of the right picture's outline when it is laid beside the left one: whole, turned inside out, folded, or on the wrong side. Pure.
// Never looks at what the pictures show.

import type { Calibration } from './calibration.ts'
import { projectedOf } from './projected.ts'

export type Shape = 'sound' | 'mirrored' | 'folded' | 'swapped'

/** Cells across a picture. */
const columns = 16
const rows = 9
/** A picture whose cells differ more than this in size is stretched out of all shape. */
const mostStretch = 40

export function shapeOf(calibration: Calibration): Shape {
  const [left, right] = [cellAreas(calibration, 'left'), cellAreas(calibration, 'right')]
  if (left.some((area) => !(area > 0))) return 'folded'
  if (right.every((area) => area < 0)) return 'mirrored'
  if (right.some((area) => !(area > 0))) return 'folded'
  const all = [...left, ...right]
  if (!all.every(Number.isFinite) || Math.max(...all) > mostStretch * Math.min(...all)) return 'folded'
  return middleOf(calibration, 'right') > middleOf(calibration, 'left') ? 'sound' : 'swapped'
}

function middleOf(calibration: Calibration, side: 'left' | 'right'): number {
  const { width, height } = calibration[side]
  return projectedOf(calibration, side)({ x: width / 2, y: height / 2 }).x
}

/** Signed areas of the cells, in squares of the projection for one of the picture: negative when turned inside out. */
function cellAreas(calibration: Calibration, side: 'left' | 'right'): readonly number[] {
  const { width, height } = calibration[side]
  const project = projectedOf(calibration, side)
  const corners = Array.from({ length: (columns + 1) * (rows + 1) }, (_, n) =>
    project({ x: ((n % (columns + 1)) * (width - 1)) / columns, y: (Math.floor(n / (columns + 1)) * (height - 1)) / rows }),
  )
  const none = { x: Number.NaN, y: Number.NaN }
  return Array.from({ length: columns * rows }, (_, n) => {
    const at = Math.floor(n / columns) * (columns + 1) + (n % columns)
    const [a, b, c, d] = [
      corners[at] ?? none,
      corners[at + 1] ?? none,
      corners[at + columns + 2] ?? none,
      corners[at + columns + 1] ?? none,
    ]
    const doubled = (c.x - a.x) * (d.y - b.y) - (d.x - b.x) * (c.y - a.y)
    return (doubled / 2) * ((columns * rows) / (width * height))
  })
}
