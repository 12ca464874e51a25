// A booking of the rig `rig` as a row, for tests of what comes after it.
// Asks none of the rules that the desk has.

import type { Database } from '../src/adapters/sqlite.ts'
import { insertBooking } from '../src/booking/booking-store.ts'

type Told = {
  readonly id?: string
  readonly startsAtMs: number
  readonly endsAtMs: number
  readonly cancelledAtMs?: number | null | undefined
}

export function addBooking(db: Database, { id = 'b', startsAtMs, endsAtMs, cancelledAtMs = null }: Told): void {
  const who = { id, callerId: `of-${id}`, userId: 'u/..', rigId: 'rig', title: 'T' }
  insertBooking(db, { ...who, startsAtMs, endsAtMs, cancelledAtMs, createdAtMs: 0, updatedAtMs: 0 })
}
