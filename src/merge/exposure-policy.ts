// How the right picture is brought to the left one's light while a film is made: what was measured, followed slowly and smoothly.
// Pure: the next chunk's exposure follows from the chunks before it alone, so that a merge live, later or gone on with composes the same film.

import type { Exposure } from './stitch/exposure.ts'

/** Of the way to what was measured, so much is gone in one chunk. */
const share = 0.35
/** And at most so far a second: gain, and code values. Dusk is slower; a camera that corrects itself is caught up with in seconds. */
const mostGainASecond = 0.01
const mostOffsetASecond = 1

const planes = ['y', 'u', 'v'] as const

/** Where the exposure goes in the next chunk. Without a measurement it stays. */
export function nextExposure(now: Exposure, measured: Exposure | undefined, chunkSeconds: number): Exposure {
  if (!measured) return now
  const step = (from: number, to: number, most: number): number => from + Math.max(-most, Math.min(most, share * (to - from)))
  return mapPlanes((plane) => [
    rounded(step(now[plane][0], measured[plane][0], mostGainASecond * chunkSeconds)),
    rounded(step(now[plane][1], measured[plane][1], mostOffsetASecond * chunkSeconds)),
  ])
}

/** Part of the way from one exposure to another: within a chunk it moves evenly, so that nobody sees a step. */
export const between = (from: Exposure, to: Exposure, part: number): Exposure =>
  mapPlanes((plane) => [from[plane][0] + (to[plane][0] - from[plane][0]) * part, from[plane][1] + (to[plane][1] - from[plane][1]) * part])

function mapPlanes(of: (plane: (typeof planes)[number]) => [number, number]): Exposure {
  const [y, u, v] = planes.map(of)
  return { y: y ?? [1, 0], u: u ?? [1, 0], v: v ?? [1, 0] }
}

/** What is written into a row is what is counted with. */
const rounded = (value: number): number => Math.round(value * 1e5) / 1e5
