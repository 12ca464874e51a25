// The entries of a bookings file as bookings: a new one is booked, one that changed is an edit, one that is gone is left alone.
// Never undoes what was changed elsewhere: only what the file itself says otherwise than before is done.

import type { Database } from '../adapters/sqlite.ts'
import type { Clock } from '../base/clock.ts'
import { EzrecError, messageOf, type ErrorCode } from '../base/errors.ts'
import type { Booking, Window } from './booking.ts'
import type { BookingService } from './booking-service.ts'
import { emailAddress, noteBookingMail } from './booking-mail.ts'
import { findBookingByCaller } from './booking-store.ts'
import type { FileEntry, GoodEntry } from './bookings-file.ts'
import { findSeenEntry, noteSeenEntry, type EntryContent, type EntryName, type SeenEntry } from './bookings-file-store.ts'
import { parseInstant } from './local-time.ts'

export type ImportOptions = {
  readonly db: Database
  readonly bookings: BookingService
  readonly clock: Clock
  readonly timeZone: string
  readonly userId: string
  readonly rigId: string
}

/** What is said of an entry, by its place from 1 and its id: `passed` was not to be booked, `taken` was read otherwise than written. */
export type EntryReport = {
  readonly entry: number
  readonly id: string | null
  readonly is: 'passed' | 'taken' | 'refused'
  readonly message: string
  readonly code?: ErrorCode
}

export type ImportOutcome = {
  /** Of the entries that stand, in their order. */
  readonly bookings: readonly Booking[]
  /** How many of them were booked, changed or cancelled by this. */
  readonly changed: number
  readonly reports: readonly EntryReport[]
}

/** Each entry by itself: one that is refused changes nothing and spoils no other. */
export async function importBookings(entries: readonly FileEntry[], options: ImportOptions): Promise<ImportOutcome> {
  const bookings: Booking[] = []
  const reports: EntryReport[] = []
  let changed = 0
  for (const [n, each] of entries.entries()) {
    const id = 'fault' in each ? null : each.id
    const report = (is: EntryReport['is'], message: string, code?: ErrorCode): void =>
      void reports.push({ entry: n + 1, id, is, message, ...(code === undefined ? {} : { code }) })
    try {
      const done = await importEntry(each, options)
      if (done === 'over') report('passed', 'over or cancelled')
      else bookings.push(done.booking)
      if (done !== 'over' && done.changed) {
        changed += 1
        if (done.remark !== undefined) report('taken', done.remark)
      }
    } catch (error) {
      const [code, hint] = error instanceof EzrecError ? [error.code, ` (${error.hint})`] : (['internal', ''] as const)
      report('refused', `${messageOf(error)}${hint}`, code)
    }
  }
  return { bookings, changed, reports }
}

type Done = { readonly booking: Booking; readonly changed: boolean; readonly remark?: string | undefined }

async function importEntry(each: FileEntry, options: ImportOptions): Promise<Done | 'over'> {
  if ('fault' in each) throw new EzrecError('invalid', each.fault, { hint: 'see docs/ref/seed.md for the fields' })
  const { db, bookings, clock, rigId } = options
  const name = { userId: each.user_id ?? options.userId, entryId: each.id }
  const content = contentOf(each)
  const seen = findSeenEntry(db, name) ?? bookedBefore(db, name)
  const before = seen && bookings.get(seen.bookingId)
  if (seen && before && isSame(seen.content, content)) return before.cancelledAtMs === null ? { booking: before, changed: false } : 'over'
  const endsAtMs = parseInstant(content.end, options.timeZone)
  const isOpen = before !== undefined && before.cancelledAtMs === null && before.endsAtMs > clock.nowMs()
  if (content.cancelled && !isOpen) return 'over'
  if (!isOpen && endsAtMs <= clock.nowMs()) return 'over'
  const booking = isOpen && seen ? await edit(before, seen.content, content, options) : await book(each, content, options)
  const email = emailAddress.safeParse(each.email?.trim())
  if (email.success && !content.cancelled) noteBookingMail(db, booking.id, email.data)
  noteSeenEntry(db, name, { content, bookingId: booking.id }, clock.nowMs())
  const asked = each.camera_id ?? rigId
  return {
    booking,
    changed: booking !== before,
    remark: asked === rigId ? undefined : `camera_id ${asked} was taken for ${rigId}, the only rig of this box`,
  }
}

/** Of a home whose memory of the file is older than the booking: what was booked is what was written. */
function bookedBefore(db: Database, { userId, entryId }: EntryName): SeenEntry | undefined {
  const booking = findBookingByCaller(db, userId, entryId)
  if (!booking) return undefined
  const [start, end] = [booking.startsAtMs, booking.endsAtMs].map((ms) => new Date(ms).toISOString())
  return {
    bookingId: booking.id,
    content: { start: start ?? '', end: end ?? '', title: booking.title, cancelled: booking.cancelledAtMs !== null },
  }
}

async function book(each: GoodEntry, content: EntryContent, { db, bookings, timeZone, userId: house }: ImportOptions): Promise<Booking> {
  const userId = each.user_id ?? house
  const window = { startsAtMs: parseInstant(content.start, timeZone), endsAtMs: parseInstant(content.end, timeZone) }
  const callerId = freeCallerId(db, { userId, entryId: each.id }, window)
  const { booking } = await bookings.create({ ...window, userId, callerId, title: content.title })
  return booking
}

/** An id whose match is over or was cancelled names a new booking: that one's own id is told apart by its start, and at need by a number. */
function freeCallerId(db: Database, { userId, entryId }: EntryName, { startsAtMs, endsAtMs }: Window): string {
  const dated = `${entryId}@${new Date(startsAtMs).toISOString()}`
  for (let n = 0; ; n += 1) {
    const callerId = [entryId, dated][n] ?? `${dated}#${n}`
    const found = findBookingByCaller(db, userId, callerId)
    if (!found || (found.cancelledAtMs === null && found.startsAtMs === startsAtMs && found.endsAtMs === endsAtMs)) return callerId
  }
}

/** Only what the entry says otherwise than before. */
function edit(current: Booking, was: EntryContent, now: EntryContent, { bookings, timeZone }: ImportOptions): Promise<Booking> {
  if (now.cancelled && !was.cancelled) return bookings.cancel(current.id)
  const moved = (before: string, after: string, atMs: number): number => {
    if (before === after) return atMs
    const asked = parseInstant(after, timeZone)
    return parseInstant(before, timeZone) === asked ? atMs : asked // the same instant written otherwise is no edit
  }
  const wanted = {
    startsAtMs: moved(was.start, now.start, current.startsAtMs),
    endsAtMs: moved(was.end, now.end, current.endsAtMs),
    title: was.title === now.title ? current.title : now.title,
  }
  const isMoved = wanted.startsAtMs !== current.startsAtMs || wanted.endsAtMs !== current.endsAtMs || wanted.title !== current.title
  return isMoved ? bookings.change(current.id, wanted) : Promise.resolve(current)
}

const isSame = (a: EntryContent, b: EntryContent): boolean =>
  a.start === b.start && a.end === b.end && a.title === b.title && a.cancelled === b.cancelled

const contentOf = ({ start_time: start, end_time: end, title, status }: GoodEntry): EntryContent => ({
  start,
  end,
  title: title === '' ? null : (title ?? null),
  cancelled: ['cancelled', 'canceled'].includes((status ?? '').trim().toLowerCase()),
})
