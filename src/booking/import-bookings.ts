// The entries of a bookings file as bookings: a new one is booked, one that changed is an edit, one that is gone is left alone.
// Never undoes what was changed elsewhere: only what the file itself says otherwise than before is done.

import type { Database } from '../adapters/sqlite.ts'
import type { Clock } from '../base/clock.ts'
import { EzrecError, messageOf, type ErrorCode } from '../base/errors.ts'
import { instant, type Booking, type Window } from './booking.ts'
import type { BookingService } from './booking-service.ts'
import { noteBookingMail } from './booking-mail.ts'
import { findBookingByCaller } from './booking-store.ts'
import type { FileEntry, GoodEntry } from './bookings-file.ts'
import { findSeenEntry, isErasedEntry, noteSeenEntry, type EntryContent, type EntryName } from './bookings-file-store.ts'
import { contentOf, emailOf, isSame, isSameMatch, isUnmailed } from './entry-content.ts'
import { parseInstant } from './local-time.ts'

export type ImportOptions = {
  readonly db: Database
  readonly bookings: BookingService
  readonly clock: Clock
  readonly timeZone: string
  readonly userId: string
  readonly rigId: string
}

/**
 * What is said of an entry, by its place from 1 and its id: `passed` was not to be booked, `taken` was read otherwise than written, `unmailed` has an
 * e-mail address that is none.
 */
export type EntryReport = {
  readonly entry: number
  readonly id: string | null
  readonly is: 'passed' | 'taken' | 'unmailed' | 'refused'
  readonly message: string
  readonly code?: ErrorCode
  /** What a person can do, where something is wrong. */
  readonly mend?: string
  /** The end of the match that it speaks of; absent where that is no time. */
  readonly untilMs?: number
}

export type ImportOutcome = {
  /** Of the entries that stand, in their order. */
  readonly bookings: readonly Booking[]
  /** How many of them were booked, changed or cancelled by this. */
  readonly changed: number
  readonly reports: readonly EntryReport[]
}

/** Each entry by itself: one that is refused changes nothing and spoils no other. Ends early, between two, when the signal aborts. */
export async function importBookings(entries: readonly FileEntry[], options: ImportOptions, signal?: AbortSignal): Promise<ImportOutcome> {
  const bookings: Booking[] = []
  const reports: EntryReport[] = []
  let changed = 0
  const toCome = entriesToCome(entries, options)
  for (const [n, each] of entries.entries()) {
    if (signal?.aborted) break
    const id = 'fault' in each ? null : each.id
    const report = (is: EntryReport['is'], message: string, more: Pick<EntryReport, 'code' | 'mend' | 'untilMs'> = {}): void =>
      void reports.push({ entry: n + 1, id, is, message, ...more })
    const end = 'fault' in each ? {} : endOf(each.end_time, options.timeZone)
    try {
      const done = await importEntry(each, toCome, options)
      if (done === 'over') report('passed', 'over, cancelled or erased')
      else if (done === 'cancelled') report('taken', 'its booking was cancelled elsewhere: it is not booked again under this id')
      else {
        bookings.push(done.booking)
        if (done.changed) changed += 1
        for (const remark of done.remarks) report('taken', remark)
      }
      if (isUnmailed(each) && end.untilMs !== undefined && end.untilMs > options.clock.nowMs())
        report('unmailed', 'the e-mail address is none: the news goes to nobody', {
          mend: 'write one like a@b.org, or leave it out',
          ...end,
        })
    } catch (error) {
      const { code, hint: mend } = error instanceof EzrecError ? error : { code: 'internal' as const, hint: 'the log says more' }
      report('refused', messageOf(error), { code, mend, ...end })
    }
  }
  return { bookings, changed, reports }
}

/** What the file says of each match that is not over, by whose it is and its id. */
type ToCome = ReadonlyMap<string, readonly EntryContent[]>

const keyOf = ({ userId, entryId }: EntryName): string => JSON.stringify([userId, entryId])

function entriesToCome(entries: readonly FileEntry[], { clock, timeZone, userId }: ImportOptions): ToCome {
  const nowMs = clock.nowMs()
  const named = entries.flatMap((each) => {
    if ('fault' in each || (endOf(each.end_time, timeZone).untilMs ?? 0) <= nowMs) return []
    const name = { userId: each.user_id ?? userId, entryId: each.id }
    return [{ key: keyOf(name), content: contentOf(each, name) }]
  })
  return new Map([...Map.groupBy(named, ({ key }) => key)].map(([key, all]) => [key, all.map(({ content }) => content)]))
}

/** An end that is no time is its own entry's fault. */
function endOf(end: string, timeZone: string): { readonly untilMs?: number } {
  try {
    return { untilMs: parseInstant(end, timeZone) }
  } catch {
    return {}
  }
}

type Done = { readonly booking: Booking; readonly changed: boolean; readonly remarks: readonly string[] }

