// Addresses of films that are good for about an hour: who asks again gets the same one while half of that is left, so that a page that asks often
// leaves no heap of links. In memory and bounded; after a restart the next one is new.

import type { Database } from '../adapters/sqlite.ts'
import type { Clock } from '../base/clock.ts'
import { createShareLink, findLiveShareLink } from './share-link.ts'

export type HourLink = { readonly id: string; readonly url: string; readonly expiresAtMs: number }

export type HourLinks = {
  /** `isNew`: it was not given out before. Errors: not_found. */
  to(recordingId: string): HourLink & { readonly isNew: boolean }
}

const days = 1 / 24
const leastLeftMs = 30 * 60_000
const most = 1_000

export function openHourLinks(db: Database, clock: Pick<Clock, 'nowMs'>, publicUrl: string): HourLinks {
  const given = new Map<string, HourLink & { readonly token: string }>()
  return {
    to: (recordingId) => {
      const known = given.get(recordingId)
      const isGood = known && known.expiresAtMs - clock.nowMs() > leastLeftMs && findLiveShareLink(db, clock, known.token) !== undefined
      if (isGood) return { ...known, isNew: false }
      const { id, token, expiresAtMs, url } = createShareLink(db, clock, { recordingId, days })
      const made = { id, token, expiresAtMs, url: `${url(publicUrl)}/film` }
      const [oldest] = given.keys()
      if (given.size >= most && oldest !== undefined) given.delete(oldest)
      given.delete(recordingId)
      given.set(recordingId, made)
      return { ...made, isNew: true }
    },
  }
}
