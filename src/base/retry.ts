// Waiting before the next try: exponential with full jitter, so that many boxes never knock together.
// Decides nothing about whether to try again: who failed does.

/** First wait, longest wait; in milliseconds. */
export type Backoff = { readonly baseMs: number; readonly capMs: number }

/** The wait before try number `attempt` (0 = first retry): uniform in [0, min(cap, base * 2^attempt)].
 *  Source: "Exponential Backoff and Jitter", AWS Architecture Blog, 2015. `random` yields [0, 1). */
export function backoffMs(attempt: number, { baseMs, capMs }: Backoff, random: () => number = Math.random): number {
  const ceiling = Math.min(capMs, baseMs * 2 ** Math.min(attempt, 30))
  return Math.round(random() * ceiling)
}
