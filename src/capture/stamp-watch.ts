// Whether a camera's stamps jumped: they went back, or ahead of all that its way can explain. A camera does so when its clock is set, or starts anew.
// Pure but for what it remembers; never takes a late, lost or bunched picture for a jump: a take that ends for nothing costs a second of footage.

/** Pictures that are sent in another order than they are shown go back by less. */
const backTicks = 2 * 90_000

/** A step ahead of at least this much; pictures that were lost make one, too, but do not arrive that much before their time: none of a way that
 *  held each of them up by more and then no longer does can be told from a jump, and a take that ends for nothing is the smaller harm. */
const aheadTicks = 2 * 90_000
const earlyUs = 2e6

/** At first nothing may have come in time yet: a program may hold back what it took while it started. */
const settledTicks = 5 * 90_000
const earlyAtFirstUs = 10e6

/** Given each picture at its arrival; true with the first one behind a jump. Ticks are 90 kHz, unwrapped. */
export function watchStamps(): (ticks: number, monotonicUs: number) => boolean {
  let first: number | undefined
  let latest = Number.NEGATIVE_INFINITY
  let soonestUs = Number.POSITIVE_INFINITY
  return (ticks, monotonicUs) => {
    const stepTicks = first === undefined ? 0 : ticks - latest
    first ??= ticks
    const afterUs = monotonicUs - (ticks * 100) / 9
    const isEarly = soonestUs - afterUs > (latest - first > settledTicks ? earlyUs : earlyAtFirstUs)
    if (stepTicks < -backTicks || (stepTicks > aheadTicks && isEarly)) return true
    latest = Math.max(latest, ticks)
    soonestUs = Math.min(soonestUs, afterUs)
    return false
  }
}
