// A camera's own time on our clocks: from the anchors of a take, the earliest arrivals of its pictures.
// Pure and causal: what is said of a moment follows only from what was known then, so that live and later agree.

import type { Anchor, Take } from '../capture/take.ts'

/** How far back anchors count: long enough to meet one prompt arrival, short enough that 100 ppm of drift stay below 2 ms. */
const windowTicks = 20 * 90_000

/** A take has no past where it begins: its first segment looks this far ahead, and at the anchor that shows that no more can come from there. A program
 *  that starts on a busy machine has all of its first second late (measured: 196 ms), and is prompt in its second one. */
const headStartTicks = 90_000

/** A later one looks no nearer than this, but for what its take's first one knew: the journal may be a moment behind its footage, and what is said
 *  must not change when it follows. */
const tellingTicks = 2 * 90_000

/** Our time of camera time zero: add a picture's time stamp to get when it arrived at the soonest. Microseconds. */
export type ClockOffset = { readonly monotonicUs: number; readonly utcUs: number }

export const ticksToUs = (ticks: number): number => (ticks * 100) / 9

/** The offset that holds for the segment that begins at `firstTicks`, or `undefined` while it is not yet known. */
export function offsetAt(
  { anchors, ended, opened }: Pick<Take, 'anchors' | 'ended' | 'opened'>,
  firstTicks: number,
): ClockOffset | undefined {
  const headTicks = Math.min(firstTicks, opened[0]?.firstTicks ?? firstTicks) + headStartTicks
  if (ended === undefined && (anchors.at(-1)?.ticks ?? 0) <= headTicks) return undefined // more may come for its beginning
  const toldUntil = firstAfter(anchors, firstTicks - tellingTicks)
  const known = anchors.slice(firstAfter(anchors, firstTicks - windowTicks), Math.max(toldUntil, firstAfter(anchors, headTicks) + 1))
  if (known.length > 0) return earliest(known)
  // Nothing in reach, because it gave nothing for so long, or too little in all: the nearest there is before it, or behind it.
  const nearest = anchors[Math.max(0, toldUntil - 1)]
  return nearest && earliest([nearest])
}

/** Index of the first anchor later than `ticks`; anchors are in order. */
function firstAfter(anchors: readonly Anchor[], ticks: number): number {
  let low = 0
  let high = anchors.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((anchors[middle]?.ticks ?? 0) > ticks) high = middle
    else low = middle + 1
  }
  return low
}

function earliest(anchors: readonly Anchor[]): ClockOffset {
  const least = (of: (anchor: Anchor) => number): number =>
    anchors.reduce((low, anchor) => Math.min(low, of(anchor)), Number.POSITIVE_INFINITY)
  return {
    monotonicUs: least((anchor) => anchor.monotonicUs - ticksToUs(anchor.ticks)),
    utcUs: least((anchor) => anchor.utcMs * 1_000 - ticksToUs(anchor.ticks)),
  }
}
