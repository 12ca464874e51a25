// What a database that is older than the capture plan lacks of its bookings, and which of them were cancelled since.
// Pure: rows and plan in, changes out.

import type { Booking } from '../../booking/booking.ts'
import type { PlannedBooking } from '../../booking/capture-plan.ts'

export type BookingChanges = {
  readonly insert: readonly Booking[]
  /** With the times and the title of the plan. */
  readonly move: readonly Booking[]
  readonly cancel: readonly Booking[]
}

export type PlanSchedule = {
  readonly rigId: string
  readonly windows: readonly PlannedBooking[]
  /** Those of bookings that keep the court and are not recorded. */
  readonly unrecorded?: readonly PlannedBooking[]
  /** What is known of bookings: of this rig those that end after `nowMs`, of any the ids that the plan names. */
  readonly stored: readonly Booking[]
  readonly nowMs: number
  /** Whose a booking is of which the plan does not say it. */
  readonly userId: string
}

/** The plan was written after every row: a booking to come that it does not name was cancelled. One that was cancelled stays cancelled. */
export function bookingChanges({ rigId, windows: filmed, unrecorded = [], stored, nowMs, userId }: PlanSchedule): BookingChanges {
  const windows = [...filmed.map((each) => ({ ...each, record: true })), ...unrecorded.map((each) => ({ ...each, record: false }))]
  const known = new Map(stored.map((booking) => [booking.id, booking]))
  const planned = new Set(windows.map(({ bookingId }) => bookingId))
  return {
    insert: windows
      .filter(({ bookingId }) => !known.has(bookingId))
      .map((window) => ({
        id: window.bookingId,
        callerId: window.callerId ?? null,
        userId: window.userId ?? userId,
        rigId,
        title: window.title ?? null,
        startsAtMs: window.startsAtMs,
        endsAtMs: window.endsAtMs,
        cancelledAtMs: null,
        ...unrecordedOf(window),
        createdAtMs: window.createdAtMs ?? Math.min(window.startsAtMs, nowMs),
        updatedAtMs: nowMs,
      })),
    move: windows.flatMap((window) => {
      const booking = known.get(window.bookingId)
      if (!booking || booking.cancelledAtMs !== null) return []
      const { startsAtMs, endsAtMs } = window
      const title = window.userId === undefined ? booking.title : (window.title ?? null)
      const { unrecorded: was = false, ...rest } = booking
      if (booking.startsAtMs === startsAtMs && booking.endsAtMs === endsAtMs && booking.title === title && was !== window.record) return []
      return [{ ...rest, startsAtMs, endsAtMs, title, ...unrecordedOf(window), updatedAtMs: nowMs }]
    }),
    cancel: stored
      .filter((b) => b.rigId === rigId && b.cancelledAtMs === null && b.endsAtMs > nowMs && !planned.has(b.id))
      .map((booking) => ({ ...booking, cancelledAtMs: nowMs, updatedAtMs: nowMs })),
  }
}

const unrecordedOf = ({ record }: { readonly record: boolean }): Pick<Booking, 'unrecorded'> => (record ? {} : { unrecorded: true })
