// Clears away what was begun in the bucket and is wanted no more: uploads that were given up, what came of them all the same, objects of films that were thrown away.
// Never touches an upload or an object that a living row names, nor anything that no row of ours knows.

import type { Database } from '../../../adapters/sqlite.ts'
import type { Clock } from '../../../base/clock.ts'
import type { Logger } from '../../../base/logger.ts'
import { bucketError } from './bucket-error.ts'
import type { Bucket } from './bucket.ts'
import { expectedOf, judgeObject } from './proof-policy.ts'
import { removeObject } from './remove-object.ts'
import { forgetUpload, isLive, isObjectWanted, listSentParts, listUnwanted, type UploadRow } from './upload-ledger.ts'

export type TidyOptions = { readonly db: Database; readonly clock: Clock; readonly logger: Logger; readonly bucket: Bucket }

const restMs = 30_000
const longestRestMs = 3_600_000

/** Until the signal aborts. What cannot be cleared away is told once, and tried again ever more rarely. */
export async function keepTidy(options: TidyOptions, signal: AbortSignal): Promise<void> {
  const { db, clock, logger, bucket } = options
  const told = new Set<string>()
  for (let rest = restMs; !signal.aborted;) {
    let failed = false
    for (const upload of listUnwanted(db, bucket.place)) {
      if (signal.aborted) return
      try {
        await clearAway(options, upload, signal)
      } catch (error) {
        failed = true
        const { facts, fault } = bucketError('AbortMultipartUpload', error)
        if (!told.has(upload.id)) logger.warn({ upload: upload.id, ...facts, hint: fault.hint }, `not cleared away: ${fault.message}`)
        told.add(upload.id)
      }
    }
    rest = failed ? Math.min(longestRestMs, rest * 2) : restMs
    await clock.sleep(rest, signal)
  }
}

/** Aborted, removed, forgotten: in this order. */
export async function clearAway(
  { db, bucket }: Omit<TidyOptions, 'clock' | 'logger'>,
  upload: UploadRow,
  signal: AbortSignal,
): Promise<void> {
  const { uploadId, objectKey, place, id } = upload
  if (uploadId !== undefined && !isLive(db, place, uploadId))
    await ignoring(['upload-gone', 'not-there'], () => bucket.abort({ key: objectKey, uploadId }, signal))
  // `bytes` is set before the bucket is asked to put the parts together: without it there is no object.
  const isWanted = (): boolean => isObjectWanted(db, place, objectKey)
  const isLeft = upload.bytes !== undefined && !isWanted() && (upload.state === 'discarded' || (await isOurs(bucket, db, upload, signal)))
  if (isLeft && !isWanted()) await removeObject(bucket, objectKey, signal)
  forgetUpload(db, id)
}

/** What was put together although we never heard of it, and the film went elsewhere; not what somebody else has put there. */
async function isOurs(bucket: Bucket, db: Database, { objectKey, id }: UploadRow, signal: AbortSignal): Promise<boolean> {
  const told = await bucket.look(objectKey, signal)
  return told !== undefined && judgeObject(expectedOf(listSentParts(db, id)), told).is === 'proven'
}

async function ignoring(kinds: readonly string[], act: () => Promise<void>): Promise<void> {
  try {
    await act()
  } catch (error) {
    if (!kinds.includes(bucketError('request', error).fault.kind)) throw error
  }
}
