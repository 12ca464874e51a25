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
import { findUpload } from '../stores/s3/upload-ledger.ts'
import type { FilmStore } from '../stores/store.ts'
import { listVideos, type Video } from '../video.ts'
import { isRenditionKey, wantedBeside, type WantedObject } from './bucket-copy-policy.ts'
import { copiesOfRemoved, forgetBucketCopy, listBucketCopies, noteBucketCopy } from './bucket-copy-store.ts'
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
  const { db, clock, logger } = options
  const told = new Set<string>()
  let isFirst = true
  for (let rest = lookMs; !signal.aborted;) {
    try {
      await removeOfRemoved(options, signal)
      const since = isFirst ? 0 : clock.nowMs() - freshMs
      for (
        let offset = 0, films = listVideos(db, pageOfFilms, 0);
        films.length > 0;
        films = listVideos(db, pageOfFilms, (offset += pageOfFilms))
      ) {
        for (const video of films) if ((video.published?.atMs ?? 0) >= since && !signal.aborted) await copyBeside(options, video, signal)
        if ((films.at(-1)?.published?.atMs ?? 0) < since) break
      }
      isFirst = false
      rest = lookMs
      told.clear()
    } catch (error) {
      if (signal.aborted) return
      const { facts, fault } = bucketError('PutObject', error)
      if (!told.has(fault.kind))
        logger.warn({ ...facts, hint: fault.hint }, `what stands beside a film is not in the bucket: ${fault.message}`)
      told.add(fault.kind)
      rest = Math.min(longestRestMs, rest * 2)
    }
    await clock.sleep(rest, signal)
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
  for (const each of wanted) await sendOne(options, video, each, signal)
  const keys = new Set(wanted.map(({ objectKey }) => objectKey))
  for (const { objectKey } of listBucketCopies(db, bucket.place, video.objectKey))
    if (!keys.has(objectKey) && !isRenditionKey(objectKey)) await removeBucketCopy(options, objectKey, signal)
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

/** Who may not remove leaves it, and does not ask for ever. */
export async function removeBucketCopy(
  { db, clock, bucket, logger }: Pick<BucketCopyOptions, 'db' | 'clock' | 'bucket' | 'logger'>,
  objectKey: string,
  signal: AbortSignal,
): Promise<void> {
  try {
    await bucket.remove(objectKey, signal)
  } catch (error) {
    const { facts, fault } = bucketError('DeleteObject', error)
    if (fault.kind !== 'forbidden' && fault.kind !== 'not-there') throw error
    if (fault.kind === 'forbidden') {
      addEvent(db, { atMs: Math.round(clock.nowMs()), kind: 'upload.left', subjectId: objectKey, facts: {} })
      logger.warn(
        { ...facts, object: objectKey, hint: 'allow s3:DeleteObject on this bucket, or remove it by hand' },
        'an object stays in the bucket',
      )
    }
  }
  forgetBucketCopy(db, bucket.place, objectKey)
}

function ifThere(error: unknown): undefined {
  if (errnoOf(error) !== 'ENOENT') throw error
  return undefined
}
