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

const lookMs = 30_000
const longestRestMs = 3_600_000

/** Until the signal aborts. What cannot be cleared away is told once, and tried again ever more rarely; the others do not rest with it. */
export async function keepTidy(options: TidyOptions, signal: AbortSignal): Promise<void> {
  const { db, clock, logger, bucket } = options
  const rests = new Map<string, { readonly restMs: number; readonly untilUs: number }>()
  for (; !signal.aborted; await clock.sleep(lookMs, signal)) {
    for (const upload of listUnwanted(db, bucket.place)) {
      if (signal.aborted) return
      const before = rests.get(upload.id)
      if (before && before.untilUs > clock.monotonicUs()) continue
      try {
        await clearAway(options, upload, signal)
        rests.delete(upload.id)
      } catch (error) {
        if (signal.aborted) return
        const { facts, fault } = bucketError('AbortMultipartUpload', error)
        if (!before) logger.warn({ upload: upload.id, ...facts, hint: fault.hint }, `not cleared away: ${fault.message}`)
        const restMs = Math.min(longestRestMs, 2 * (before?.restMs ?? lookMs))
        rests.set(upload.id, { restMs, untilUs: clock.monotonicUs() + restMs * 1_000 })
      }
    }
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
