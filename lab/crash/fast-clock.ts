// A clock that an experiment sets by hand, and lets run faster than real time where nobody cares how long things take.
// Never reads the wall clock: every life of a program that is killed lives in the same hour of the same day.

import { systemClock, type Clock } from '../../src/base/clock.ts'

export type FastClock = Clock & {
  /** Stands still at this instant, Unix milliseconds. */
  stopAt(ms: number): void
  /** Runs on from where it stands, `pace` times as fast as real time. */
  run(): void
}

/** Waiting is as much shorter as the clock is faster. */
export function fastClock(startsAtMs: number, pace: number): FastClock {
  let setMs = startsAtMs
  let runsSinceUs: number | undefined
  const passedMs = (): number => (runsSinceUs === undefined ? 0 : ((systemClock.monotonicUs() - runsSinceUs) * pace) / 1_000)
  return {
    nowMs: () => Math.round(setMs + passedMs()),
    monotonicUs: () => Math.round((setMs - startsAtMs + passedMs()) * 1_000) + hourUs,
    sleep: (ms, signal) => systemClock.sleep(ms / pace, signal),
    stopAt: (ms) => {
      setMs = ms
      runsSinceUs = undefined
    },
    run: () => {
      setMs += passedMs()
      runsSinceUs = systemClock.monotonicUs()
    },
  }
}

/** The machine had been up for an hour. */
const hourUs = 3_600_000_000
