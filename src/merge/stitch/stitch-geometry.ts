// All that a calibration says about how two pictures become one canvas: the maps, the window, the seam. Pure.
// Never knows of exposure, which changes while a film is made.

import type { PictureSize } from '../picture.ts'
import type { Calibration } from './calibration.ts'
import { canvasWindowOf } from './canvas-window.ts'
import { seamOf, type Seam } from './seam.ts'
import { warpMapsOf, type WarpMaps } from './warp-map.ts'

export type StitchGeometry = {
  readonly maps: WarpMaps
  readonly seam: Seam
  readonly canvas: PictureSize
  readonly left: PictureSize
  readonly right: PictureSize
}

/** Errors: invalid, when the pictures do not meet. */
export function geometryOf(calibration: Calibration): StitchGeometry {
  const { width, height, ...origin } = canvasWindowOf(calibration)
  const canvas = { width, height }
  const maps = warpMapsOf(calibration, origin)
  const { left, right } = calibration
  return { maps, seam: seamOf(calibration.seam, maps, canvas), canvas, left, right }
}
