// Clips for phones as a recording's manifest tells them, and back into rows of a database that has lost them: so they leave the bucket as all clips do.
// Never asks the bucket, and never looks for a file: one that is gone is told by fsck, and its clip may be deleted.

import { z } from 'zod'
import type { Database } from '../../adapters/sqlite.ts'
import { isId } from '../../base/ids.ts'
import { instant } from '../../booking/booking.ts'
import { clipObjectKey, noteClipBegun } from '../clip-object-store.ts'
import { phoneShapes } from './phone-clip-format.ts'
import { mostPhoneClips } from './phone-clip-store.ts'

const instantMs = z.iso.datetime().transform((text) => Date.parse(text))
const clipId = z.string().refine(isId)

/** `objects`: where one may stand in a bucket, also of clips that were deleted since and whose removal waits. */
export const storedPhoneClipsSchema = z.object({
  made: z
    .array(
      z.object({
        id: clipId,
        from: instantMs,
        to: instantMs,
        shape: z.enum(phoneShapes),
        label: z.string().max(200).nullable(),
        askedBy: z.string().max(200),
        askedAt: instantMs,
        width: z.int().positive(),
        height: z.int().positive(),
        bytes: z.int().nonnegative(),
        sha256: z.string().max(64),
      }),
    )
    .max(mostPhoneClips),
  objects: z.array(z.object({ place: z.string().max(1_000), objectKey: z.string().max(1_024), clipId })).max(10_000),
})
export type StoredPhoneClips = z.infer<typeof storedPhoneClipsSchema>

const madeRow = z
  .object({
    id: z.string(),
    from_ms: z.int(),
    to_ms: z.int(),
    shape: z.enum(phoneShapes),
    label: z.string().nullable(),
    asked_by: z.string(),
    asked_at_ms: z.int(),
    width: z.int(),
    height: z.int(),
    bytes: z.int(),
    sha256: z.string(),
  })
  .transform(({ id, shape, label, width, height, bytes, sha256, ...r }) => ({
    ...{ id, from: instant(r.from_ms), to: instant(r.to_ms), shape, label, askedBy: r.asked_by, askedAt: instant(r.asked_at_ms) },
    ...{ width, height, bytes, sha256 },
  }))

const objectRow = z
  .object({ place: z.string(), object_key: z.string(), clip_id: z.string() })
  .transform((r) => ({ place: r.place, objectKey: r.object_key, clipId: r.clip_id }))

/** As JSON. */
export const tellPhoneClips = (db: Database, recordingId: string, filmKey: string): z.input<typeof storedPhoneClipsSchema> => ({
  made: db
    .all(
      `select id, from_ms, to_ms, shape, label, asked_by, asked_at_ms, width, height, bytes, sha256 from phone_clip
         where recording_id = ? and state = 'made' order by asked_at_ms, id`,
      recordingId,
    )
    .map((found) => madeRow.parse(found)),
  objects: db
    .all('select place, object_key, clip_id from clip_object where film_key = ? order by place, object_key', filmKey)
    .map((found) => objectRow.parse(found)),
})

/** In the caller's transaction. `place`: of the bucket that holds the film; a clip may stand beside it there, whatever the manifest knew: it is sent once more. */
export function restorePhoneClips(
  db: Database,
  { recordingId, filmKey, place }: { readonly recordingId: string; readonly filmKey: string; readonly place: string | undefined },
  { made, objects }: StoredPhoneClips,
): void {
  for (const { id, from, to, shape, label, askedBy, askedAt, width, height, bytes, sha256 } of made) {
    db.run(
      `insert or ignore into phone_clip (id, recording_id, from_ms, to_ms, shape, state, label, asked_by, asked_at_ms, width, height, bytes, sha256)
       values (?, ?, ?, ?, ?, 'made', ?, ?, ?, ?, ?, ?, ?)`,
      ...[id, recordingId, from, to, shape, label, askedBy, askedAt, width, height, bytes, sha256],
    )
    if (place !== undefined) noteClipBegun(db, place, clipObjectKey(filmKey, id), { id, filmKey })
  }
  for (const each of objects) noteClipBegun(db, each.place, each.objectKey, { id: each.clipId, filmKey })
}
