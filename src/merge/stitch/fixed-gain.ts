// Gain and offset of a picture's planes, in the whole numbers that the kernel counts in. Pure.
// Never measures: what brings two pictures to one exposure is found elsewhere.

import type { Exposure } from './exposure.ts'

export const neutralExposure: Exposure = { y: [1, 0], u: [1, 0], v: [1, 0] }

/** `gain` in 1/16384, a multiple of 4; `offset` in 1/32 of a code value, with the half that rounds. */
export type FixedGain = { readonly gain: number; readonly offset: number }

/** Of Y, U and V, kept within what sixteen bits hold. */
export const fixedGains = ({ y, u, v }: Exposure): readonly [FixedGain, FixedGain, FixedGain] => [
  fixed(y, 16),
  fixed(u, 128),
  fixed(v, 128),
]

function fixed([gain, offset]: readonly [number, number], pivot: number): FixedGain {
  const held = Math.min(Math.max(gain, 0), 1.99)
  const shift = Math.min(Math.max(offset, -128), 128)
  return { gain: 4 * Math.round(held * 4_096), offset: Math.round((pivot - pivot * held + shift + 0.5) * 32) }
}
