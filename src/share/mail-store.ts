// The one e-mail of each booking as a row: written once when there is something to tell, so that it is told once.
// Never sends.

import { z } from 'zod'
import type { Database } from '../adapters/sqlite.ts'
import type { MailKind } from './mail-text.ts'

export type WaitingMail = {
  readonly bookingId: string
  readonly kind: MailKind
  readonly address: string
  readonly attempts: number
  /** An earlier one said that there is no film. */ readonly afterAll: boolean
}

/** Bookings that are over since `sinceMs`, have an address and were not told of yet; cancelled ones bring no news. */
export const untoldBookings = (db: Database, { sinceMs, nowMs }: { readonly sinceMs: number; readonly nowMs: number }): string[] =>
  db
    .all(
      `select b.id from booking_mail m join booking b on b.id = m.booking_id
       where b.ends_at_ms > ? and b.ends_at_ms <= ? and b.cancelled_at_ms is null and b.record = 1 and not exists (select 1 from mail s where s.booking_id = b.id)
       order by b.ends_at_ms limit 200`,
      ...[Math.floor(sinceMs), Math.floor(nowMs)],
    )
    .map(({ id }) => String(id))

/** Does nothing when its booking was told of. */
export const queueMail = (db: Database, bookingId: string, kind: MailKind, nowMs: number): void =>
  void db.run(
    `insert into mail (booking_id, kind, address, state, not_before_ms, created_at_ms)
     select booking_id, ?, address, 'waiting', ?, ? from booking_mail where booking_id = ? on conflict do nothing`,
    ...[kind, Math.floor(nowMs), Math.floor(nowMs), bookingId],
  )

/** One more e-mail with the film, to an address that somebody names; false while one is on its way. The booking's own address stays. */
export const mailAgain = (
  db: Database,
  { bookingId, kind, address }: { readonly bookingId: string; readonly kind: MailKind; readonly address: string },
  nowMs: number,
): boolean =>
  db.run(
    `insert into mail (booking_id, kind, address, state, not_before_ms, created_at_ms) values (?, ?, ?, 'waiting', ?, ?)
     on conflict (booking_id) do update set kind = excluded.kind, address = excluded.address, state = 'waiting', attempts = 0,
       not_before_ms = excluded.not_before_ms, created_at_ms = excluded.created_at_ms, sent_at_ms = null where state <> 'waiting'`,
    ...[bookingId, kind, address, Math.floor(nowMs), Math.floor(nowMs)],
  ) > 0

/** Those who were told, or are about to be told, that there is no film, and there is one; whose address is still known. */
export const filmsAfterAll = (db: Database): { readonly bookingId: string; readonly kind: MailKind }[] =>
  db
    .all(
      `select m.booking_id as id, v.status from mail m join recording r on r.booking_id = m.booking_id join video v on v.recording_id = r.id
       where m.kind = 'missed' and m.address <> '' and v.published_at_ms is not null and v.removed_at_ms is null limit 200`,
    )
    .map(({ id, status }) => ({ bookingId: String(id), kind: status === 'complete' ? 'ready' : 'partial' }))

/** The news is another one: told anew, once. */
export const takeBackMissed = (db: Database, bookingId: string, kind: MailKind, nowMs: number): void =>
  void db.run(
    `update mail set kind = ?, state = 'waiting', attempts = 0, not_before_ms = ? where booking_id = ? and kind = 'missed'`,
    ...[kind, Math.floor(nowMs), bookingId],
  )

export const waitingMails = (db: Database, nowMs: number): WaitingMail[] =>
  db
    .all(
      `select booking_id, kind, address, attempts, sent_at_ms is not null as after_all from mail where state = 'waiting' and not_before_ms <= ? order by not_before_ms limit 50`,
      nowMs,
    )
    .map((found) => row.parse(found))

export const noteMailSent = (db: Database, bookingId: string, linkId: string | null, nowMs: number): void =>
  void db.run(
    `update mail set state = 'sent', sent_at_ms = ?, link_id = ?, attempts = attempts + 1 where booking_id = ?`,
    ...[Math.floor(nowMs), linkId, bookingId],
  )

export const noteMailTried = (
  db: Database,
  bookingId: string,
  { again, notBeforeMs }: { readonly again: boolean; readonly notBeforeMs: number },
): void =>
  void db.run(
    `update mail set state = ?, not_before_ms = ?, attempts = attempts + 1 where booking_id = ?`,
    ...[again ? 'waiting' : 'failed', Math.floor(notBeforeMs), bookingId],
  )

/** Later, without counting as a try: the server was not asked. */
export const putMailOff = (db: Database, bookingId: string, notBeforeMs: number): void =>
  void db.run('update mail set not_before_ms = ? where booking_id = ?', Math.floor(notBeforeMs), bookingId)

/** Sent since an instant: in all, and to one address. */
export function sentSince(db: Database, address: string, sinceMs: number): { readonly all: number; readonly toAddress: number } {
  return counts.parse(
    db.get(
      `select count(*) as "all", count(case when address = ? then 1 end) as toAddress from mail where sent_at_ms > ?`,
      ...[address, Math.floor(sinceMs)],
    ),
  )
}

const counts = z.object({ all: z.int(), toAddress: z.int() })

const row = z
  .object({
    booking_id: z.string(),
    kind: z.enum(['ready', 'partial', 'missed']),
    address: z.string(),
    attempts: z.int(),
    after_all: z.int(),
  })
  .transform(({ booking_id: bookingId, after_all: afterAll, ...r }): WaitingMail => ({ bookingId, ...r, afterAll: afterAll === 1 }))
