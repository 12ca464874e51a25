// A film goes to another key of its bucket, copied by the store itself, so that addresses that were given away open nothing any more.
// Never removes the old object before the copy is proven like an upload; after a crash it begins the copy anew.

import { z } from 'zod'
import { addEvent, addToOutbox, addTransition } from '../../../adapters/log-tables.ts'
import type { Database } from '../../../adapters/sqlite.ts'
import type { Clock } from '../../../base/clock.ts'
import { BucketError, bucketError } from './bucket-error.ts'
import type { Bucket, UploadName } from './bucket.ts'
import { look, nextKey } from './complete-upload.ts'
import { expectedOf, judgeObject, type SentPart } from './proof-policy.ts'
import { removeObject } from './remove-object.ts'
import { findUpload, isObjectWanted, listSentParts, type UploadRow } from './upload-ledger.ts'

export type MoveOptions = { readonly db: Database; readonly clock: Pick<Clock, 'nowMs'>; readonly bucket: Bucket }

export type ObjectMove = {
  readonly filmKey: string
  readonly fromKey: string
  readonly toKey: string
  readonly uploadId: string | undefined
  readonly copied: boolean
}

const row = z
  .object({
    film_key: z.string(),
    from_key: z.string(),
    to_key: z.string(),
    upload_id: z.string().nullable(),
    copied_at_ms: z.int().nullable(),
  })
  .transform((r): ObjectMove => ({
    filmKey: r.film_key,
    fromKey: r.from_key,
    toKey: r.to_key,
    uploadId: r.upload_id ?? undefined,
    copied: r.copied_at_ms !== null,
  }))

export const listMoves = (db: Database): ObjectMove[] =>
  db
    .all('select film_key, from_key, to_key, upload_id, copied_at_ms from object_move order by wanted_at_ms')
    .map((found) => row.parse(found))

/** Noted in the caller's transaction. A film that is still to be copied is moved once; one whose copy stands already is moved again behind that: the
 *  addresses to end are those of the copy. One that was removed is not moved at all. */
export function wantMove(db: Database, filmKey: string, nowMs: number): void {
  const upload = findUpload(db, filmKey)
  if (upload?.state !== 'confirmed') return
  if (db.get('select 1 from video where object_key = ? and removed_at_ms is not null', filmKey)) return
  db.run(
    `insert into object_move (film_key, from_key, to_key, wanted_at_ms) values (?, ?, ?, ?)
     on conflict (film_key) do update set again_at_ms = excluded.wanted_at_ms where copied_at_ms is not null`,
    ...[filmKey, upload.objectKey, nextKey(upload.objectKey), nowMs],
  )
}

/** Goes on where it was. Errors: those of the bucket; then it is asked again later. */
export async function moveObject(options: MoveOptions, move: ObjectMove, signal: AbortSignal): Promise<void> {
  const { db, bucket } = options
  const upload = findUpload(db, move.filmKey)
  if (upload && upload.place !== bucket.place) return forget(db, move.filmKey)
  if (upload?.state !== 'confirmed') return giveUpMove(options, move, upload !== undefined, signal)
  if (!move.copied) {
    const cleared = await clearTarget(options, move, signal)
    if (!(await copyTo(options, upload, cleared, signal))) return giveUpMove(options, { ...cleared, copied: true }, false, signal)
  }
  await removeObject(bucket, move.fromKey, signal)
  db.transaction(() => {
    const again = db.get('select again_at_ms from object_move where film_key = ?', move.filmKey)?.['again_at_ms']
    forget(db, move.filmKey)
    if (typeof again === 'number') wantMove(db, move.filmKey, again)
  })
}

/** The film was thrown away meanwhile, or is sent anew: what the move has made goes, and what is left of a film that nobody sends any more. */
async function giveUpMove({ db, bucket }: MoveOptions, move: ObjectMove, isSent: boolean, signal: AbortSignal): Promise<void> {
  const { filmKey, fromKey, toKey, uploadId, copied } = move
  if (uploadId !== undefined) await abortIfThere(bucket, { key: toKey, uploadId }, signal)
  const ours = [...(isSent ? [] : [fromKey]), ...(copied || uploadId !== undefined ? [toKey] : [])] // before that, another's may stand there
  for (const key of ours) if (!isObjectWanted(db, bucket.place, key)) await removeObject(bucket, key, signal)
  forget(db, filmKey)
}

const abortIfThere = (bucket: Bucket, name: UploadName, signal: AbortSignal): Promise<void> =>
  bucket.abort(name, signal).catch((error: unknown) => {
    if (!['upload-gone', 'not-there'].includes(bucketError('AbortMultipartUpload', error).fault.kind)) throw error
  })

