// What each simulated camera sees of the scene plane: the left one a crop, the right one through a known homography and exposure.
// Never draws.

import { invert, mapPoint, multiply, ofUnitSquare, scaling, translation, type Homography, type Point } from './homography.ts'
import { toPlane } from './ground-plan.ts'
import type { RigFormat, Side } from './rig-format.ts'

/** Coordinates are continuous: a pixel's centre lies at +0.5. */
export type View = {
  readonly width: number
  readonly height: number
  /** A place of the scene plane in this picture. */
  fromPlane(u: number, v: number): Point
  toPlane(x: number, y: number): Point
  /** A point of the world, in metres, in this picture. */
  project(x: number, y: number, z: number): Point
  readonly exposure: Exposure
}

/** Per channel: seen = gain * true + offset, of values from 0 to 255. */
export type Exposure = { readonly gain: readonly [red: number, green: number, blue: number]; readonly offset: number }

/** The right picture's corners in the scene plane: 25 % overlap, keystone, 1.2 degrees of roll. */
const rightCorners: readonly [Point, Point, Point, Point] = [
  [1432, -38],
  [3420, -95],
  [3440, 1175],
  [1425, 1122],
]

export function viewOf(side: Side, format: RigFormat): View {
  const { width, height } = format
  const toScene = multiply(side === 'left' ? scaling(1920, 1080) : ofUnitSquare(rightCorners), scaling(1 / width, 1 / height))
  const fromScene = invert(toScene)
  return {
    width,
    height,
    fromPlane: (u, v) => mapPoint(fromScene, u, v),
    toPlane: (x, y) => mapPoint(toScene, x, y),
    project: (x, y, z) => {
      const [u, v] = toPlane(x, y, z)
      return mapPoint(fromScene, u, v)
    },
    exposure: side === 'left' ? { gain: [1, 1, 1], offset: 0 } : { gain: [0.9, 0.88, 0.85], offset: 5 },
  }
}

/** A rig's geometry in the shape of a calibration file, pixel centres at whole numbers. */
export type SimulatedCalibration = {
  readonly version: 1
  readonly left: { readonly width: number; readonly height: number }
  readonly right: { readonly width: number; readonly height: number }
  /** Right image pixel to left image pixel, row-major. */
  readonly homography: Homography
}

export function simulatedCalibration({ width, height }: RigFormat): SimulatedCalibration {
  const rightToScene = multiply(ofUnitSquare(rightCorners), scaling(1 / width, 1 / height))
  const sceneToLeft = scaling(width / 1920, height / 1080)
  const homography = multiply(translation(-0.5, -0.5), multiply(sceneToLeft, multiply(rightToScene, translation(0.5, 0.5))))
  return { version: 1, left: { width, height }, right: { width, height }, homography }
}
