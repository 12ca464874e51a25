// The free stretch nearest to one that is taken, of the same length: what a refused booking may be moved to.
// Pure: windows in, a window out.

import type { Window } from './booking.ts'

/** How far off a slot is looked for. */
export const nearMs = 24 * 3_600_000

/** The start moves as little as it can; of two as near, the later. `undefined` when there is none within a day. */
export function nearestFree(wanted: Window, taken: readonly Window[], nowMs: number): Window | undefined {
  const lengthMs = wanted.endsAtMs - wanted.startsAtMs
  const fits = (startsAtMs: number): boolean =>
    startsAtMs >= nowMs && taken.every((each) => each.endsAtMs <= startsAtMs || each.startsAtMs >= startsAtMs + lengthMs)
  const starts = [wanted.startsAtMs, nowMs, ...taken.flatMap((each) => [each.endsAtMs, each.startsAtMs - lengthMs])]
  const [nearest] = starts
    .filter((startsAtMs) => Math.abs(startsAtMs - wanted.startsAtMs) <= nearMs && fits(startsAtMs))
    .toSorted((a, b) => Math.abs(a - wanted.startsAtMs) - Math.abs(b - wanted.startsAtMs) || b - a)
  return nearest === undefined ? undefined : { startsAtMs: nearest, endsAtMs: nearest + lengthMs }
}
