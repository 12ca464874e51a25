// Which way of reading out a sensor serves a rig: the whole field of view first, then the rate, then the least work.
// Pure; never leaves the choice to the library, whose own differs between two sizes that are nearly the same.

import { EzrecError } from '../../base/errors.ts'
import type { RigFormat } from '../pitch/rig-format.ts'
import type { CsiCamera, SensorMode } from './rpicam-listing.ts'

export type ChosenMode = {
  readonly mode: SensorMode
  /** What the picture leaves out of the sensor's widest view, 0 to 1; 0 is the full field of view. */
  readonly lostView: number
}

/** Two cameras that must run in step need room below the sensor's highest rate to be nudged. */
export const syncHeadroom = 1.1

/** The same sensor gets the same mode on both sides, whatever the side. Errors: `invalid`, naming what the sensor offers. */
export function chooseSensorMode(camera: CsiCamera, { width, height, fps }: RigFormat, headroom = 1): ChosenMode {
  const widest = Math.max(0, ...camera.modes.map(viewOf))
  const fit = camera.modes
    .filter((mode) => mode.maxFps >= fps * headroom && mode.width >= width && mode.height >= height)
    .toSorted((a, b) => viewOf(b) - viewOf(a) || a.width * a.height - b.width * b.height || a.bitDepth - b.bitDepth)
  const mode = fit[0]
  if (mode) return { mode, lostView: Math.round((1 - viewOf(mode) / widest) * 1000) / 1000 }
  const offers = camera.modes.map((each) => `${each.width}x${each.height} up to ${each.maxFps}`).join(', ')
  throw new EzrecError('invalid', `the ${camera.model} has no mode of ${width}x${height} at ${fps} frames a second`, {
    hint: `set RESOLUTION and RECORDING_FPS to what it offers: ${offers || 'nothing that can be used'}`,
    facts: { model: camera.model, path: camera.path },
  })
}

/** The mode as a setting may name it: `1536x864`, or with the bits of a pixel `1536x864x10`. */
export function namedSensorMode(camera: CsiCamera, name: { width: number; height: number; bitDepth?: number }): SensorMode | undefined {
  return camera.modes.find(
    (mode) => mode.width === name.width && mode.height === name.height && (name.bitDepth === undefined || mode.bitDepth === name.bitDepth),
  )
}

const viewOf = ({ crop }: SensorMode): number => crop.width * crop.height
