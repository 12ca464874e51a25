// So many requests a minute for each name (a token bucket): what was not asked for within the last minute may come at once, the rest as time passes.
// Pure but for the clock that is handed in; never holds more than the newest names.

import { openNewest } from './newest.ts'

export type Allowance = {
  /** 0 when it was granted, else the milliseconds until it would be. */
  take(name: string): number
}

const minuteMs = 60_000

/** `nowMs` is a clock that never jumps. */
export function openAllowance(perMinute: number, nowMs: () => number): Allowance {
  const most = perMinute * minuteMs // a request costs a minute's milliseconds, each millisecond brings what a minute may have: whole numbers stay whole
  const known = openNewest(() => ({ left: most, atMs: Number.NEGATIVE_INFINITY }))
  return {
    take: (name) => {
      const now = nowMs()
      const one = known.of(name)
      one.left = Math.min(most, one.left + (now - one.atMs) * perMinute)
      one.atMs = now
      if (one.left < minuteMs) return (minuteMs - one.left) / perMinute
      one.left -= minuteMs
      return 0
    },
  }
}
