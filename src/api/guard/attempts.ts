// How often one address may fail: so many a minute, then it waits, twice as long each time.
// In memory and bounded: a restart forgives, and many addresses push out the oldest.

import { EzrecError } from '../../base/errors.ts'
import { networkOf } from './client-address.ts'
import { openNewest } from './newest.ts'

export type Attempts = {
  /** Counts an attempt as failed until it is forgiven. Throws `rate_limited` when there were too many. */
  begin(address: string): void
  /** It was a good one. */
  forgive(address: string): void
}

export type AttemptLimits = {
  readonly perMinute: number
  /** The longest wait. */
  readonly capSeconds?: number
}

type Seen = { readonly failedAtMs: number[]; blockedUntilMs: number; blocks: number }

const minuteMs = 60_000

/** `nowMs` is a clock that never jumps. */
export function openAttempts({ perMinute, capSeconds = 900 }: AttemptLimits, nowMs: () => number): Attempts {
  const seen = openNewest<Seen>(() => ({ failedAtMs: [], blockedUntilMs: 0, blocks: 0 }))
  return {
    begin: (address) => {
      const now = nowMs()
      const one = seen.of(networkOf(address))
      if (now < one.blockedUntilMs) throw tooMany(one.blockedUntilMs - now)
      while (one.failedAtMs.length > 0 && (one.failedAtMs[0] ?? 0) <= now - minuteMs) one.failedAtMs.shift()
      if (one.failedAtMs.length >= perMinute) {
        one.blockedUntilMs = now + Math.min(capSeconds * 1_000, minuteMs * 2 ** Math.min(one.blocks, 10))
        one.blocks += 1
        one.failedAtMs.length = 0
        throw tooMany(one.blockedUntilMs - now)
      }
      if (one.failedAtMs.length === 0 && now - one.blockedUntilMs > capSeconds * 1_000) one.blocks = 0
      one.failedAtMs.push(now)
    },
    forgive: (address) => void seen.find(networkOf(address))?.failedAtMs.pop(),
  }
}

function tooMany(waitMs: number): EzrecError {
  const seconds = Math.ceil(waitMs / 1_000)
  return new EzrecError('rate_limited', 'too many attempts from this address', {
    hint: `wait ${seconds} s`,
    facts: { retryAfterSeconds: seconds },
  })
}