async function importEntry(each: FileEntry, toCome: ToCome, options: ImportOptions): Promise<Done | 'over' | 'cancelled'> {
  if ('fault' in each) throw new EzrecError('invalid', each.fault, { hint: 'see docs/ref/seed.md for the fields' })
  const { db, bookings, clock, rigId, timeZone } = options
  const name = { userId: each.user_id ?? options.userId, entryId: each.id }
  const content = contentOf(each, name)
  const others = (toCome.get(keyOf(name)) ?? []).filter((other) => !isSame(other, content))
  const endsAtMs = parseInstant(content.end, timeZone)
  if (others.length > 0 && endsAtMs <= clock.nowMs()) return 'over' // the id goes on with a later match
  if (others.length > 0)
    throw new EzrecError('conflict', 'this id stands in the file more than once, with different words', {
      hint: 'give each match an id of its own; a match that was booked before stays as it is',
    })
  const notBooked = content.cancelled || endsAtMs <= clock.nowMs() ? 'over' : 'cancelled'
  const note = (bookingId: string): void => noteSeenEntry(db, name, { content, bookingId }, clock.nowMs())
  const seen = findSeenEntry(db, name)
  if (!seen) {
    if (isErasedEntry(db, name, content, clock.nowMs())) return 'over' // its data was removed: the file alone still names it
    const earlier = bookedBefore(db, name, parseInstant(content.start, timeZone), clock.nowMs())
    if (earlier) {
      note(earlier.id)
      return earlier.cancelledAtMs === null ? standing(earlier, content, timeZone) : notBooked
    }
  }
  const before = seen && bookings.get(seen.bookingId)
  const isOpen = before !== undefined && before.cancelledAtMs === null && before.endsAtMs > clock.nowMs()
  const email = seen?.content.emailHash === content.emailHash ? undefined : emailOf(each)
  if (seen && before && !isOpen && (isSame(seen.content, content) || isSameMatch(seen.content, content, timeZone))) {
    if (email !== undefined && before.cancelledAtMs === null) noteBookingMail(db, before.id, email)
    const isKnown = isSame(seen.content, content)
    if (!isKnown) note(before.id)
    if (before.cancelledAtMs !== null) return isKnown ? 'over' : notBooked // told once
    return { booking: before, changed: false, remarks: [] }
  }
  if (seen && before && isSame(seen.content, content)) return { booking: before, changed: false, remarks: [] }
  if (content.cancelled && !isOpen) return 'over'
  if (!isOpen && endsAtMs <= clock.nowMs()) return 'over'
  const booking = isOpen && seen ? await edit(before, seen.content, { ...content, email }, options) : await book(each, content, options)
  note(booking.id)
  const asked = each.camera_id ?? rigId
  const remarks = asked === rigId ? [] : [`camera_id ${asked} was taken for ${rigId}, the only rig of this box`]
  const changed = booking !== before
  return { booking, changed, remarks: changed ? remarks : [] }
}

/** Without a memory of the file (a home that was brought back, or a booking made elsewhere) nobody can tell an edit from what was changed
 *  since: what stands is left. A match that was ended early is still that match. */
function bookedBefore(db: Database, name: EntryName, startsAtMs: number, nowMs: number): Booking | undefined {
  let found = findBookingByCaller(db, name.userId, name.entryId)
  for (let n = 1; ; n += 1) {
    const next = findBookingByCaller(db, name.userId, callerIdOf(name, startsAtMs, n))
    if (!next) break
    found = next
  }
  const stands = found && (found.cancelledAtMs !== null || found.endsAtMs > nowMs || found.startsAtMs === startsAtMs)
  return stands ? found : undefined
}

function standing(booking: Booking, content: EntryContent, timeZone: string): Done {
  const isOther =
    content.cancelled ||
    parseInstant(content.start, timeZone) !== booking.startsAtMs ||
    parseInstant(content.end, timeZone) !== booking.endsAtMs
  const times = `${instant(booking.startsAtMs)} to ${instant(booking.endsAtMs)}`
  return {
    booking,
    changed: false,
    remarks: isOther ? [`this id was booked before, from ${times}: that stays; edits count from here on`] : [],
  }
}

async function book(each: GoodEntry, content: EntryContent, { db, bookings, timeZone, userId: house }: ImportOptions): Promise<Booking> {
  const userId = each.user_id ?? house
  const window = { startsAtMs: parseInstant(content.start, timeZone), endsAtMs: parseInstant(content.end, timeZone) }
  const callerId = freeCallerId(db, { userId, entryId: each.id }, window)
  const wanted = { ...window, userId, callerId, title: content.title, record: content.record, email: emailOf(each) }
  const { booking } = await bookings.create(wanted)
  return booking
}

/** An id whose match is over or was cancelled names a new booking. */
function freeCallerId(db: Database, name: EntryName, { startsAtMs, endsAtMs }: Window): string {
  for (let n = 0; ; n += 1) {
    const callerId = callerIdOf(name, startsAtMs, n)
    const found = findBookingByCaller(db, name.userId, callerId)
    if (!found || (found.cancelledAtMs === null && found.startsAtMs === startsAtMs && found.endsAtMs === endsAtMs)) return callerId
  }
}

/** The `n`th id of an entry's bookings: its own, then told apart by the start, then by a number. */
function callerIdOf({ entryId }: EntryName, startsAtMs: number, n: number): string {
  const dated = `${entryId}@${instant(startsAtMs)}`
  return [entryId, dated][n] ?? `${dated}#${n}`
}

/** Only what the entry says otherwise than before. Errors: also invalid, for an end that is over. */
async function edit(
  current: Booking,
  was: EntryContent,
  now: EntryContent & { readonly email: string | null | undefined },
  { bookings, clock, timeZone }: ImportOptions,
): Promise<Booking> {
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
    record: was.record === now.record ? current.unrecorded !== true : now.record,
    ...(now.email === undefined ? {} : { email: now.email }),
  }
  if (wanted.endsAtMs <= clock.nowMs())
    throw new EzrecError('invalid', `booking ${current.id} cannot be moved to an end that is over`, {
      hint: 'stop it, or give another match another id',
    })
  const isMoved = wanted.startsAtMs !== current.startsAtMs || wanted.endsAtMs !== current.endsAtMs || wanted.title !== current.title
  const isTurned = wanted.record === (current.unrecorded === true)
  return isMoved || isTurned || now.email !== undefined ? bookings.change(current.id, wanted) : current
}
