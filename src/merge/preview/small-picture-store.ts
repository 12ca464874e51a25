// Small pictures as rows: written with their chunk's row, so that a merge that goes on has them; gone when the film's previews are made.
// Decides nothing: preview-policy.ts does.

import { z } from 'zod'
import type { Database } from '../../adapters/sqlite.ts'
import { thumbnailSeconds } from './preview-policy.ts'
import type { SmallPicture } from './small-pictures.ts'

/** Those of a chunk, in the transaction of its row. What a longer film does not need any more goes. */
export function addSmallPictures(db: Database, recordingId: string, pictures: readonly SmallPicture[], fps: number): void {
  for (const each of pictures) {
    if (each.kind === 'preview' && lostInPreview(db, recordingId) < each.lost) continue
    if (each.kind === 'preview') db.run("delete from small_picture where recording_id = ? and kind = 'preview'", recordingId)
    db.run(
      'insert or replace into small_picture (recording_id, kind, frame, width, height, lost, picture) values (?, ?, ?, ?, ?, ?, ?)',
      recordingId,
      each.kind,
      each.frame,
      each.width,
      each.height,
      each.lost,
      each.data,
    )
    if (each.kind === 'thumbnail')
      db.run(
        "delete from small_picture where recording_id = ? and kind = 'thumbnail' and frame % ? <> 0",
        recordingId,
        thumbnailSeconds((each.frame + 1) / fps) * fps,
      )
  }
}

function lostInPreview(db: Database, recordingId: string): number {
  const found = db.get("select lost from small_picture where recording_id = ? and kind = 'preview'", recordingId)
  return found ? z.int().parse(found['lost']) : Number.MAX_SAFE_INTEGER
}

const row = z
  .object({
    kind: z.enum(['thumbnail', 'preview']),
    frame: z.int(),
    width: z.int(),
    height: z.int(),
    lost: z.int(),
    picture: z.instanceof(Uint8Array),
  })
  .transform(({ picture, ...r }): SmallPicture => ({ ...r, data: Buffer.from(picture.buffer, picture.byteOffset, picture.byteLength) }))

/** In the order of the film; at most ten megabytes. */
export const listSmallPictures = (db: Database, recordingId: string, kind: SmallPicture['kind']): SmallPicture[] =>
  db
    .all(
      'select kind, frame, width, height, lost, picture from small_picture where recording_id = ? and kind = ? order by frame',
      recordingId,
      kind,
    )
    .map((found) => row.parse(found))

export const hasSmallPictures = (db: Database, recordingId: string): boolean =>
  db.get('select 1 from small_picture where recording_id = ? limit 1', recordingId) !== undefined

export const forgetSmallPictures = (db: Database, recordingId: string): void =>
  void db.run('delete from small_picture where recording_id = ?', recordingId)
