// Where the news of a booking goes, as rows: the e-mail address that came with it.
// Never tells it to anybody who asks for the booking, and never sends.

import { z } from 'zod'
import type { Database } from '../adapters/sqlite.ts'

/** One plain address (RFC 5321 without quotes and comments): nothing in it can end a line, name a second one or be a command. */
export const emailAddress = z
  .string()
  .max(254)
  .regex(
    /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/,
    {
      error: 'is no e-mail address',
    },
  )

/** The last one given counts, until the news is out: also for news that was not taken yet, or refused for the address. Null takes it back. */
export function noteBookingMail(db: Database, bookingId: string, address: string | null): void {
  db.transaction(() => {
    if (address === null) {
      db.run(`delete from mail where booking_id = ? and state <> 'sent'`, bookingId)
      db.run('delete from booking_mail where booking_id = ?', bookingId)
      return
    }
    const earlier = db.get('select address from booking_mail where booking_id = ?', bookingId)?.['address']
    db.run(
      'insert into booking_mail (booking_id, address) values (?, ?) on conflict (booking_id) do update set address = excluded.address',
      ...[bookingId, address],
    )
    if (earlier === address) return
    db.run(
      `update mail set address = ?, state = 'waiting', attempts = 0, not_before_ms = created_at_ms where booking_id = ? and state <> 'sent' and address <> ''`,
      ...[address, bookingId],
    )
  })
}
