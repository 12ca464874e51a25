// When a trouble becomes an alert, and when it is over: one that passes by itself is never told, and one that comes and goes is told once.
// Pure: checks in, changes out. Times are of a clock that never jumps.

import type { Check, Verdict } from '../health-policy.ts'

export type AlertStatus = Exclude<Verdict, 'healthy'>

/** One thing that is wrong: of a check, and of what it is about. */
export type Trouble = {
  readonly check: string
  readonly subject: string
  readonly status: AlertStatus
  readonly message: string
  readonly mend: string | undefined
}

export type OpenAlert = Trouble & { readonly id: number }

/** Since when a trouble is seen that is no alert yet, or an alert's trouble is not seen any more. */
export type Watched = ReadonlyMap<string, number>

export type AlertChanges = {
  readonly raised: readonly (Trouble & { readonly forMs: number })[]
  /** Alerts that last and say something else now; `worse`: worth telling again. */
  readonly changed: readonly (OpenAlert & { readonly worse: boolean })[]
  readonly cleared: readonly OpenAlert[]
  readonly watched: Watched
}

/** What is no blip. A box that makes no film is told at once: its check has waited already. */
const raiseAfterMs: Readonly<Record<AlertStatus, number>> = { unhealthy: 0, degraded: 30_000 }
/** Well for so long, it is over: until then a trouble that returns is the same one. */
const clearAfterMs = 120_000

export const boxSubject = 'box'

/** What is wrong, one for each subject of a check that is not well. */
export const troublesOf = (checks: readonly Check[]): Trouble[] =>
  checks.flatMap(({ name, status, message, mend, subjects = [boxSubject] }) =>
    status === 'healthy' ? [] : subjects.map((subject) => ({ check: name, subject, status, message, mend })),
  )

export function alertChanges(open: readonly OpenAlert[], troubles: readonly Trouble[], before: Watched, nowMs: number): AlertChanges {
  const lasting = new Map(open.map((alert) => [keyOf(alert), alert]))
  const seen = new Map(troubles.map((trouble) => [keyOf(trouble), trouble]))
  const sinceOf = (key: string): number => before.get(key) ?? nowMs
  const fresh = [...seen].filter(([key]) => !lasting.has(key))
  const gone = [...lasting].filter(([key]) => !seen.has(key))
  const isDue = ([key, { status }]: readonly [string, Trouble]): boolean => nowMs - sinceOf(key) >= raiseAfterMs[status]
  const isOver = ([key]: readonly [string, OpenAlert]): boolean => nowMs - sinceOf(key) >= clearAfterMs
  const waiting = [...fresh.filter((each) => !isDue(each)), ...gone.filter((each) => !isOver(each))]
  return {
    raised: fresh.filter(isDue).map(([key, trouble]) => ({ ...trouble, forMs: nowMs - sinceOf(key) })),
    changed: [...lasting].flatMap(([key, alert]) => {
      const now = seen.get(key)
      if (!now || (now.message === alert.message && !isWorse(now, alert))) return []
      const worse = isWorse(now, alert)
      return [{ ...alert, ...now, status: worse ? now.status : alert.status, worse }]
    }),
    cleared: gone.filter(isOver).map(([, alert]) => alert),
    watched: new Map(waiting.map(([key]) => [key, sinceOf(key)])),
  }
}

const isWorse = (now: Trouble, before: Trouble): boolean => now.status === 'unhealthy' && before.status === 'degraded'

const keyOf = ({ check, subject }: Trouble): string => `${check} ${subject}`
