// What a booking's match is to the people it is shared with, read from the rows: for its page and for e-mail alike.
// Reads only; share-state.ts decides.

import type { Database } from '../adapters/sqlite.ts'
import { findRecordingOf } from '../capture/recording-store.ts'
import type { Booking } from '../booking/booking.ts'
import { listGaps, mergedUntil } from '../merge/chunk-store.ts'
import { calibrationFaultOf } from '../merge/film-calibration.ts'
import { listRedrawn } from '../merge/rig/rig-store.ts'
import { listPictureFaults } from '../merge/picture-faults.ts'
import { listCompanions } from '../publish/companions/companion-store.ts'
import { findVideoOf } from '../publish/video.ts'
import { bookedStateOf, shareStateOf, type ShareState } from './share-state.ts'

export function readShareState(db: Database, booking: Booking, nowMs: number, timeZone: string): ShareState {
  const recording = findRecordingOf(db, booking.id)
  if (!recording) return bookedStateOf(booking, nowMs, timeZone)
  const video = findVideoOf(db, recording.id)
  return shareStateOf(
    {
      recording,
      booking,
      video,
      companions: video ? listCompanions(db, video.id) : [],
      pictureFaults: listPictureFaults(db, recording.id),
      gaps: listGaps(db, recording.id),
      fault: calibrationFaultOf(db, recording.id),
      redrawn: listRedrawn(db, recording.id),
      chunks: mergedUntil(db, recording.id).chunks,
    },
    nowMs,
    timeZone,
  )
}