/** A copy of an earlier life is thrown away, and a key that is taken is left to whoever has it. */
async function clearTarget({ db, bucket }: MoveOptions, move: ObjectMove, signal: AbortSignal): Promise<ObjectMove> {
  let { toKey } = move
  if (move.uploadId !== undefined) await abortIfThere(bucket, { key: toKey, uploadId: move.uploadId }, signal)
  // It may be our own copy whose answer was lost; to leave it would be a second object of the film.
  const standing = await look(bucket, toKey, signal)
  const isOurs = standing.is === 'there' && judgeObject(expectedOf(partsOf(db, move.filmKey)), standing.told).is === 'proven'
  if (isOurs && move.uploadId !== undefined) return move // by its upload it stays known as ours
  if (standing.is === 'there' && !isOurs) toKey = nextKey(toKey)
  db.run('update object_move set to_key = ?, upload_id = null where film_key = ?', toKey, move.filmKey)
  return { ...move, toKey, uploadId: undefined }
}

const partsOf = (db: Database, filmKey: string): SentPart[] => {
  const upload = findUpload(db, filmKey)
  return upload ? listSentParts(db, upload.id) : []
}

const atATime = 3

/** Whether the film has moved; not when it was thrown away meanwhile. */
async function copyTo(
  { db, clock, bucket }: MoveOptions,
  upload: UploadRow,
  { filmKey, fromKey, toKey }: ObjectMove,
  signal: AbortSignal,
): Promise<boolean> {
  const parts = listSentParts(db, upload.id)
  const { uploadId } = await bucket.begin(toKey, 'video/mp4', 'etag', signal)
  db.run('update object_move set upload_id = ? where film_key = ?', uploadId, filmKey)
  const name: UploadName = { key: toKey, uploadId }
  const copied = new Map<number, string>()
  const left = [...parts]
  const lane = async (): Promise<void> => {
    for (let part = left.shift(); part; part = left.shift())
      copied.set(
        part.number,
        (await bucket.copyPart(name, { number: part.number, from: fromKey, firstByte: part.firstByte, bytes: part.bytes }, signal)).etag,
      )
  }
  await Promise.all(Array.from({ length: atATime }, lane))
  const order = parts.map((part) => ({ number: part.number, etag: copied.get(part.number) ?? '', sha256: part.sha256 }))
  const told = await bucket.complete(name, { parts: order, checksum: 'etag', crc32: '', onlyIfAbsent: false }, signal)
  const expected = expectedOf(parts)
  const seen = await look(bucket, toKey, signal)
  const verdict = judgeObject(expected, seen.is === 'there' ? seen.told : told)
  if (seen.is === 'absent' || verdict.is !== 'proven') return stay({ db, clock, bucket }, { filmKey, toKey }, signal)
  const nowMs = Math.round(clock.nowMs())
  return db.transaction(() => {
    const moved = "update upload set object_key = ?, etag = ? where id = ? and state = 'confirmed'"
    if (db.run(moved, toKey, told.etag ?? null, upload.id) === 0) return false
    db.run('update object_move set copied_at_ms = ?, upload_id = null where film_key = ?', nowMs, filmKey)
    addTransition(db, { atMs: nowMs, subject: 'upload', subjectId: upload.id, from: fromKey, to: toKey, cause: 'a link was revoked' })
    addEvent(db, { atMs: nowMs, kind: 'upload.moved', subjectId: filmKey, facts: { object: toKey } })
    const recording = db.get('select recording_id as id from video where object_key = ?', filmKey)?.['id']
    if (typeof recording === 'string') addEvent(db, { atMs: nowMs, kind: 'video.moved', subjectId: filmKey, facts: { recording } })
    addToOutbox(db, nowMs, 'video.moved', { filmKey, objectKey: toKey })
    return true
  })
}

/** A copy that nobody can prove is worth nothing, and another one would be none the better: the film stays, and what that means is told. */
async function stay(
  { db, clock, bucket }: MoveOptions,
  { filmKey, toKey }: Pick<ObjectMove, 'filmKey' | 'toKey'>,
  signal: AbortSignal,
): Promise<never> {
  await removeObject(bucket, toKey, signal).catch(() => undefined) // where that is not allowed the lifecycle rule of the bucket is left
  db.transaction(() => {
    forget(db, filmKey)
    addEvent(db, { atMs: Math.round(clock.nowMs()), kind: 'upload.not-moved', subjectId: filmKey, facts: { object: toKey } })
  })
  throw new BucketError(notTheSame, { object: toKey })
}

const forget = (db: Database, filmKey: string): void => void db.run('delete from object_move where film_key = ?', filmKey)

const notTheSame = {
  kind: 'unconfirmed',
  permanent: true,
  code: 'upstream_unavailable',
  message: 'the bucket copied the film but gives no proof that the copy is whole',
  hint: 'the film stays where it is: addresses of it that were given away open until they end, after at most 7 days; allow s3:GetObject on this bucket',
} as const
