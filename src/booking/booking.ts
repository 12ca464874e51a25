// A customer's claim on a rig, and the rules a new or changed one must keep.
// Pure: no clock, no rows; the service asks, and acts.

import { EzrecError, type Facts } from '../base/errors.ts'
import { isId } from '../base/ids.ts'

/** A half-open span of UTC time, `[startsAtMs, endsAtMs)`, in Unix milliseconds. */
export type Window = { readonly startsAtMs: number; readonly endsAtMs: number }

export type Booking = Window & {
  readonly id: string
  /** The caller's own id, opaque: creation with the same one is done once. */
  readonly callerId: string | null
  readonly userId: string
  readonly rigId: string
  readonly title: string | null
  readonly cancelledAtMs: number | null
  /** It keeps the court, and nothing is captured for it. */
  readonly unrecorded?: true
  readonly createdAtMs: number
  readonly updatedAtMs: number
}

/** The seed's customer words; computed from the recording by `bookingStatusOf`. */
export type BookingStatus = 'scheduled' | 'recording' | 'completed' | 'processing' | 'uploaded' | 'cancelled' | 'missed' | 'failed'

export type BookingLimits = { readonly minMs: number; readonly maxMs: number }

/** A mistake in what the caller asked for. */
const refused = (message: string, hint: string, facts: Facts = {}): EzrecError => new EzrecError('invalid', message, { hint, facts })

/** Throws `invalid` unless the window may be booked at `nowMs`: start before end, not wholly past, not too long. */
export function assertBookable(window: Window, nowMs: number, limits: BookingLimits): void {
  const { startsAtMs, endsAtMs } = window
  if (!isInstant(startsAtMs) || !isInstant(endsAtMs))
    throw refused('a start or end is no time', 'give times such as 2026-05-02T19:30:00+02:00')
  const facts = { startsAt: instant(startsAtMs), endsAt: instant(endsAtMs) }
  if (startsAtMs >= endsAtMs) throw refused('a booking must start before it ends', 'swap the two times, or give a later end', facts)
  if (endsAtMs <= nowMs) throw refused('this booking is wholly in the past', 'book a time that is still to come', facts)
  const lengthMs = endsAtMs - startsAtMs
  if (lengthMs > limits.maxMs)
    throw refused(`a booking lasts at most ${minutes(limits.maxMs)}`, 'split it into several bookings: back to back loses no frame', facts)
  if (lengthMs < limits.minMs) throw refused(`a booking lasts at least ${limits.minMs / 1000} s`, 'give a later end', facts)
}

/** Throws `invalid` for an id that could be one of ours: it would stand for another booking than its own. */
export function assertCallerId(callerId: string): void {
  if (isId(callerId))
    throw refused(
      'your id of a booking cannot be 26 letters and digits as ours are',
      'put a letter or a dash before it, or leave the id out',
    )
}

/** Whether the rig films it. */
export const isFilmed = ({ cancelledAtMs, unrecorded }: Pick<Booking, 'cancelledAtMs' | 'unrecorded'>): boolean =>
  cancelledAtMs === null && unrecorded !== true

/** The bookings of a rig that stand in the way of a window: they overlap it and are not cancelled. Back to back does not overlap. */
export function conflictsWith(window: Window, others: readonly Booking[]): readonly Booking[] {
  return others.filter((other) => other.cancelledAtMs === null && other.startsAtMs < window.endsAtMs && window.startsAtMs < other.endsAtMs)
}

/** Throws `conflict`, naming the first booking that stands in the way; `findFree` may offer another time. */
export function assertFree(window: Window, others: readonly Booking[], findFree: () => Window | undefined = () => undefined): void {
  const [first] = conflictsWith(window, others)
  if (!first) return
  const free = findFree()
  throw new EzrecError(
    'conflict',
    `the rig is taken by booking ${first.id} from ${instant(first.startsAtMs)} to ${instant(first.endsAtMs)}`,
    {
      hint: free
        ? `the nearest free time of this length is ${instant(free.startsAtMs)} to ${instant(free.endsAtMs)}`
        : 'choose a time before or after it, or cancel it',
      facts: {
        conflictsWith: first.id,
        startsAt: instant(first.startsAtMs),
        endsAt: instant(first.endsAtMs),
        ...(free ? { nearestFreeStartsAt: instant(free.startsAtMs), nearestFreeEndsAt: instant(free.endsAtMs) } : {}),
      },
    },
  )
}

/** Where an end moves to: wherever asked, but never before now, so that nothing that was promised and filmed is taken back. */
export function movedEnd(booking: Booking, endsAtMs: number, nowMs: number): number {
  if (booking.cancelledAtMs !== null) throw over(booking, 'is cancelled')
  if (booking.endsAtMs <= nowMs) throw over(booking, 'has ended')
  return Math.max(endsAtMs, Math.ceil(nowMs))
}

/** Two who ask for a quarter of an hour at the same moment want one. */
export const movedMeanwhile = ({ id, endsAtMs }: Booking): EzrecError =>
  new EzrecError('conflict', 'the end was moved since you saw it', {
    hint: 'look at the new end, and ask again if you want still more',
    facts: { booking: id, endsAt: instant(endsAtMs) },
  })

export const noSuchBooking = (id: string): EzrecError =>
  new EzrecError('not_found', 'there is no such booking', {
    hint: 'list them with GET /bookings or ./ezrec booking list',
    facts: { booking: id.slice(0, 64) },
  })

const over = (booking: Booking, what: string): EzrecError =>
  new EzrecError('conflict', `booking ${booking.id} ${what}`, { hint: 'make a new booking', facts: { booking: booking.id } })

/** The last one that a date can hold: ECMA-262 §21.4.1.1. */
export const latestInstantMs = 8.64e15

/** Whole milliseconds. */
const isInstant = (ms: number): boolean => Number.isSafeInteger(ms) && Math.abs(ms) <= latestInstantMs

/** An instant as people and machines read it. */
export const instant = (ms: number): string => new Date(ms).toISOString()

const minutes = (ms: number): string => (ms % 3_600_000 === 0 ? `${ms / 3_600_000} h` : `${Math.round(ms / 60_000)} min`)
