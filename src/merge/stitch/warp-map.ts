// Where each pixel of the canvas comes from: through projection, homography and lens to a point of the left and of the right picture.
// Pure. Never reads a picture.

import type { Calibration, CanvasWindow } from './calibration.ts'
import { facing, identity, invert, multiply, type Matrix3 } from './homography.ts'
import { distort, type Lens } from './lens.ts'

/** The point of a source picture that stands at a canvas pixel, luma pixels of both; `undefined` where this camera shows nothing of it. */
export type WarpMap = (x: number, y: number) => { readonly x: number; readonly y: number } | undefined

export type WarpMaps = { readonly left: WarpMap; readonly right: WarpMap }

/** Both cameras' maps into a window of the calibration's projection. */
export function warpMapsOf(calibration: Calibration, { x, y }: Pick<CanvasWindow, 'x' | 'y'>): WarpMaps {
  const { projection, lens, homography } = calibration
  const reference = projection?.reference ?? identity
  const point = projection?.kind === 'cylindrical' ? cylinder(projection.focalPx) : plane
  const shifted = (u: number, v: number): readonly [number, number, number] => point(u + x, v + y)
  return {
    left: sourceOf(shifted, facing(reference), calibration.left, lens?.left),
    right: sourceOf(shifted, multiply(facing(invert(homography)), facing(reference)), calibration.right, lens?.right),
  }
}

type Ray = (x: number, y: number) => readonly [number, number, number]

const plane: Ray = (x, y) => [x, y, 1]

const cylinder =
  (focalPx: number): Ray =>
  (x, y) => [Math.sin(x / focalPx), y / focalPx, Math.cos(x / focalPx)]

function sourceOf(
  ray: Ray,
  [a, b, c, d, e, f, g, h, i]: Matrix3,
  size: { width: number; height: number },
  lens: Lens | undefined,
): WarpMap {
  const shown = lens ? distort(lens) : undefined
  return (x, y) => {
    const [u, v, t] = ray(x, y)
    const w = g * u + h * v + i * t
    if (w <= 1e-9) return undefined // behind the camera
    const ideal = { x: (a * u + b * v + c * t) / w, y: (d * u + e * v + f * t) / w }
    const at = shown ? shown(ideal) : ideal
    const inside = at !== undefined && at.x >= -0.5 && at.y >= -0.5 && at.x <= size.width - 0.5 && at.y <= size.height - 0.5
    return inside ? at : undefined
  }
}
