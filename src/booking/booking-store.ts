// Bookings as rows. Every change leaves a transition, an event and a new plan generation, in the same transaction.
// Decides nothing: the rules are in booking.ts.

import { z } from 'zod'
import { addEvent, addTransition } from '../adapters/log-tables.ts'
import type { Database } from '../adapters/sqlite.ts'
import type { Booking } from './booking.ts'
import type { PlannedBooking } from './capture-plan.ts'

const row = z
  .object({
    id: z.string(),
    caller_id: z.string().nullable(),
    user_id: z.string(),
    rig_id: z.string(),
    title: z.string().nullable(),
    starts_at_ms: z.int(),
    ends_at_ms: z.int(),
    cancelled_at_ms: z.int().nullable(),
    record: z.int(),
    created_at_ms: z.int(),
    updated_at_ms: z.int(),
  })
  .transform((r): Booking => ({
    id: r.id,
    callerId: r.caller_id,
    userId: r.user_id,
    rigId: r.rig_id,
    title: r.title,
    startsAtMs: r.starts_at_ms,
    endsAtMs: r.ends_at_ms,
    cancelledAtMs: r.cancelled_at_ms,
    ...(r.record === 0 ? { unrecorded: true as const } : {}),
    createdAtMs: r.created_at_ms,
    updatedAtMs: r.updated_at_ms,
  }))

export function findBooking(db: Database, id: string): Booking | undefined {
  const found = db.get('select * from booking where id = ?', id)
  return found && row.parse(found)
}

export function findBookingByCaller(db: Database, userId: string, callerId: string): Booking | undefined {
  const found = db.get('select * from booking where user_id = ? and caller_id = ?', userId, callerId)
  return found && row.parse(found)
}

/** Of any user unless one is named; earliest first, at most 20. An id that stands in the bookings file for one match after the other names the last one. */
export const listBookingsByCaller = (db: Database, callerId: string, userId: string | undefined): Booking[] =>
  db
    .all(
      `select * from booking where user_id = coalesce(?, user_id) and id in
         (select booking_id from bookings_file_entry where entry_id = ? union
          select id from booking c where caller_id = ? and not exists (select 1 from bookings_file_entry where user_id = c.user_id and entry_id = ?))
       order by starts_at_ms, id limit 20`,
      ...[userId ?? null, callerId, callerId, callerId],
    )
    .map((found) => row.parse(found))

/** Whether its capture was prepared: from then on the film's first frame is fixed. */
export const hasRecording = (db: Database, id: string): boolean => db.get('select 1 from recording where booking_id = ?', id) !== undefined

export type BookingQuery = { readonly fromMs?: number; readonly toMs?: number; readonly limit?: number }

/** Bookings that touch `[fromMs, toMs)`, earliest first; at most `limit` (1,000). */
export function listBookings(db: Database, query: BookingQuery = {}): Booking[] {
  return db
    .all(
      'select * from booking where ends_at_ms > ? and starts_at_ms < ? order by starts_at_ms, id limit ?',
      query.fromMs ?? Number.MIN_SAFE_INTEGER,
      query.toMs ?? Number.MAX_SAFE_INTEGER,
      query.limit ?? 1_000,
    )
    .map((found) => row.parse(found))
}

/** What a list is sorted by, oldest or newest first. */
export const bookingSorts = ['starts', '-starts', 'created', '-created'] as const
export type BookingSort = (typeof bookingSorts)[number]

export type BookingPage = Omit<BookingQuery, 'limit'> & {
  readonly userId?: string
  /** Only those that are cancelled, or only those that are not. */
  readonly cancelled?: boolean
  readonly sort: BookingSort
  /** The booking that the page before ended with: what its list is sorted by, and its id. */
  readonly after?: { readonly ms: number; readonly id: string }
  readonly limit: number
}

const sortColumns = { starts: 'starts_at_ms', created: 'created_at_ms' } as const

/** Where a booking stands in a sorted list. */
export const placeIn = ({ sort }: Pick<BookingPage, 'sort'>, { id, startsAtMs, createdAtMs }: Booking): { ms: number; id: string } => ({
  ms: sort.endsWith('starts') ? startsAtMs : createdAtMs,
  id,
})

/** The next page of bookings that touch `[fromMs, toMs)`. */
export function pageBookings(db: Database, page: BookingPage): Booking[] {
  const column = sortColumns[page.sort.endsWith('starts') ? 'starts' : 'created']
  const [order, beyond, ms] = page.sort.startsWith('-')
    ? (['desc', '<', Number.MAX_SAFE_INTEGER] as const)
    : (['asc', '>', -Number.MAX_SAFE_INTEGER] as const)
  const after = page.after ?? { ms, id: '' }
  return db
    .all(
      `select * from booking where ends_at_ms > ? and starts_at_ms < ? and user_id = coalesce(?, user_id)
       and (cancelled_at_ms is not null) = coalesce(?, cancelled_at_ms is not null)
       and (${column}, id) ${beyond} (?, ?) order by ${column} ${order}, id ${order} limit ?`,
      page.fromMs ?? Number.MIN_SAFE_INTEGER,
      page.toMs ?? Number.MAX_SAFE_INTEGER,
      page.userId ?? null,
      page.cancelled === undefined ? null : Number(page.cancelled),
      after.ms,
      after.id,
      page.limit,
    )
    .map((found) => row.parse(found))
}

