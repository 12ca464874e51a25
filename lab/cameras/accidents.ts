// What happens to the cameras, in which order: ten of each kind, on the left and the right in turn, away for times that follow from the seed.
// Pure; how it is done to a device is devices.ts.

import { z } from 'zod'

export const accidentKinds = ['unplug', 'io-error', 'hang'] as const

export const accidentSchema = z.object({
  kind: z.enum(accidentKinds),
  camera: z.enum(['left', 'right']),
  /** Until it is given back; 0 for a fault that is over at once. */
  awayMs: z.int().nonnegative(),
})

export type AccidentKind = (typeof accidentKinds)[number]
export type Accident = z.infer<typeof accidentSchema>

/** How long a camera stays away. A hang must outlast the time after which it is seen. */
const awayRangeMs: Readonly<Record<AccidentKind, readonly [number, number]>> = {
  unplug: [500, 8_000],
  'io-error': [0, 0],
  hang: [4_000, 8_000],
}

/** `ofEach` of every kind, mixed evenly; each kind meets both cameras. */
export function drawAccidents(ofEach: number, random: () => number): Accident[] {
  return Array.from({ length: ofEach }, (_, round) =>
    accidentKinds.map((kind, n): Accident => {
      const [least, most] = awayRangeMs[kind]
      return { kind, camera: (round + n) % 2 === 0 ? 'left' : 'right', awayMs: Math.round(least + random() * (most - least)) }
    }),
  ).flat()
}
