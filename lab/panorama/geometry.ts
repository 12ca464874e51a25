// The rig of the measured films: the left camera sees a crop of a wide plane, the right one the same plane through a known homography.
// Pure. Points are pixels, the centre of the first one at (0, 0).

import type { Calibration } from '../../src/merge/stitch/calibration.ts'
import { apply, invert, multiply, scaled, type Matrix3, type Point } from '../../src/merge/stitch/homography.ts'
import { ofUnitSquare } from '../../src/capture/pitch/homography.ts'

export const camera = { width: 1920, height: 1080, fps: 30 } as const

/** The whole panorama, in the left picture's plane: the size that the original makes of two such cameras. */
export const panorama = { width: 3392, height: 1080 } as const

/** Where the corner pixels of the right picture lie: a quarter of it is in the left one, too; keystone and 1.2 degrees of roll. */
const corners = [
  [1432, -38],
  [3420, -95],
  [3440, 1175],
  [1425, 1122],
] as const

/** The columns in which both cameras see the whole height. */
export const overlap = { from: 1456, to: 1904 } as const

/** Right picture to left picture. */
export const homography: Matrix3 = scaled(
  multiply(ofUnitSquare([corners[0], corners[1], corners[2], corners[3]]), [
    1 / (camera.width - 1),
    0,
    0,
    0,
    1 / (camera.height - 1),
    0,
    0,
    0,
    1,
  ]),
)

const toRight = invert(homography)
export const inRight = (x: number, y: number): Point => apply(toRight, { x, y })

/** What the scene's drawer and the peers are told. */
export const calibration = {
  version: 1,
  left: { width: camera.width, height: camera.height },
  right: { width: camera.width, height: camera.height },
  homography,
} as const satisfies Calibration
