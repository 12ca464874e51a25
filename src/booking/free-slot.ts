// The free time nearest to one that was asked for and is taken, of the same length: what a refusal offers instead.
// Pure. Never promises it: somebody else may be faster.

import type { Window } from './booking.ts'

/** `taken` in any order, overlaps allowed. Nothing outside `[fromMs, toMs]` is offered; `undefined` when nothing there is free. */
export function nearestFreeSlot(
  wanted: Window,
  taken: readonly Window[],
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): Window | undefined {
  const lengthMs = wanted.endsAtMs - wanted.startsAtMs
  let nearest: number | undefined
  let freeFromMs = fromMs
  const offer = (untilMs: number): void => {
    const latestMs = untilMs - lengthMs
    if (latestMs < freeFromMs) return
    const startsAtMs = Math.min(Math.max(wanted.startsAtMs, freeFromMs), latestMs)
    if (nearest === undefined || distance(startsAtMs) < distance(nearest)) nearest = startsAtMs
  }
  const distance = (startsAtMs: number): number => Math.abs(startsAtMs - wanted.startsAtMs)
  for (const { startsAtMs, endsAtMs } of taken.toSorted((a, b) => a.startsAtMs - b.startsAtMs)) {
    offer(Math.min(startsAtMs, toMs))
    freeFromMs = Math.max(freeFromMs, endsAtMs)
  }
  offer(toMs)
  return nearest === undefined ? undefined : { startsAtMs: nearest, endsAtMs: nearest + lengthMs }
}
