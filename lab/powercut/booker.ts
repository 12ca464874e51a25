// Somebody who books all the while, and keeps a list elsewhere of what was acknowledged and when: what must survive every cut.
// Never books into the hours of the recordings.

import { systemClock } from '../../src/base/clock.ts'
import type { Database } from '../../src/adapters/sqlite.ts'
import type { Booking } from '../../src/booking/booking.ts'
import type { BookingService } from '../../src/booking/booking-service.ts'
import { findBooking } from '../../src/booking/booking-store.ts'

/** A booking as it was acknowledged at an instant. */
export type Word = { readonly atMs: number; readonly booking: Booking }

/** Books, extends and cancels until the signal aborts. */
export async function keepBooking(bookings: BookingService, words: Word[], signal: AbortSignal): Promise<void> {
  const acknowledge = (booking: Booking): Booking => (words.push({ atMs: Date.now(), booking }), booking)
  const firstMs = Date.now() + 7 * 86_400_000
  for (let n = 0; !signal.aborted; n += 1) {
    const startsAtMs = firstMs + n * 3_600_000
    const made = await bookings.create({ userId: 'local', callerId: `booker-${n}`, startsAtMs, endsAtMs: startsAtMs + 1_800_000 })
    const booking = acknowledge(made.booking)
    if (n % 5 === 4) acknowledge(await bookings.moveEnd(booking.id, booking.endsAtMs + 600_000))
    if (n % 7 === 6) acknowledge(await bookings.cancel(booking.id))
    await systemClock.sleep(350, signal)
  }
}

/** What was acknowledged before an instant and is not so in this database. A later change may be there, nobody was told of it. */
export function brokenWords(words: readonly Word[], beforeMs: number, db: Database): string[] {
  return words
    .filter(({ atMs }) => atMs < beforeMs)
    .flatMap(({ booking }) => {
      const now = findBooking(db, booking.id)
      if (!now) return [`the acknowledged booking ${booking.id} is gone`]
      const holds = now.updatedAtMs >= booking.updatedAtMs && (booking.cancelledAtMs === null || now.cancelledAtMs !== null)
      return holds ? [] : [`booking ${booking.id} is not as it was acknowledged`]
    })
}
