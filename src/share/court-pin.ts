// The PINs of bookings and the phones that were let in by them, as rows.
// Never stores a PIN or a cookie's value: only their hashes. A PIN is told once, when it is made.

import { createHash, randomBytes } from 'node:crypto'
import { addEvent } from '../adapters/log-tables.ts'
import type { Database } from '../adapters/sqlite.ts'

/** A team may come early, and look at the last clip when the match is over. */
export const earlyMs = 15 * 60_000
export const lateMs = 60 * 60_000

/** Whoever was let in by an earlier PIN of the booking is let out. */
export function keepPin(db: Database, bookingId: string, pinHash: string, nowMs: number): void {
  db.transaction(() => {
    db.run(
      `insert into court_pin (booking_id, pin_hash, made_at_ms) values (?, ?, ?)
       on conflict (booking_id) do update set pin_hash = excluded.pin_hash, made_at_ms = excluded.made_at_ms`,
      ...[bookingId, pinHash, Math.floor(nowMs)],
    )
    db.run('delete from court_visit where booking_id = ?', bookingId)
    addEvent(db, { atMs: Math.floor(nowMs), kind: 'pin.made', subjectId: bookingId, facts: {} })
  })
}

/** Those of bookings that are on, or begin soon. */
export const pinsNow = (db: Database, nowMs: number): { readonly bookingId: string; readonly pinHash: string }[] =>
  db
    .all(
      `select p.booking_id, p.pin_hash from court_pin p join booking b on b.id = p.booking_id
       where b.cancelled_at_ms is null and b.starts_at_ms <= ? and b.ends_at_ms > ? order by b.starts_at_ms limit 4`,
      ...[Math.floor(nowMs) + earlyMs, Math.floor(nowMs)],
    )
    .map((row) => ({ bookingId: String(row['booking_id']), pinHash: String(row['pin_hash']) }))

/** The cookie's value is told once, here. */
export function openCourtVisit(db: Database, bookingId: string, nowMs: number, untilMs: number): string {
  const token = randomBytes(32).toString('base64url')
  db.transaction(() => {
    db.run('delete from court_visit where expires_at_ms <= ?', Math.floor(nowMs))
    db.run(
      'insert into court_visit (token_hash, booking_id, expires_at_ms) values (?, ?, ?)',
      hashOf(token),
      bookingId,
      Math.floor(untilMs),
    )
  })
  return token
}

/** Whose booking a phone was let in to; it stays so until a while after the end, wherever that has moved. */
export function bookingOfVisit(db: Database, token: string, nowMs: number): string | undefined {
  const found = db.get(
    `select v.booking_id from court_visit v join booking b on b.id = v.booking_id
     where v.token_hash = ? and v.expires_at_ms > ? and b.ends_at_ms + ? > ? and b.cancelled_at_ms is null`,
    ...[hashOf(token), Math.floor(nowMs), lateMs, Math.floor(nowMs)],
  )
  return found && String(found['booking_id'])
}

/** Whoever has the PIN may extend by so much at a touch, and in all. */
export const courtExtension = { touchMinutes: 15, mostMinutes: 60 } as const

/** False when that were too much; a negative one takes back what came to nothing. */
export const noteCourtExtension = (db: Database, bookingId: string, minutes: number): boolean =>
  db.run(
    `insert into court_extension (booking_id, extended_ms) values (?, ?)
     on conflict (booking_id) do update set extended_ms = extended_ms + excluded.extended_ms where extended_ms + excluded.extended_ms <= ?`,
    ...[bookingId, minutes * 60_000, courtExtension.mostMinutes * 60_000],
  ) > 0

/** By which a visit is told apart from others, and which opens nothing. */
export const visitName = (token: string): string => hashOf(token).toString('base64url')

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest()
