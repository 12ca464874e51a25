// Whether the box has nothing better to do: recordings that are open, and the booking that comes next.
// Looks at rows alone; what follows from them is decided in rendition-policy.ts.

import type { Database } from '../../adapters/sqlite.ts'
import type { Clock } from '../../base/clock.ts'
import { isFilmed } from '../../booking/booking.ts'
import { listBookings } from '../../booking/booking-store.ts'
import { openRecordings } from '../../capture/recording-store.ts'
import type { Leisure } from './rendition-policy.ts'

const dayMs = 24 * 3_600_000

export function leisureOf({
  db,
  clock,
  rigId,
}: {
  readonly db: Database
  readonly clock: Pick<Clock, 'nowMs'>
  readonly rigId: string
}): Leisure {
  const nowMs = Math.floor(clock.nowMs())
  const next = listBookings(db, { fromMs: nowMs, toMs: nowMs + dayMs }).find((each) => each.rigId === rigId && isFilmed(each))
  return { nowMs, openRecordings: openRecordings(db).length, nextStartsAtMs: next?.startsAtMs }
}
