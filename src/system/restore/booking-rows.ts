// Bookings put back as rows, as the plan or a manifest tells them.
// Asks none of the rules for new bookings: these were accepted once.

import { addTransition } from '../../adapters/log-tables.ts'
import type { Database } from '../../adapters/sqlite.ts'
import type { Booking } from '../../booking/booking.ts'

/** In the caller's transaction. The caller's own id is left out when another booking has it by now. */
export function restoreBooking(db: Database, booking: Booking, cause: string): void {
  const { id, userId, callerId } = booking
  const isTaken = callerId !== null && db.get('select 1 from booking where user_id = ? and caller_id = ?', userId, callerId) !== undefined
  db.run(
    'insert into booking (id, caller_id, user_id, rig_id, title, starts_at_ms, ends_at_ms, cancelled_at_ms, created_at_ms, updated_at_ms, record) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    ...[id, isTaken ? null : callerId, userId, booking.rigId, booking.title, booking.startsAtMs, booking.endsAtMs],
    ...[booking.cancelledAtMs, booking.createdAtMs, booking.updatedAtMs, booking.unrecorded ? 0 : 1],
  )
  const to = booking.cancelledAtMs === null ? 'scheduled' : 'cancelled'
  addTransition(db, { atMs: booking.updatedAtMs, subject: 'booking', subjectId: id, from: null, to, cause })
}
