// Where a point of a camera's picture lies in the calibration's projection: a warp map the other way round. Pure.
// Never cuts: a point outside the canvas has its place, too.

import type { Calibration } from './calibration.ts'
import { facing, identity, invert, multiply, type Matrix3, type Point } from './homography.ts'
import { undistort } from './lens.ts'

/** From pixels of one camera's picture to points of the projection; infinite where a plane has its horizon. */
export function projectedOf({ projection, lens, homography }: Calibration, side: 'left' | 'right'): (shown: Point) => Point {
  const ideal = lens ? undistort(lens[side]) : (point: Point): Point => point
  const toProjection = facing(invert(projection?.reference ?? identity))
  const [a, b, c, d, e, f, g, h, i]: Matrix3 = side === 'left' ? toProjection : multiply(toProjection, facing(homography))
  return (shown) => {
    const { x, y } = ideal(shown)
    const [u, v, w] = [a * x + b * y + c, d * x + e * y + f, g * x + h * y + i]
    if (projection?.kind !== 'cylindrical') return { x: u / w, y: v / w }
    return { x: projection.focalPx * Math.atan2(u, w), y: (projection.focalPx * v) / Math.hypot(u, w) }
  }
}
