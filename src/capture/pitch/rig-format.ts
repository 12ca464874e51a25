// What both cameras of a rig must deliver: which side, how large, how often.
// Never knows where the pictures come from.

import { EzrecError } from '../../base/errors.ts'

export type Side = 'left' | 'right'

/** The rigs that are simulated: `planar` a pitch seen from one point, `real` a court whose cameras stand apart, `opposite` two ends of a court. */
export const rigKinds = ['planar', 'real', 'opposite'] as const
export type RigKind = (typeof rigKinds)[number]

/** What a camera must deliver: size in pixels (even), whole frames per second. */
export type RigFormat = { readonly width: number; readonly height: number; readonly fps: number }

/** The simulated match repeats after this long without a jump. */
export const loopSeconds = 20

/** Bytes of one yuv420p picture of this format. */
export const pictureBytes = (format: RigFormat): number => (format.width * format.height * 3) / 2

/** Refuses with `invalid` what this version's cameras cannot deliver. 256 pixels hold the counter; below 10 frames a second
 *  the program clock of MPEG-TS would be repeated too seldom. */
export function assertRigFormat(format: RigFormat): void {
  const faults = [
    ...evenWithin('width', format.width, 256, 4096),
    ...evenWithin('height', format.height, 64, 2304),
    ...(Number.isInteger(format.fps) && format.fps >= 10 && format.fps <= 60 ? [] : [`fps ${format.fps} is no whole number from 10 to 60`]),
  ]
  if (faults.length > 0)
    throw new EzrecError('invalid', `this picture format cannot be recorded: ${faults.join('; ')}`, {
      hint: 'use for example 1280x720 at 25 frames per second',
      facts: { ...format },
    })
}

const evenWithin = (name: string, value: number, least: number, most: number): string[] =>
  Number.isInteger(value) && value % 2 === 0 && value >= least && value <= most
    ? []
    : [`${name} ${value} is no even number of pixels from ${least} to ${most}`]
