// Poster, small pictures and manifest of each film that the bucket holds, beside it there: sent when they are made or changed, gone from where the film was.
// Needs no right but to put: what may not be removed stays and is told. Never holds up a film.

import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { addEvent } from '../../adapters/log-tables.ts'
import type { Database } from '../../adapters/sqlite.ts'
import type { Clock } from '../../base/clock.ts'
import { errnoOf } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import { findRecording } from '../../capture/recording-store.ts'
import { bucketError } from '../stores/s3/bucket-error.ts'
import type { Bucket } from '../stores/s3/bucket.ts'
import { removeObject } from '../stores/s3/remove-object.ts'
import { findUpload } from '../stores/s3/upload-ledger.ts'
import type { FilmStore } from '../stores/store.ts'
import { findVideoByKey, listVideos, type Video } from '../video.ts'
import { isRenditionKey, isTrackKey, wantedBeside, type WantedObject } from './bucket-copy-policy.ts'
import { copiesOfRemoved, filmsWithStrays, forgetBucketCopy, listBucketCopies, noteBucketCopy } from './bucket-copy-store.ts'
import { listCompanions } from './companion-store.ts'

export type BucketCopyOptions = {
  readonly db: Database
  readonly clock: Clock
  readonly logger: Logger
  readonly store: Pick<FilmStore, 'pathOf'>
  readonly recordingsFolder: string
  readonly bucket: Bucket
}

const lookMs = 2_000
const longestRestMs = 600_000

/** What stands beside a film changes in its first days; all films are looked at once in a life. */
const freshMs = 3 * 24 * 3_600_000
const pageOfFilms = 200

/** Until the signal aborts. */
export async function keepBucketCopies(options: BucketCopyOptions, signal: AbortSignal): Promise<void> {
  const { clock, logger } = options
  const told = new Set<string>()
  let isFirst = true
  for (let rest = lookMs; !signal.aborted;) {
    const faults: unknown[] = []
    const note = (error: unknown): void => void faults.push(error)
    await removeOfRemoved(options, signal).catch(note)
    try {
      for (const video of filmsToLookAt(options, isFirst ? 0 : clock.nowMs() - freshMs)) {
        if (signal.aborted) return
        await copyBeside(options, video, signal).catch(note) // the others do not wait for it
      }
      isFirst = faults.length > 0 && isFirst // else what failed of an older film waits for the next life
    } catch (error) {
      note(error)
    }
    if (signal.aborted) return
    for (const { facts, fault } of faults.map((error) => bucketError('PutObject', error))) {
      if (!told.has(fault.kind))
        logger.warn({ ...facts, hint: fault.hint }, `what stands beside a film is not in the bucket: ${fault.message}`)
      told.add(fault.kind)
    }
    rest = faults.length > 0 ? Math.min(longestRestMs, rest * 2) : lookMs
    if (faults.length === 0) told.clear()
    await clock.sleep(rest, signal)
  }
}

/** Those that were published since, and those that have moved since something was sent beside them. */
function* filmsToLookAt({ db, bucket }: BucketCopyOptions, sinceMs: number): Generator<Video> {
  for (const filmKey of filmsWithStrays(db, bucket.place)) {
    const moved = findVideoByKey(db, filmKey)
    if (moved?.published) yield moved
  }
  for (let offset = 0; ; offset += pageOfFilms) {
    const films = listVideos(db, pageOfFilms, offset)
    for (const video of films) if ((video.published?.atMs ?? 0) >= sinceMs) yield video
    if (films.length < pageOfFilms || (films.at(-1)?.published?.atMs ?? 0) < sinceMs) return
  }
}

/** What stood beside a film goes with it. Errors: those of the bucket. */
export async function removeOfRemoved(options: BucketCopyOptions, signal: AbortSignal): Promise<void> {
  for (const objectKey of copiesOfRemoved(options.db, options.bucket.place)) await removeBucketCopy(options, objectKey, signal)
}

/** Only of a film whose object is proven. Errors: those of the bucket. */
export async function copyBeside(options: BucketCopyOptions, video: Video, signal: AbortSignal): Promise<void> {
  const { db, bucket } = options
  const upload = findUpload(db, video.objectKey)
  if (upload?.state !== 'confirmed' || upload.place !== bucket.place) return
  const wanted = wantedBeside(video.objectKey, upload.objectKey, listCompanions(db, video.id))
  const keys = new Set(wanted.map(({ objectKey }) => objectKey))
  // First what people must not see any more goes, then what they are to see comes.
  for (const { objectKey } of listBucketCopies(db, bucket.place, video.objectKey))
    if (!keys.has(objectKey) && !isRenditionKey(objectKey) && !isTrackKey(objectKey)) await removeBucketCopy(options, objectKey, signal)
  for (const each of wanted) await sendOne(options, video, each, signal)
}

async function sendOne(
  { db, clock, store, recordingsFolder, bucket }: BucketCopyOptions,
  video: Video,
  { objectKey, from, type }: WantedObject,
  signal: AbortSignal,
): Promise<void> {
  const file = from === 'manifest' ? manifestOf(db, recordingsFolder, video) : store.pathOf(from.storeKey)
  const facts = file === undefined ? undefined : await stat(file).catch(ifThere)
  if (file === undefined || !facts) return // not made yet
  const known = listBucketCopies(db, bucket.place, video.objectKey).find((each) => each.objectKey === objectKey)
  if (known?.bytes === facts.size && known.changedAtMs === facts.mtimeMs) return
  const body = await readFile(file).catch(ifThere)
  if (!body) return
  const sha256 = createHash('sha256').update(body).digest('hex')
  if (known?.sha256 !== sha256) await bucket.put(objectKey, body, type, AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]))
  noteBucketCopy(
    db,
    bucket.place,
    { objectKey, filmKey: video.objectKey, bytes: body.length, sha256, changedAtMs: facts.mtimeMs },
    Math.round(clock.nowMs()),
  )
}

/** A megabyte at the slowest rate there is. */
const patienceMs = 300_000

function manifestOf(db: Database, recordingsFolder: string, video: Video): string | undefined {
  const recording = findRecording(db, video.recordingId)
  return recording && path.join(recordingsFolder, recording.folder, 'recording.json')
}

export async function removeBucketCopy(options: RemoveOptions, objectKey: string, signal: AbortSignal): Promise<void> {
  await removeOrLeave(options, objectKey, signal)
  forgetBucketCopy(options.db, options.bucket.place, objectKey)
}

type RemoveOptions = Pick<BucketCopyOptions, 'db' | 'clock' | 'bucket' | 'logger'>

/** Who may not remove leaves it, and does not ask for ever. Errors: those of the bucket that pass by themselves. */
export async function removeOrLeave({ db, clock, bucket, logger }: RemoveOptions, objectKey: string, signal: AbortSignal): Promise<void> {
  try {
    await removeObject(bucket, objectKey, signal)
  } catch (error) {
    const { facts, fault } = bucketError('DeleteObject', error)
    if (fault.kind !== 'forbidden') throw error
    addEvent(db, { atMs: Math.round(clock.nowMs()), kind: 'upload.left', subjectId: objectKey, facts: {} })
    logger.warn(
      { ...facts, object: objectKey, hint: 'allow s3:DeleteObject on this bucket, or remove it by hand' },
      'an object stays in the bucket',
    )
  }
}

function ifThere(error: unknown): undefined {
  if (errnoOf(error) !== 'ENOENT') throw error
  return undefined
}
