// What looked wrong in a camera's picture, as rows: told while the match is on, and kept with the film.
// Decides nothing: src/check/picture-health.ts does.

import { z } from 'zod'
import { addEvent } from '../adapters/log-tables.ts'
import type { Database } from '../adapters/sqlite.ts'
import type { Camera } from '../capture/take.ts'
import type { FaultyStretch, PictureFault } from '../check/picture-health.ts'

export type PictureFaultRow = FaultyStretch & { readonly camera: Camera }

/** A stretch that began is told as an event once; while it lasts its row grows. */
export function notePictureFault(
  db: Database,
  recordingId: string,
  { camera, fault, firstFrame, frames }: PictureFaultRow,
  nowMs: number,
): void {
  db.transaction(() => {
    const grown = db.run(
      'update picture_fault set frames = ? where recording_id = ? and camera = ? and fault = ? and first_frame = ?',
      frames,
      recordingId,
      camera,
      fault,
      firstFrame,
    )
    if (grown === 1) return
    db.run(
      'insert into picture_fault (recording_id, camera, fault, first_frame, frames) values (?, ?, ?, ?, ?)',
      recordingId,
      camera,
      fault,
      firstFrame,
      frames,
    )
    addEvent(db, { atMs: nowMs, kind: 'camera.suspect', subjectId: recordingId, facts: { camera, fault } })
  })
}

const faults: readonly PictureFault[] = ['black', 'covered', 'frozen']
const row = z
  .object({ camera: z.enum(['left', 'right']), fault: z.enum(faults), first_frame: z.int(), frames: z.int() })
  .transform((r): PictureFaultRow => ({ camera: r.camera, fault: r.fault, firstFrame: r.first_frame, frames: r.frames }))

/** In the order of the film. */
export const listPictureFaults = (db: Database, recordingId: string): PictureFaultRow[] =>
  db
    .all('select camera, fault, first_frame, frames from picture_fault where recording_id = ? order by first_frame, camera', recordingId)
    .map((found) => row.parse(found))
