// The upload that a film goes on with: the one that its rows tell of, reconciled with what the bucket lists, or a new one.
// Never aborts an upload that a row still lives by, and never one of somebody else.

import type { Bucket, ListedPart } from './bucket.ts'
import { BucketError } from './bucket-error.ts'
import { eachNameTaken, look, nextKey } from './complete-upload.ts'
import { partBytesFor, partCount, maxParts } from './part-policy.ts'
import { uploadName, type Film, type UploadContext } from './upload-context.ts'
import {
  findUpload,
  forgetPart,
  giveUp,
  isLive,
  listSentParts,
  moveObject,
  noteBegun,
  openUploadRow,
  type UploadRow,
} from './upload-ledger.ts'

/** `there`: parts that the bucket has and no row tells of, by number. */
export type Begun = { readonly row: UploadRow; readonly there: ReadonlyMap<number, ListedPart> }

/** Errors: those of the bucket. A second call goes on where the first one failed. */
export async function beginUpload(context: UploadContext, film: Film, available: number, signal: AbortSignal): Promise<Begun> {
  const { db } = context
  const known = usable(context, film, available)
  if (known?.state === 'confirmed') return { row: known, there: new Map() }
  if (known?.uploadId !== undefined) return { row: known, there: await reconcile(context, known, signal) }
  const row = known ?? newRow(context, film, available)
  if (known) await clearOrphans(context, row, signal)
  const { objectKey } = await keepClear(context, row, signal)
  return { row: noteBegun(db, row.id, await begin(context, objectKey, signal)), there: new Map() }
}

/** Before anything is asked, so that there is a place to tell what keeps it from beginning. */
function newRow({ db, bucket, clock, wantedPartBytes }: UploadContext, film: Film, available: number): UploadRow {
  const { filmKey, headerBytes } = film
  const longestBytes = Math.max(film.longestBytes, available > film.longestBytes ? available * 2 : 0)
  const partBytes = partBytesFor({ wantedBytes: wantedPartBytes, headerBytes, longestBytes })
  return openUploadRow(db, { filmKey, place: bucket.place, objectKey: filmKey, partBytes, headerBytes }, Math.round(clock.nowMs()))
}

/** Under the film's own key, unless somebody's object stands there: then the first name beside it that is free. Each try looks at so many and no more. */
async function keepClear({ db, bucket }: UploadContext, row: UploadRow, signal: AbortSignal): Promise<UploadRow> {
  if (row.mayReplace) return row
  let key = row.objectKey
  for (let looks = 0; looks < mostNames; looks += 1) {
    if ((await look(bucket, key, signal)).is !== 'there') return key === row.objectKey ? row : moveObject(db, row.id, key)
    key = nextKey(key)
  }
  throw new BucketError(eachNameTaken, { object: row.objectKey, names: mostNames })
}

const mostNames = 20

/** The living row, if the film can go on by it; otherwise it is given up. */
function usable({ db, bucket, clock }: UploadContext, film: Film, available: number): UploadRow | undefined {
  const row = findUpload(db, film.filmKey)
  if (!row) return undefined
  const fits = row.place === bucket.place && row.headerBytes === film.headerBytes && partCount(available, row.partBytes) <= maxParts
  if (fits) return row
  giveUp(db, row, 'abandoned', row.place === bucket.place ? 'another form of the film' : 'another bucket', Math.round(clock.nowMs()))
  return undefined
}

/** With the strongest checksum of the whole that this store takes; one that refuses is not asked again. Who is told to stop waits a moment
 *  for the answer: an upload that was begun and whose name nobody heard could not be aborted. */
async function begin({ bucket, abilities }: UploadContext, key: string, stopped: AbortSignal) {
  const late = new AbortController()
  const giveUpLater = (): void => void setTimeout(() => late.abort(stopped.reason), graceMs).unref()
  stopped.addEventListener('abort', giveUpLater, { once: true })
  try {
    stopped.throwIfAborted()
    return await beginWithin({ bucket, abilities }, key, late.signal)
  } finally {
    stopped.removeEventListener('abort', giveUpLater)
  }
}

const graceMs = 3_000

async function beginWithin({ bucket, abilities }: Pick<UploadContext, 'bucket' | 'abilities'>, key: string, signal: AbortSignal) {
  for (;;) {
    const checksum = abilities.checksums[0] ?? 'etag'
    try {
      const begun = await bucket.begin(key, 'video/mp4', checksum, signal)
      if (begun.checksum !== checksum) abilities.checksums = ['etag'] // it did not say that it keeps one
      return begun
    } catch (error) {
      if (!(error instanceof BucketError) || error.fault.kind !== 'unsupported' || checksum === 'etag') throw error
      abilities.checksums.shift()
    }
  }
}

/** A request to begin whose answer was lost may have begun one that no row knows. Who may not list them leaves them to the bucket's own rule. */
async function clearOrphans({ db, bucket }: UploadContext, row: UploadRow, signal: AbortSignal): Promise<void> {
  try {
    for (const each of await bucket.openUploads(row.objectKey, signal))
      if (each.key === row.objectKey && !isLive(db, bucket.place, each.uploadId)) await bucket.abort(each, signal)
  } catch (error) {
    if (!(error instanceof BucketError) || !['forbidden', 'unsupported', 'upload-gone', 'not-there'].includes(error.fault.kind)) throw error
  }
}

/** What the bucket lists and the rows tell are made one: only what both have counts as sent. A part whose row a crash swallowed is looked at when
 *  it is due: only then is it known what it should be. */
async function reconcile({ db, bucket }: UploadContext, row: UploadRow, signal: AbortSignal): Promise<Begun['there']> {
  const listed = await list(bucket, row, signal)
  if (!listed) return new Map()
  const there = new Map(listed.map((part) => [part.number, part]))
  for (const { number, etag, bytes } of listSentParts(db, row.id)) {
    const found = there.get(number)
    if (found?.etag !== etag || found.bytes !== bytes) forgetPart(db, row.id, number)
    else there.delete(number)
  }
  return there
}

/** `undefined` when we may not ask: then the rows are believed, and Complete is the judge. */
async function list(bucket: Bucket, row: UploadRow, signal: AbortSignal) {
  try {
    return await bucket.listParts(uploadName(row), signal)
  } catch (error) {
    if (error instanceof BucketError && error.fault.kind === 'forbidden') return undefined
    throw error
  }
}
