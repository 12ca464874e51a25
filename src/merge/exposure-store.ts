// How a panorama's exposure went, as rows beside its chunks.
// Decides nothing: exposure-policy.ts does.

import type { Database } from '../adapters/sqlite.ts'
import type { ExposureNote } from './film-exposure.ts'
import { calibrationSchema } from './stitch/calibration.ts'
import { jsonOf } from '../base/json.ts'

/** The note of a chunk, with its row; none where no panorama is drawn. */
export function addExposure(db: Database, recordingId: string, number: number, notes: readonly ExposureNote[]): void {
  const note = notes.at(-1)
  if (note)
    db.run(
      'insert or replace into exposure (recording_id, number, reached, next) values (?, ?, ?, ?)',
      recordingId,
      number,
      JSON.stringify(note.reached),
      JSON.stringify(note.next),
    )
}

const exposureSchema = calibrationSchema.shape.exposure.unwrap()

/** Of the last chunk that stands. */
export function lastExposure(db: Database, recordingId: string): Pick<ExposureNote, 'reached' | 'next'> | undefined {
  const found = db.get(
    'select e.reached, e.next from exposure e join chunk c on c.recording_id = e.recording_id and c.number = e.number where e.recording_id = ? order by e.number desc limit 1',
    recordingId,
  )
  if (!found) return undefined
  const [reached, next] = [found['reached'], found['next']].map((text) => exposureSchema.safeParse(jsonOf(String(text))).data)
  return reached && next ? { reached, next } : undefined // a row that was damaged: the light is measured anew
}
