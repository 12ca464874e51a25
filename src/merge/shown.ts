// What each camera gave to each frame of a film, counted by chunk: a picture of its own, the one before again, or nothing.
// Never decides what is shown: the track reader does.

import { z } from 'zod'
import type { Database } from '../adapters/sqlite.ts'
import { cameras, type Camera } from '../capture/take.ts'

/** One camera at one frame of the film. */
export type ShownFrame = { readonly camera: Camera; readonly frame: number; readonly is: 'picture' | 'repeat' | 'missing' }

/** Frames of the film, by what a camera gave to them. */
export type ShownCount = { readonly kept: number; readonly repeated: number; readonly missing: number }

/** Adds the counts of a chunk's frames; in the transaction of its row. Nothing was counted: nothing is told. */
export function addShown(db: Database, recordingId: string, number: number, frames: readonly ShownFrame[]): void {
  for (const camera of cameras) {
    const own = frames.filter((each) => each.camera === camera)
    const count = (is: ShownFrame['is']): number => own.filter((each) => each.is === is).length
    if (own.length > 0)
      db.run(
        'insert into shown (recording_id, number, camera, kept, repeated, missing) values (?, ?, ?, ?, ?, ?)',
        recordingId,
        number,
        camera,
        count('picture'),
        count('repeat'),
        count('missing'),
      )
  }
}

const row = z.object({ kept: z.int(), repeated: z.int(), missing: z.int() })

/** What a camera gave to all chunks so far, as far as it was counted. */
export function countShown(db: Database, recordingId: string, camera: Camera): ShownCount {
  return row.parse(
    db.get(
      'select coalesce(sum(kept), 0) as kept, coalesce(sum(repeated), 0) as repeated, coalesce(sum(missing), 0) as missing from shown where recording_id = ? and camera = ?',
      recordingId,
      camera,
    ),
  )
}
