// E-mail addresses of bookings go when they have served: a day after the film went out; a week after news that may have to be taken back or never went
// out, and after a booking that brings none any more.
// Never forgets one whose news is still to go out.

import type { Database } from '../adapters/sqlite.ts'
import type { Logger } from '../base/logger.ts'
import type { BoxClock } from '../capture/box-time-file.ts'

const dayMs = 86_400_000
/** How long an address may be corrected, and news is news. */
const weekMs = 7 * dayMs
const lookMs = 600_000

export type ForgetAddressesOptions = { readonly db: Database; readonly clock: BoxClock; readonly logger: Logger }

/** Until the signal aborts; while nobody knows what time it is nothing is forgotten. */
export async function keepForgettingAddresses({ db, clock, logger }: ForgetAddressesOptions, signal: AbortSignal): Promise<void> {
  for (; !signal.aborted; await clock.sleep(lookMs, signal)) {
    try {
      const count = clock.trusted() ? forgetAddresses(db, clock.nowMs()) : 0
      if (count > 0) logger.info({ addresses: count }, 'e-mail addresses were forgotten')
    } catch (err) {
      logger.warn({ err }, 'e-mail addresses could not be forgotten, trying again')
    }
  }
}

/** For a day a sent one is needed: so many e-mails go to one address at most. How many were forgotten. */
export function forgetAddresses(db: Database, nowMs: number): number {
  const [dayAgo, weekAgo] = [Math.floor(nowMs) - dayMs, Math.floor(nowMs) - weekMs]
  return db.transaction(() => {
    const told = db.run(
      `update mail set address = '' where address <> '' and ((state = 'sent' and sent_at_ms <= case kind when 'missed' then ? else ? end) or (state = 'failed' and created_at_ms <= ?))`,
      ...[weekAgo, dayAgo, weekAgo],
    )
    const booked = db.run(
      `delete from booking_mail where booking_id in (
         select b.id from booking b left join mail m on m.booking_id = b.id
         where (m.booking_id is not null and m.address = '') or (b.ends_at_ms <= ? and m.booking_id is null))`,
      weekAgo,
    )
    return Math.max(told, booked)
  })
}
