// A camera's own time on our clocks: from the anchors of a take, the earliest arrivals of its pictures.
// Pure and causal: what is said of a moment follows only from what was known then, so that live and later agree.

import type { Anchor, Take } from '../capture/take.ts'

/** How far back anchors count: long enough to meet one prompt arrival, short enough that 100 ppm of drift stay below 2 ms. */
const windowTicks = 20 * 90_000

/** The first segment of a take has no past: it looks this far ahead, and at the anchor that shows that no more can come from there. A program
 *  that starts on a busy machine has all of its first second late (measured: 196 ms), and is prompt in its second one. */
const headStartTicks = 90_000

/** A later one looks no nearer than this: the journal may be a moment behind its footage, and what is said must not change when it follows. */
const tellingTicks = 2 * 90_000

/** Our time of camera time zero: add a picture's time stamp to get when it arrived at the soonest. Microseconds. */
export type ClockOffset = { readonly monotonicUs: number; readonly utcUs: number }

export const ticksToUs = (ticks: number): number => (ticks * 100) / 9

/** The offset that holds for the segment that begins at `firstTicks`, or `undefined` while it is not yet known. */
export function offsetAt(take: Pick<Take, 'anchors' | 'ended' | 'opened'>, firstTicks: number): ClockOffset | undefined {
  const isFirst = take.opened[0] === undefined || take.opened[0].firstTicks >= firstTicks
  const untilTicks = isFirst ? firstTicks + headStartTicks : firstTicks - tellingTicks
  if (isFirst && take.ended === undefined && (take.anchors.at(-1)?.ticks ?? 0) <= untilTicks) return undefined // more may come for it
  const end = firstAfter(take.anchors, untilTicks) + (isFirst ? 1 : 0)
  const known = take.anchors.slice(firstAfter(take.anchors, firstTicks - windowTicks), end)
  if (known.length > 0) return earliest(known)
  const [soonest] = take.anchors
  // A take so short that it has one anchor, or none in reach: the nearest there is, once there will be no better one.
  return soonest && (take.ended !== undefined || soonest.ticks > untilTicks) ? earliest([soonest]) : undefined
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
