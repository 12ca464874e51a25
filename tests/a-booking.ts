// A booking of the rig `rig` as a row, for tests of what comes after it.
// Asks none of the rules that the desk has.

import type { Database } from '../src/adapters/sqlite.ts'
import { insertBooking } from '../src/booking/booking-store.ts'

export function addBooking(db: Database, times: { startsAtMs: number; endsAtMs: number; cancelledAtMs?: number | undefined }): void {
  const { startsAtMs, endsAtMs, cancelledAtMs = null } = times
  const who = { id: 'b', callerId: 'c', userId: 'u/..', rigId: 'rig', title: 'T' }
  insertBooking(db, { ...who, startsAtMs, endsAtMs, cancelledAtMs, createdAtMs: 0, updatedAtMs: 0 })
}
