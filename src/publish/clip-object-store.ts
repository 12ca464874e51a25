// Clips for phones in the bucket, as rows: which are to be there, which the bucket has acknowledged, which are to go.
// Never asks the bucket. A row is written before the first byte goes, and goes after the object.

import { z } from 'zod'
import type { Database } from '../adapters/sqlite.ts'
import { stemOf } from './companions/bucket-copy-policy.ts'

export type WaitingClip = {
  readonly id: string
  readonly recordingId: string
  /** video.object_key */
  readonly filmKey: string
  readonly bytes: number
  readonly sha256: string
}

const waitingRow = z
  .object({ id: z.string(), recording_id: z.string(), film_key: z.string(), bytes: z.int(), sha256: z.string() })
  .transform((r): WaitingClip => ({ id: r.id, recordingId: r.recording_id, filmKey: r.film_key, bytes: r.bytes, sha256: r.sha256 }))

/** Beside where the film was first sent to: no link shows it, so it stays there when the film moves. */
export const clipObjectKey = (filmKey: string, clipId: string): string => `${stemOf(filmKey)}/phone-${clipId}.mp4`

/** Those that were made and this bucket has not acknowledged, of films that it holds or that are on their way there; in the order in which they were
 *  asked for. */
export const clipsToSend = (db: Database, place: string): WaitingClip[] =>
  db
    .all(
      `select c.id, c.recording_id, v.object_key as film_key, c.bytes, c.sha256 from phone_clip c join video v on v.recording_id = c.recording_id
       where c.state = 'made' and v.published_at_ms is not null and v.removed_at_ms is null
         and (exists (select 1 from upload u where u.film_key = v.object_key and u.place = ?1 and u.state in ('open', 'completing', 'confirmed'))
           or exists (select 1 from film_exchange e join upload u on u.film_key = e.upload_key
             where e.video_id = v.id and u.place = ?1 and u.state in ('open', 'completing', 'confirmed')))
         and not exists (select 1 from clip_object o where o.clip_id = c.id and o.place = ?1 and o.sent_at_ms is not null)
       order by c.asked_at_ms, c.id`,
      place,
    )
    .map((found) => waitingRow.parse(found))

/** Keys under which a clip may stand that nobody wants any more. */
export const clipObjectsToRemove = (db: Database, place: string): string[] =>
  db
    .all(
      `select o.object_key from clip_object o left join phone_clip c on c.id = o.clip_id and c.state = 'made'
       where o.place = ? and c.id is null order by o.object_key`,
      place,
    )
    .map((found) => z.string().parse(found['object_key']))

/** From now on something may stand there. */
export const noteClipBegun = (db: Database, place: string, objectKey: string, { id, filmKey }: Pick<WaitingClip, 'id' | 'filmKey'>): void =>
  void db.run(
    'insert or ignore into clip_object (place, object_key, clip_id, film_key) values (?, ?, ?, ?)',
    ...[place, objectKey, id, filmKey],
  )

/** `etag`: null where we may not look at what stands there. */
export const noteClipSent = (db: Database, place: string, objectKey: string, etag: string | null, nowMs: number): void =>
  void db.run('update clip_object set sent_at_ms = ?, etag = ? where place = ? and object_key = ?', nowMs, etag, place, objectKey)

/** Acknowledged by this bucket, which did not let us look at them. Those behind `after` come first, so that each has its turn. */
export const clipsUnseen = (db: Database, place: string, after: string): { readonly objectKey: string; readonly bytes: number }[] =>
  db
    .all(
      `select o.object_key, c.bytes from clip_object o join phone_clip c on c.id = o.clip_id and c.state = 'made'
       where o.place = ? and o.sent_at_ms is not null and o.etag is null order by o.object_key <= ?, o.object_key`,
      ...[place, after],
    )
    .map((found) => unseenRow.parse(found))

const unseenRow = z.object({ object_key: z.string(), bytes: z.int() }).transform((r) => ({ objectKey: r.object_key, bytes: r.bytes }))

/** From now on it has an address. */
export const noteClipSeen = (db: Database, place: string, objectKey: string, etag: string): void =>
  void db.run('update clip_object set etag = ? where place = ? and object_key = ? and sent_at_ms is not null', etag, place, objectKey)

/** It does not stand there, or not whole: it is to be sent anew. */
export const noteClipMissing = (db: Database, place: string, objectKey: string): void =>
  void db.run('update clip_object set sent_at_ms = null, etag = null where place = ? and object_key = ?', place, objectKey)

export const forgetClipObject = (db: Database, place: string, objectKey: string): void =>
  void db.run('delete from clip_object where place = ? and object_key = ?', place, objectKey)

/** Where the bucket holds a clip and lets us read it. */
export function readableClip(db: Database, place: string, clipId: string): string | undefined {
  const found = db.get(
    'select object_key from clip_object where place = ? and clip_id = ? and sent_at_ms is not null and etag is not null',
    ...[place, clipId],
  )
  return found && z.string().parse(found['object_key'])
}

/** Bytes of clips that arrived there since. */
export const clipBytesSince = (db: Database, place: string, sinceMs: number): number =>
  Number(
    db.get(
      'select coalesce(sum(c.bytes), 0) as bytes from clip_object o join phone_clip c on c.id = o.clip_id where o.place = ? and o.sent_at_ms > ?',
      ...[place, sinceMs],
    )?.['bytes'],
  )
