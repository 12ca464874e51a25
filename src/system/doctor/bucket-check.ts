// Whether the bucket can be reached with these settings, what its key lets us do, and what uploads wait for.
// Reads only: it asks for an upload and an object that nobody has, and never writes one.

import type { Settings } from '../../../config/settings.ts'
import type { Database } from '../../adapters/sqlite.ts'
import { BucketError, bucketError } from '../../publish/stores/s3/bucket-error.ts'
import { openBucket, type Bucket } from '../../publish/stores/s3/bucket.ts'
import { judgeLifecycle, leastDays, lifecycleOffer } from '../../publish/stores/s3/lifecycle-policy.ts'
import { listWaiting } from '../../publish/stores/s3/upload-ledger.ts'
import { degraded, healthy, unhealthy, type Finding } from './finding.ts'

/** A key that no film has: films begin with a user's name and a date. */
const nobodysKey = 'ezrec-doctor'

/** Nothing when no bucket is set. */
export async function lookAtBucket(
  storage: Settings['storage'],
  db: Database | undefined,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const { bucket: name, accessKeyId, secretAccessKey } = storage
  if (name === undefined || accessKeyId === undefined || secretAccessKey === undefined) return []
  const bucket = openBucket({ ...storage, bucket: name, accessKeyId, secretAccessKey })
  const waiting = db
    ? listWaiting(db).map(({ filmKey, fault }) => degraded('upload', `${filmKey} waits: ${fault.message}`, fault.hint))
    : []
  const faultIn = async (ask: () => Promise<unknown>): Promise<BucketError | undefined> => {
    try {
      await ask()
      return undefined
    } catch (error) {
      if (error instanceof BucketError) return error
      throw error
    }
  }
  try {
    // The parts of an upload that nobody began: who may send may ask, and a bucket that is not there says so.
    const asked = await faultIn(() => bucket.listParts({ key: nobodysKey, uploadId: nobodysKey }, signal))
    const seen = await faultIn(() => bucket.look(nobodysKey, signal))
    const fault = asked && !['upload-gone', 'not-there', 'unsupported'].includes(asked.fault.kind) ? asked.fault : undefined
    if (fault) return [unhealthy('bucket', `${bucket.place}: ${fault.message}`, fault.hint), ...waiting]
    const looks =
      seen === undefined
        ? 'and objects may be looked at'
        : 'its key may not look at objects (s3:GetObject): a film whose upload was forgotten is sent twice'
    return [healthy('bucket', `${bucket.place} answers, ${looks}`), await lookAtLeftovers(bucket, name, signal), ...waiting]
  } finally {
    bucket.close()
  }
}

/** Uploads that were begun in vain and that nobody may abort go by a rule of the bucket alone. */
async function lookAtLeftovers(bucket: Bucket, name: string, signal: AbortSignal): Promise<Finding> {
  const what = 'leftovers in the bucket'
  try {
    const verdict = judgeLifecycle(await bucket.lifecycle(signal))
    if (verdict === 'good') return healthy(what, 'a rule of the bucket clears them away')
    return verdict === 'none'
      ? degraded(what, 'no rule of the bucket aborts uploads that were left', lifecycleOffer(name))
      : degraded(
          what,
          `a rule aborts uploads in less than ${leastDays} days: a box that is offline for so long begins anew`,
          lifecycleOffer(name),
        )
  } catch (error) {
    const { fault } = bucketError('GetBucketLifecycleConfiguration', error)
    return healthy(
      what,
      `whether a rule clears them away cannot be asked (${fault.message}); there should be one of ${leastDays} days or more`,
    )
  }
}
