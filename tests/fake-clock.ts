// A clock that a test moves by hand.
// Never waits: a sleep moves it and is over.

import type { Clock } from '../src/base/clock.ts'

export type FakeClock = Clock & { advance(ms: number): void }

export function fakeClock(startsAtMs: number): FakeClock {
  let passedMs = 0
  return {
    nowMs: () => startsAtMs + passedMs,
    monotonicUs: () => 1_000_000 + passedMs * 1_000,
    sleep: async (ms) => void (passedMs += ms),
    advance: (ms) => void (passedMs += ms),
  }
}
