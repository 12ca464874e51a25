// What a loop camera is told on its command line: which loops it plays and how its clock and its faults differ from a perfect one.
// Never touches a file: the loops are ready before the camera starts.

import { readFaults, type Faults } from './faults.ts'
import type { Fields } from './fields.ts'

export type CameraSettings = {
  /** Folders of ready loops; `still` and `black` only where a fault needs them. */
  readonly loops: { readonly live: string; readonly still?: string | undefined; readonly black?: string | undefined }
  readonly phaseMs: number
  /** Emission is this much later than capture; the time stamps do not tell. Milliseconds. */
  readonly latencyMs: number
  readonly driftPpm: number
  /** PTS of the first frame in 90 kHz ticks. */
  readonly firstPtsTicks: number
  readonly faults: Faults
}

/** Errors: TypeError that names the field. */
export function readCameraSettings(given: Fields): CameraSettings {
  const loops = given.object('loops')
  return {
    loops: { live: loops.text('live'), still: loops.optionalText('still'), black: loops.optionalText('black') },
    phaseMs: given.number('phaseMs', { least: 0 }),
    latencyMs: given.number('latencyMs', { least: 0 }),
    driftPpm: given.number('driftPpm'),
    firstPtsTicks: given.number('firstPtsTicks', { least: 0, whole: true }),
    faults: readFaults(given.object('faults')),
  }
}
