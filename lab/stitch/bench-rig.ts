// The rig of the planar comparisons: two pictures of 1920x1080 of one plane, the right one a keystone turned by a degree, a quarter shared.
// Never measured: these are the numbers that its pictures are made with.

import type { Calibration } from '../../src/merge/stitch/calibration.ts'
import { invert, scaled, type Matrix3, type Point } from '../../src/merge/stitch/homography.ts'

const size = { width: 1920, height: 1080 } as const

export const canvas = { width: 3392, height: 1080 } as const

/** Where the peers blend: a little inside of what both see, on columns that they can cut at. */
export const blendColumns = { from: 1456, to: 1904 } as const

/** Without a seam: the stitch finds the middle itself. */
export const benchRig: Calibration = {
  version: 1,
  left: size,
  right: size,
  // Where the corners of the right picture lie in the left one's plane: the upper two, then the lower two, each from the left.
  homography: fromCorners([
    { x: 1432, y: -38 },
    { x: 3420, y: -95 },
    { x: 1425, y: 1122 },
    { x: 3440, y: 1175 },
  ]),
  canvas: { x: 0, y: 0, ...canvas },
}

/** From a place of the canvas to the right picture. */
export const toRight: Matrix3 = invert(benchRig.homography)

/** The mapping of a picture's corner pixels to four points. */
function fromCorners([a, b, c, d]: readonly [Point, Point, Point, Point]): Matrix3 {
  const far = { x: a.x - b.x - c.x + d.x, y: a.y - b.y - c.y + d.y }
  const right = { x: b.x - d.x, y: b.y - d.y }
  const down = { x: c.x - d.x, y: c.y - d.y }
  const area = right.x * down.y - down.x * right.y
  const g = (far.x * down.y - down.x * far.y) / area
  const h = (right.x * far.y - far.x * right.y) / area
  const [width, height] = [size.width - 1, size.height - 1]
  const [x, y, w] = [
    [(b.x - a.x + g * b.x) / width, (c.x - a.x + h * c.x) / height, a.x],
    [(b.y - a.y + g * b.y) / width, (c.y - a.y + h * c.y) / height, a.y],
    [g / width, h / height, 1],
  ] as const
  return scaled([...x, ...y, ...w])
}
