// A token bucket: who wants to send bytes waits until the rate allows them; small things first, but never for ever.
// Never counts what arrived: it only lets go. The clock and the rate are handed in.

import type { Clock } from '../../base/clock.ts'

export type Urgency = 'small' | 'film'

export type Pacer = {
  /** Resolves when so many bytes may go. Rejects when the signal aborts before. */
  pass(bytes: number, urgency: Urgency, signal: AbortSignal): Promise<void>
}

/** What may go at once after a rest, in seconds of the rate: a connection that stands still is not made up for with a flood. */
const burstSeconds = 0.25

/** So far ahead of a film that waits small things may get: a poster, a preview and a page. From then on both get as much. */
export const smallLeadBytes = 512 * 1_024

/** A film asks for its next piece a moment after it got one; after so long without one none is under way. */
const filmRestUs = 5e6

/** The rate may change: it is asked again at least so often. */
const longestNapMs = 1_000

type Waiting = { readonly bytes: number; readonly go: () => void }

/** `rate`: bytes a second, or none for as fast as it goes. */
export function openPacer(clock: Pick<Clock, 'monotonicUs' | 'sleep'>, rate: () => number | undefined): Pacer {
  const waiting: Record<Urgency, Waiting[]> = { small: [], film: [] }
  let credit = 0 // bytes; below zero while what has gone is being paid for
  let countedUs = clock.monotonicUs()
  let running = false
  let lead = 0 // bytes of small things that have gone past a film
  let filmUs = Number.NEGATIVE_INFINITY // when one last waited

  /** Whose turn it is. */
  const choose = (): Urgency | undefined => {
    const nowUs = clock.monotonicUs()
    const isFilm = waiting.film.length > 0
    if (isFilm) filmUs = nowUs
    else if (nowUs - filmUs > filmRestUs) lead = 0
    if (waiting.small.length > 0 && (!isFilm || lead < smallLeadBytes)) return 'small'
    return isFilm ? 'film' : undefined
  }

  const settle = (): number | undefined => {
    const nowUs = clock.monotonicUs()
    const perSecond = rate()
    credit = perSecond === undefined ? 0 : Math.min(perSecond * burstSeconds, credit + ((nowUs - countedUs) / 1e6) * perSecond)
    countedUs = nowUs
    return perSecond
  }
  const serve = async (): Promise<void> => {
    if (running) return
    running = true
    try {
      for (let turn = choose(); turn; turn = choose()) {
        const perSecond = settle()
        if (perSecond !== undefined && credit < 0) {
          await clock.sleep(Math.min(longestNapMs, Math.ceil((-credit / perSecond) * 1_000)))
          continue
        }
        const next = waiting[turn].shift()
        if (!next) continue
        if (turn === 'film') lead = Math.max(0, lead - next.bytes)
        else if (lead < smallLeadBytes) lead += next.bytes
        if (perSecond !== undefined) credit -= next.bytes
        next.go()
      }
    } finally {
      running = false
    }
  }
  return {
    pass: (bytes, urgency, signal) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted()
        const mine: Waiting = {
          bytes,
          go: () => {
            signal.removeEventListener('abort', left)
            resolve()
          },
        }
        const left = (): void => {
          const at = waiting[urgency].indexOf(mine)
          if (at >= 0) waiting[urgency].splice(at, 1)
          reject(signal.reason)
        }
        signal.addEventListener('abort', left, { once: true })
        waiting[urgency].push(mine)
        void serve()
      }),
  }
}
