// The cameras' tracks of a match in the bucket, as rows: which recordings are done, and which objects there are.
// Never asks the bucket.

import { z } from 'zod'
import { addEvent } from '../../adapters/log-tables.ts'
import type { Database } from '../../adapters/sqlite.ts'
import { isTrackKey, stemOf } from '../companions/bucket-copy-policy.ts'
import { listBucketCopies, noteBucketCopy } from '../companions/bucket-copy-store.ts'
import type { Video } from '../video.ts'

export const trackObjectSchema = z.object({
  camera: z.enum(['left', 'right']),
  objectKey: z.string().max(1_024),
  bytes: z.int().nonnegative(),
  sha256: z.string().max(64),
})

export const sentTracksSchema = z.object({ place: z.string().max(1_000), objects: z.array(trackObjectSchema).max(10_000) })
export type SentTracks = z.infer<typeof sentTracksSchema>

/** Beside where the film was first sent to: no link leads to it, so it stays there when the film moves. `number` from 1: a camera that was away gives several. */
export const trackKey = ({ objectKey }: Pick<Video, 'objectKey'>, camera: 'left' | 'right', number: number): string =>
  `${trackPrefix({ objectKey })}${camera}-${number}.ts`

/** What the keys of all of a film's tracks begin with. */
export const trackPrefix = ({ objectKey }: Pick<Video, 'objectKey'>): string => `${stemOf(objectKey)}/track-`

/** `undefined` until all that there was is in the bucket. */
export function findTracks(
  db: Database,
  { recordingId, objectKey: filmKey }: Pick<Video, 'recordingId' | 'objectKey'>,
): SentTracks | undefined {
  const found = db.get('select place from tracks_sent where recording_id = ?', recordingId)
  if (!found) return undefined
  const { place } = z.object({ place: z.string() }).parse(found)
  const objects = listBucketCopies(db, place, filmKey)
    .filter(({ objectKey }) => isTrackKey(objectKey))
    .map(({ objectKey, bytes, sha256 }) => ({ camera: cameraOf(objectKey), objectKey, bytes, sha256 }))
  return { place, objects }
}

const cameraOf = (objectKey: string): 'left' | 'right' => (objectKey.includes('/track-left-') ? 'left' : 'right')

/** Told as an event: the manifest follows. */
export function noteTracksSent(db: Database, place: string, { id, recordingId }: Video, nowMs: number): void {
  db.transaction(() => {
    db.run('insert or replace into tracks_sent (recording_id, place, at_ms) values (?, ?, ?)', recordingId, place, nowMs)
    addEvent(db, { atMs: nowMs, kind: 'video.companions', subjectId: id, facts: { recording: recordingId, kinds: 'tracks' } })
  })
}

/** In the caller's transaction: what a manifest tells of them, so that they go with their film. */
export function restoreTracks(
  db: Database,
  { recordingId, objectKey: filmKey }: Pick<Video, 'recordingId' | 'objectKey'>,
  told: SentTracks,
  nowMs: number,
): void {
  for (const { objectKey, bytes, sha256 } of told.objects)
    noteBucketCopy(db, told.place, { objectKey, filmKey, bytes, sha256, changedAtMs: 0 }, nowMs)
  db.run('insert or replace into tracks_sent (recording_id, place, at_ms) values (?, ?, ?)', recordingId, told.place, nowMs)
}

/** Recordings whose film this bucket holds and whose tracks it does not, oldest first. Nothing is still made or read of them. */
export const filmsWithoutTracks = (db: Database, place: string): string[] =>
  db
    .all(
      `select v.id from video v join upload u on u.film_key = v.object_key and u.state = 'confirmed' and u.place = ?1
       where v.published_at_ms is not null and v.removed_at_ms is null and v.sha256 is not null
         and not exists (select 1 from step s where s.recording_id = v.recording_id and s.state <> 'done')
         and not exists (select 1 from tracks_sent t where t.recording_id = v.recording_id and t.place = ?1)
       order by v.published_at_ms limit 50`,
      place,
    )
    .map((found) => z.string().parse(found['id']))

/** Films are on their way: tracks wait. */
export const filmsWait = (db: Database): boolean => db.get("select 1 from upload where state in ('open', 'completing')") !== undefined
