// Where a film will stand in the store, and how much room its header gets for the longest end that a booking may reach.
// Reads the booking only; ids and a caller's word become a key, never a path.

import path from 'node:path'
import type { Database } from '../adapters/sqlite.ts'
import { findBooking } from '../booking/booking-store.ts'
import type { Recording } from '../capture/recording.ts'
import { longestBookendSeconds } from '../merge/branding/bookend-policy.ts'
import { headerRoom } from './progressive-mp4.ts'

type PlannedBy = { readonly db: Database; readonly chunkSeconds: number; readonly longestMs: number }

/** Fixed when the body begins: whatever the booking's end becomes, its header will have room. */
export function plannedObject(
  { db, chunkSeconds, longestMs }: PlannedBy,
  recording: Recording,
): { recordingId: string; objectKey: string; headerBytes: number } {
  // Not until the next booking alone: that may be cancelled, and then this one extended past it while its parts are in the store already.
  const seconds = Math.max(longestMs, recording.endsAtMs - recording.startsAtMs) / 1_000 + 2 * longestBookendSeconds
  const owner = findBooking(db, recording.bookingId)?.userId ?? 'local'
  const date = path.dirname(recording.folder)
  return {
    recordingId: recording.id,
    objectKey: `${keyPart(owner)}/${date}/${recording.id}.mp4`,
    headerBytes: headerRoom(seconds, recording.fps, chunkSeconds, { sound: recording.sound }),
  }
}

/** A caller's word as part of an object key: letters, digits, dot, dash, underscore; never a path. */
const keyPart = (text: string): string => text.replaceAll(/[^\w-]/g, '_').slice(0, 64) || 'local'
