// Who listens to what happens: one look at the events table for all of them, and so many listeners at most.
// Keeps nothing in memory for a listener that is slow: each reads the table from where it stands.

import { eventsAfter, lastEventId, type Event } from '../../adapters/log-tables.ts'
import type { Database } from '../../adapters/sqlite.ts'
import { EzrecError } from '../../base/errors.ts'

export type Listener = Disposable & {
  /** Events after an id, oldest first, at most 200; waits for one, for so long at most: then there may be none. */
  next(afterId: number, waitMs: number): Promise<readonly Event[]>
}

export type EventHub = {
  /** `who` is whose listeners are counted together. Errors: rate_limited. */
  listen(who: string): Listener
  readonly listeners: number
  readonly lastId: () => number
}

export type EventHubLimits = { readonly most: number; readonly mostEach: number }

const lookMs = 250
const pageSize = 200

export function openEventHub(db: Database, { most, mostEach }: EventHubLimits): EventHub {
  const listening = new Map<string, number>()
  const waiting = new Set<(isNew: boolean) => void>()
  let timer: NodeJS.Timeout | undefined
  let seenId = 0
  const count = (): number => listening.values().reduce((sum, n) => sum + n, 0)

  /** Its own commits do not move a connection's data version: the newest id is asked for, by an index. */
  const look = (): void => {
    const newest = orUndefined(() => lastEventId(db))
    if (newest === undefined || newest === seenId) return
    seenId = newest
    for (const wake of waiting) wake(true)
  }

  const untilNews = (waitMs: number): Promise<boolean> =>
    new Promise((resolve) => {
      const wake = (isNew: boolean): void => {
        clearTimeout(late)
        waiting.delete(wake)
        resolve(isNew)
      }
      const late = setTimeout(() => wake(false), waitMs).unref()
      waiting.add(wake)
    })

  return {
    get listeners() {
      return count()
    },
    lastId: () => lastEventId(db),
    listen: (who) => {
      const mine = listening.get(who) ?? 0
      if (mine >= mostEach || count() >= most)
        throw new EzrecError('rate_limited', 'too many listeners at once', {
          hint: 'close one of them, or ask again later',
          facts: { retryAfterSeconds: 30 },
        })
      listening.set(who, mine + 1)
      if (timer === undefined) {
        seenId = orUndefined(() => lastEventId(db)) ?? 0
        timer = setInterval(look, lookMs).unref()
      }
      let closed = false
      return {
        next: async (afterId, waitMs) => {
          const there = eventsAfter(db, afterId, pageSize)
          if (there.length > 0 || closed) return there
          return (await untilNews(waitMs)) && !closed ? eventsAfter(db, afterId, pageSize) : []
        },
        [Symbol.dispose]: () => {
          if (closed) return
          closed = true
          const left = (listening.get(who) ?? 1) - 1
          if (left > 0) listening.set(who, left)
          else listening.delete(who)
          if (count() > 0) return
          clearInterval(timer)
          timer = undefined
          for (const wake of waiting) wake(false)
        },
      }
    },
  }
}

function orUndefined<T>(ask: () => T): T | undefined {
  try {
    return ask()
  } catch {
    return undefined // locked or closing: asked again in a moment
  }
}
