// All that a page of a shared recording tells, read from the rows.
// Never decides who may see it.

import type { Database } from '../adapters/sqlite.ts'
import { findBooking } from '../booking/booking-store.ts'
import { findRecording } from '../capture/recording-store.ts'
import { listGaps, mergedUntil } from '../merge/chunk-store.ts'
import { calibrationFaultOf } from '../merge/film-calibration.ts'
import { listPictureFaults } from '../merge/picture-faults.ts'
import { listRedrawn } from '../merge/rig/rig-store.ts'
import { listCompanions } from '../publish/companions/companion-store.ts'
import { findVideoOf } from '../publish/video.ts'
import type { Shared } from './share-state.ts'

export function readShared(db: Database, recordingId: string): Shared | undefined {
  const recording = findRecording(db, recordingId)
  if (!recording) return undefined
  const video = findVideoOf(db, recording.id)
  return {
    recording,
    booking: findBooking(db, recording.bookingId),
    video,
    companions: video ? listCompanions(db, video.id) : [],
    pictureFaults: listPictureFaults(db, recording.id),
    gaps: listGaps(db, recording.id),
    fault: calibrationFaultOf(db, recording.id),
    redrawn: listRedrawn(db, recording.id),
    chunks: mergedUntil(db, recording.id).chunks,
  }
}
