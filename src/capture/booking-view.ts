// A booking as it is told to people and programs: its own facts, the customer's word for it, and where its film is.
// One shape for the shell and the API.

import type { Database } from '../adapters/sqlite.ts'
import { instant, type Booking, type BookingStatus } from '../booking/booking.ts'
import type { BoxClock } from './box-time-file.ts'
import { findRecordingOf } from './recording-store.ts'
import { bookingStatusOf } from './recording.ts'

export type BookingView = {
  readonly id: string
  readonly callerId: string | null
  readonly userId: string
  readonly cameraId: string
  readonly title: string | null
  /** False: the court is kept, nothing is captured. */
  readonly record: boolean
  readonly startsAt: string
  readonly endsAt: string
  readonly status: BookingStatus
  readonly recordingId: string | null
}

export function viewBooking(db: Database, booking: Booking, clock: Pick<BoxClock, 'nowMs' | 'trusted'>): BookingView {
  const recording = findRecordingOf(db, booking.id)
  return {
    id: booking.id,
    callerId: booking.callerId,
    userId: booking.userId,
    cameraId: booking.rigId,
    title: booking.title,
    record: booking.unrecorded !== true,
    startsAt: instant(booking.startsAtMs),
    endsAt: instant(booking.endsAtMs),
    status: bookingStatusOf(booking, recording, clock.nowMs(), clock.trusted()),
    recordingId: recording?.id ?? null,
  }
}