/** Those that were to be filmed, have begun and were not cancelled: how many, and the newest ones, newest first. */
export function listBegun(db: Database, nowMs: number, limit: number): { readonly total: number; readonly newest: readonly Booking[] } {
  const begun = 'from booking where cancelled_at_ms is null and record = 1 and starts_at_ms <= ?'
  const total = Number(db.get(`select count(*) as n ${begun}`, nowMs)?.['n'] ?? 0)
  const newest = db.all(`select * ${begun} order by starts_at_ms desc, id desc limit ?`, nowMs, limit)
  return { total, newest: newest.map((found) => row.parse(found)) }
}

/** The bookings of a rig that overlap a window and are not cancelled. */
export function bookingsOverlapping(
  db: Database,
  rigId: string,
  window: { startsAtMs: number; endsAtMs: number },
  exceptId = '',
): Booking[] {
  return db
    .all(
      'select * from booking where rig_id = ? and cancelled_at_ms is null and starts_at_ms < ? and ends_at_ms > ? and id <> ? order by starts_at_ms',
      rigId,
      window.endsAtMs,
      window.startsAtMs,
      exceptId,
    )
    .map((found) => row.parse(found))
}

export function insertBooking(db: Database, booking: Booking): void {
  db.transaction(() => {
    db.run(
      'insert into booking (id, caller_id, user_id, rig_id, title, starts_at_ms, ends_at_ms, cancelled_at_ms, created_at_ms, updated_at_ms, record) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      booking.id,
      booking.callerId,
      booking.userId,
      booking.rigId,
      booking.title,
      booking.startsAtMs,
      booking.endsAtMs,
      booking.cancelledAtMs,
      booking.createdAtMs,
      booking.updatedAtMs,
      booking.unrecorded ? 0 : 1,
    )
    noteChange(db, booking, null, 'scheduled', 'created')
  })
}

/** Stores the changed times or cancellation of a booking; its recording's window follows. */
export function updateBooking(db: Database, booking: Booking, cause: string): void {
  db.transaction(() => {
    // The days of its links count from its end; one that was over stays so.
    db.run(
      `update share_link set expires_at_ms = expires_at_ms + max(?, share_link.created_at_ms) - max(b.ends_at_ms, share_link.created_at_ms)
         from booking b where b.id = share_link.booking_id and b.id = ? and share_link.expires_at_ms > ?`,
      booking.endsAtMs,
      booking.id,
      booking.updatedAtMs,
    )
    db.run(
      'update booking set starts_at_ms = ?, ends_at_ms = ?, title = ?, cancelled_at_ms = ?, updated_at_ms = ?, record = ? where id = ?',
      booking.startsAtMs,
      booking.endsAtMs,
      booking.title,
      booking.cancelledAtMs,
      booking.updatedAtMs,
      booking.unrecorded ? 0 : 1,
      booking.id,
    )
    db.run('update recording set starts_at_ms = ?, ends_at_ms = ? where booking_id = ?', booking.startsAtMs, booking.endsAtMs, booking.id)
    noteChange(db, booking, 'scheduled', booking.cancelledAtMs === null ? 'scheduled' : 'cancelled', cause)
  })
}

function noteChange(db: Database, booking: Booking, from: string | null, to: string, cause: string): void {
  db.run('update plan_generation set generation = generation + 1')
  addTransition(db, { atMs: booking.updatedAtMs, subject: 'booking', subjectId: booking.id, from, to, cause })
  addEvent(db, { atMs: booking.updatedAtMs, kind: 'booking.changed', subjectId: booking.id, facts: { cause } })
}

/** The plan's windows (bookings that end after `fromMs` and are not cancelled; those that are not recorded apart) with the generation they belong to, read at one instant. */
export function readPlanRows(
  db: Database,
  rigId: string,
  fromMs: number,
): { generation: number; windows: PlannedBooking[]; unrecorded: PlannedBooking[] } {
  for (let generation = planGeneration(db); ; generation = planGeneration(db)) {
    const [windows, unrecorded] = ([1, 0] as const).map((record) =>
      db
        .all(
          'select id, caller_id, user_id, title, created_at_ms, starts_at_ms, ends_at_ms from booking where rig_id = ? and cancelled_at_ms is null and ends_at_ms > ? and record = ? order by starts_at_ms',
          rigId,
          fromMs,
          record,
        )
        .map((found) => windowRow.parse(found)),
    )
    if (windows && unrecorded && planGeneration(db) === generation) return { generation, windows, unrecorded } // nothing was committed in between: no lock is needed to read
  }
}

const windowRow = z
  .object({
    id: z.string(),
    caller_id: z.string().nullable(),
    user_id: z.string(),
    title: z.string().nullable(),
    created_at_ms: z.int(),
    starts_at_ms: z.int(),
    ends_at_ms: z.int(),
  })
  .transform((r): PlannedBooking => ({
    bookingId: r.id,
    startsAtMs: r.starts_at_ms,
    endsAtMs: r.ends_at_ms,
    ...(r.caller_id === null ? {} : { callerId: r.caller_id }),
    userId: r.user_id,
    ...(r.title === null ? {} : { title: r.title }),
    createdAtMs: r.created_at_ms,
  }))

/** Grows with every change of a booking. */
export const planGeneration = (db: Database): number =>
  z.object({ generation: z.int() }).parse(db.get('select generation from plan_generation')).generation
