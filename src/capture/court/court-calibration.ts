// The truth about the `real` rig as a calibration file says it: for the ground, with both lenses, on a level cylinder around the left camera.
// Pure. What stands above the ground is off by its parallax: that is the rig's point.

import { invert, multiply, type Homography } from '../pitch/homography.ts'
import type { RigFormat } from '../pitch/rig-format.ts'
import { courtCamera, type CourtCamera, type Lens } from './court-camera.ts'
import { minus } from './vector.ts'

/** In the shape of a calibration file, pixel centres at whole numbers. */
export type CourtCalibration = {
  readonly version: 1
  readonly left: { readonly width: number; readonly height: number }
  readonly right: { readonly width: number; readonly height: number }
  /** Right image to left image where both see the ground, without their lenses' distortion. */
  readonly homography: Homography
  readonly lens: { readonly left: Lens; readonly right: Lens }
  readonly projection: { readonly kind: 'cylindrical'; readonly reference: Homography; readonly focalPx: number }
}

export function courtCalibration({ width, height }: Pick<RigFormat, 'width' | 'height'>): CourtCalibration {
  const left = courtCamera('real', 'left', { width, height })
  const right = courtCamera('real', 'right', { width, height })
  return {
    version: 1,
    left: { width, height },
    right: { width, height },
    homography: multiply(fromWorld(left), multiply(overGround(left, right), invert(fromWorld(right)))),
    lens: { left: left.lens, right: right.lens },
    projection: { kind: 'cylindrical', reference: multiply(fromWorld(left), downwards), focalPx: left.lens.focalPx },
  }
}

/** A direction of the world to an ideal pixel. */
function fromWorld({ pose: { right, down, ahead }, lens: { focalPx, centreX, centreY } }: CourtCamera): Homography {
  return multiply([focalPx, 0, centreX, 0, focalPx, centreY, 0, 0, 1], [...right, ...down, ...ahead])
}

/** The right camera's direction to the left one's, where both look at the ground: a ray that falls by `d` meets it after height / d. */
function overGround(left: CourtCamera, right: CourtCamera): Homography {
  const [x, y, z] = minus(right.pose.at, left.pose.at)
  const height = right.pose.at[1]
  return [1, -x / height, 0, 0, 1 - y / height, 0, 0, -z / height, 1]
}

/** Rays of a cylinder point down with y, the world's up. */
const downwards: Homography = [1, 0, 0, 0, -1, 0, 0, 0, 1]
