// What is known of the geometry of a drawn rig, in the shape of a calibration file: its cameras need no calibration by hand.
// Never guesses: two cameras that are no drawn pair have none.

import { courtCalibration } from '../court/court-calibration.ts'
import type { RigFormat, RigKind } from '../pitch/rig-format.ts'
import { simulatedCalibration } from '../pitch/view.ts'
import { parseSourceSpec } from './source-spec.ts'

/** `undefined` for the rig whose cameras share no view. */
export const calibrationOfRig = (rig: RigKind, format: RigFormat): object | undefined =>
  rig === 'opposite' ? undefined : rig === 'planar' ? simulatedCalibration(format) : courtCalibration(format)

/** Of the cameras as they are set: `undefined` unless they are the two of one drawn rig, each on its side. */
export function calibrationOfSources(left: string, right: string, format: RigFormat): object | undefined {
  const [a, b] = [parseSourceSpec(left, 'left', '/'), parseSourceSpec(right, 'right', '/')]
  if (a.kind !== 'simulated' || b.kind !== 'simulated' || a.rig !== b.rig || a.view !== 'left' || b.view !== 'right') return undefined
  return calibrationOfRig(a.rig, format)
}
