// What a booking's match is to the people it is shared with, read from the rows: for its page and for e-mail alike.
// Reads only; share-state.ts decides.

import type { Database } from '../adapters/sqlite.ts'
import type { Booking } from '../booking/booking.ts'
import { findRecordingOf } from '../capture/recording-store.ts'
import { readShared } from './read-shared.ts'
import { bookedStateOf, shareStateOf, type ShareState, type Venue } from './share-state.ts'

export function readShareState(db: Database, booking: Booking, nowMs: number, venue: Venue): ShareState {
  const recording = findRecordingOf(db, booking.id)
  const shared = recording && readShared(db, recording.id)
  return shared ? shareStateOf(shared, nowMs, venue) : bookedStateOf(booking, nowMs, venue)
}
