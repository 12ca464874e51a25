// A camera with a lens that bends: from the world to its picture and back. Two of them make a rig.
// Never draws. The lens is the model of calibration files (Brown and Conrady, two radial terms), whose points are written here a half pixel higher.

import type { RigFormat, RigKind, Side } from '../pitch/rig-format.ts'
import type { Exposure } from '../pitch/view.ts'
import type { Vector } from './vector.ts'

export type CourtRig = Exclude<RigKind, 'planar'>

export type CourtCamera = {
  readonly width: number
  readonly height: number
  readonly exposure: Exposure
  readonly pose: Pose
  readonly lens: Lens
  /** Focal lengths to the right and down from where the lens looks, and metres of depth; `undefined` behind the camera. */
  toIdeal(point: Vector): readonly [u: number, v: number, depth: number] | undefined
  /** Where an ideal point (in focal lengths) stands in the picture: continuous, a pixel's centre at +0.5. */
  bend(u: number, v: number): readonly [x: number, y: number]
  /** The direction in which a place of the picture looks; its part along the view is 1. */
  ray(x: number, y: number): Vector
}

/** Pixels of an ideal picture of this width; centre with pixel centres at whole numbers. */
export type Lens = {
  readonly focalPx: number
  readonly centreX: number
  readonly centreY: number
  readonly k1: number
  readonly k2: number
}

/** Where a camera stands and its own axes in the world. */
export type Pose = { readonly at: Vector; readonly right: Vector; readonly down: Vector; readonly ahead: Vector }

/** As it was mounted: metres, degrees, lens in pixels at a width of 1920. */
type Mounting = {
  readonly at: Vector
  /** To the right, downwards, clockwise. */
  readonly yaw: number
  readonly tilt: number
  readonly roll: number
  readonly focal: number
  readonly centre: readonly [x: number, y: number]
  readonly k1: number
  readonly k2: number
}

/** `real`: on one mast, 0.3 m apart, turned outwards by 60 degrees to each other: a quarter of each picture is in the other one, too.
 *  `opposite`: above the glass at the two ends of a padel court. */
const mountings: Readonly<Record<CourtRig, Readonly<Record<Side, Mounting>>>> = {
  real: {
    left: { at: [-0.15, 4.2, 0], yaw: -30.4, tilt: 12.5, roll: 0.7, focal: 1300, centre: [5, -3], k1: -0.2, k2: 0.03 },
    right: { at: [0.15, 4.21, 0.01], yaw: 30.1, tilt: 12.1, roll: -0.5, focal: 1306, centre: [-4, 6], k1: -0.195, k2: 0.028 },
  },
  opposite: {
    left: { at: [0.25, 3.7, 0.2], yaw: -0.6, tilt: 20, roll: 0.4, focal: 1080, centre: [3, 2], k1: -0.16, k2: 0.02 },
    right: { at: [-0.3, 3.75, 19.8], yaw: 180.9, tilt: 20.5, roll: -0.6, focal: 1086, centre: [-5, 1], k1: -0.155, k2: 0.019 },
  },
}

/** The same difference between the two as on the planar rig. */
const exposures: Readonly<Record<Side, Exposure>> = {
  left: { gain: [1, 1, 1], offset: 0 },
  right: { gain: [0.9, 0.88, 0.85], offset: 5 },
}

export function courtCamera(rig: CourtRig, side: Side, { width, height }: Pick<RigFormat, 'width' | 'height'>): CourtCamera {
  const mounted = mountings[rig][side]
  const pose = poseOf(mounted)
  const scale = width / 1920
  const { k1, k2 } = mounted
  const lens = {
    focalPx: mounted.focal * scale,
    centreX: (width - 1) / 2 + mounted.centre[0] * scale,
    centreY: (height - 1) / 2 + mounted.centre[1] * scale,
    k1,
    k2,
  }
  const { at, right, down, ahead } = pose
  return {
    width,
    height,
    exposure: exposures[side],
    pose,
    lens,
    toIdeal: (point) => {
      const x = point[0] - at[0]
      const y = point[1] - at[1]
      const z = point[2] - at[2]
      const depth = ahead[0] * x + ahead[1] * y + ahead[2] * z
      if (depth < nearest) return undefined
      return [(right[0] * x + right[1] * y + right[2] * z) / depth, (down[0] * x + down[1] * y + down[2] * z) / depth, depth]
    },
    bend: (u, v) => {
      const squared = u * u + v * v
      const by = lens.focalPx * (1 + squared * (k1 + squared * k2))
      return [lens.centreX + 0.5 + u * by, lens.centreY + 0.5 + v * by]
    },
    ray: (x, y) => {
      const shownU = (x - 0.5 - lens.centreX) / lens.focalPx
      const shownV = (y - 0.5 - lens.centreY) / lens.focalPx
      const by = straightened(Math.sqrt(shownU * shownU + shownV * shownV), lens)
      const u = shownU * by
      const v = shownV * by
      return [ahead[0] + right[0] * u + down[0] * v, ahead[1] + right[1] * u + down[1] * v, ahead[2] + right[2] * u + down[2] * v]
    },
  }
}

/** Metres: what is closer than this to a camera's plane is not drawn. */
const nearest = 0.2

/** How much further out an ideal camera shows what is shown at this radius: Newton's method. */
function straightened(shown: number, { k1, k2 }: Lens): number {
  if (shown === 0) return 1
  let radius = shown
  for (let n = 0; n < 12; n += 1) {
    const squared = radius * radius
    const step = (radius * (1 + squared * (k1 + squared * k2)) - shown) / (1 + squared * (3 * k1 + 5 * k2 * squared))
    radius -= step
    if (Math.abs(step) < 1e-10) break
  }
  return radius / shown
}

function poseOf({ at, yaw, tilt, roll }: Mounting): Pose {
  const [sinYaw, cosYaw] = sinCos(yaw)
  const [sinTilt, cosTilt] = sinCos(tilt)
  const [sinRoll, cosRoll] = sinCos(roll)
  const ahead: Vector = [cosTilt * sinYaw, -sinTilt, cosTilt * cosYaw]
  const level: Vector = [cosYaw, 0, -sinYaw]
  const below: Vector = [-sinTilt * sinYaw, -cosTilt, -sinTilt * cosYaw]
  return {
    at,
    ahead,
    right: [level[0] * cosRoll + below[0] * sinRoll, below[1] * sinRoll, level[2] * cosRoll + below[2] * sinRoll],
    down: [below[0] * cosRoll - level[0] * sinRoll, below[1] * cosRoll, below[2] * cosRoll - level[2] * sinRoll],
  }
}

const sinCos = (degrees: number): readonly [number, number] => [Math.sin((degrees * Math.PI) / 180), Math.cos((degrees * Math.PI) / 180)]
