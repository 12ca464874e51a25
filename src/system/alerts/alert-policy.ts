// When a trouble becomes an alert, and when it is over: one that passes by itself is never told, and one that comes and goes is told once.
// Pure: checks in, changes out. Times are of a clock that never jumps.

import type { Check, Verdict } from '../check.ts'

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

/** What is remembered of a trouble from look to look: one that is no alert yet, or an alert whose trouble is not seen any more, or has new words. */
export type Watch = {
  /** Since when it is seen. */
  readonly sinceMs: number
  /** How long it was seen in all: what comes and goes adds up. */
  readonly badMs: number
  /** Since when it is not seen any more. */
  readonly wellSinceMs: number | undefined
  /** The last look; of an alert that is seen, when its words were last kept. */
  readonly atMs: number
}
export type Watched = ReadonlyMap<string, Watch>

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
/** "For 3 min" becomes "for 4 min": each word that is kept is a write to the card. */
const rewordMs = 60_000

export const boxSubject = 'box'

/** What is wrong, one for each subject of a check that is not well. */
export const troublesOf = (checks: readonly Check[]): Trouble[] =>
  checks.flatMap(({ name, status, message, mend, subjects = [boxSubject] }) =>
    status === 'healthy' ? [] : subjects.map((subject) => ({ check: name, subject, status, message, mend })),
  )

/** `unseen`: checks that nobody can make now: what they showed before is neither worse nor over. */
export function alertChanges(
  open: readonly OpenAlert[],
  troubles: readonly Trouble[],
  before: Watched,
  nowMs: number,
  unseen: ReadonlySet<string> = new Set(),
): AlertChanges {
  const lasting = new Map(open.map((alert) => [keyOf(alert), alert]))
  const seen = new Map(troubles.map((trouble) => [keyOf(trouble), trouble]))
  const watched = new Map<string, Watch>()
  const raised: (Trouble & { readonly forMs: number })[] = []
  for (const [key, trouble] of seen) {
    if (lasting.has(key)) continue
    const watch = seenAgain(before.get(key), nowMs)
    if (watch.badMs >= raiseAfterMs[trouble.status]) raised.push({ ...trouble, forMs: nowMs - watch.sinceMs })
    else watched.set(key, watch)
  }
  const changed: (OpenAlert & { readonly worse: boolean })[] = []
  const cleared: OpenAlert[] = []
  for (const [key, alert] of lasting) {
    const now = seen.get(key)
    const watch = before.get(key)
    if (now) {
      const worse = isWorse(now, alert)
      const words = watch?.wellSinceMs === undefined ? watch : undefined
      const isNews = now.message !== alert.message && (words === undefined || nowMs - words.atMs >= rewordMs)
      if (worse || isNews) changed.push({ ...alert, ...now, status: worse ? now.status : alert.status, worse })
      const kept = worse || isNews ? { ...unseenYet, atMs: nowMs } : words
      if (kept) watched.set(key, kept)
    } else if (!unseen.has(alert.check)) {
      const wellSinceMs = watch?.wellSinceMs ?? nowMs
      if (nowMs - wellSinceMs >= clearAfterMs) cleared.push(alert)
      else watched.set(key, { ...unseenYet, wellSinceMs, atMs: nowMs })
    }
  }
  for (const [key, watch] of before)
    if (!lasting.has(key) && !seen.has(key) && !unseen.has(checkOf(key))) {
      const well = gone(watch, nowMs)
      if (well) watched.set(key, well)
    }
  return { raised, changed, cleared, watched }
}

const unseenYet = { sinceMs: 0, badMs: 0, wellSinceMs: undefined } as const

function seenAgain(before: Watch | undefined, nowMs: number): Watch {
  const { sinceMs = nowMs, badMs = 0, wellSinceMs, atMs = nowMs } = before ?? {}
  return { sinceMs, badMs: wellSinceMs === undefined ? badMs + nowMs - atMs : badMs, wellSinceMs: undefined, atMs: nowMs }
}

/** Of a trouble that never was an alert; forgotten when it has been well for long. */
function gone({ sinceMs, badMs, wellSinceMs, atMs }: Watch, nowMs: number): Watch | undefined {
  if (wellSinceMs === undefined) return { sinceMs, badMs: badMs + nowMs - atMs, wellSinceMs: nowMs, atMs: nowMs }
  return nowMs - wellSinceMs >= clearAfterMs ? undefined : { sinceMs, badMs, wellSinceMs, atMs: nowMs }
}

const isWorse = (now: Trouble, before: Trouble): boolean => now.status === 'unhealthy' && before.status === 'degraded'

const keyOf = ({ check, subject }: Trouble): string => `${check} ${subject}`

/** The name of a check is one word. */
const checkOf = (key: string): string => key.slice(0, key.indexOf(' '))
