// Whether the bucket can be reached with these settings, what its key lets us do, and what uploads wait for.
// Puts, looks at and removes one small object of its own, begins and aborts one upload, and touches nobody else's; changes nothing on the box.

import type { Settings } from '../../../config/settings.ts'
import type { Database } from '../../adapters/sqlite.ts'
import { BucketError, bucketError } from '../../publish/stores/s3/bucket-error.ts'
import { openBucket, type Bucket } from '../../publish/stores/s3/bucket.ts'
import { judgeLifecycle, leastDays, lifecycleOffer } from '../../publish/stores/s3/lifecycle-policy.ts'
import { listWaiting } from '../../publish/stores/s3/upload-ledger.ts'
import { degraded, healthy, unhealthy, type Finding } from './finding.ts'

export type BucketPlace = { readonly storage: Settings['storage']; readonly rigId: string; readonly db: Database | undefined }

/** Nothing when no bucket is set. */
export async function lookAtBucket({ storage, rigId, db }: BucketPlace, signal: AbortSignal): Promise<readonly Finding[]> {
  const { bucket: name, accessKeyId, secretAccessKey } = storage
  if (name === undefined || accessKeyId === undefined || secretAccessKey === undefined) return []
  const bucket = openBucket({ ...storage, bucket: name, accessKeyId, secretAccessKey })
  const waiting = db
    ? listWaiting(db).map(({ filmKey, fault }) => degraded('upload', `${filmKey} waits: ${fault.message}`, fault.hint))
    : []
  try {
    const tried = await tryBucket(bucket, canaryKey(rigId), signal)
    return tried.status === 'healthy' ? [tried, await lookAtLeftovers(bucket, name, signal), ...waiting] : [tried, ...waiting]
  } finally {
    bucket.close()
  }
}

/** The same each time, so that a key that may not delete leaves one. No film is called so: films stand below a user and a date. */
const canaryKey = (rigId: string): string => `ezrec-doctor/${rigId.replaceAll(/[^\w-]/g, '_').slice(0, 64)}`
const canary = Buffer.from('written by ./ezrec doctor, to see whether films could be\n')

/** What a box can do without is told as a remark: a key may be for writing alone. */
async function tryBucket(bucket: Bucket, key: string, signal: AbortSignal): Promise<Finding> {
  const name = 'bucket'
  const put = await faultOf(() => bucket.put(key, canary, 'text/plain', signal))
  if (put)
    return unhealthy(name, `${bucket.place}: ${put.message}`, put.kind === 'forbidden' ? `allow s3:PutObject: ${put.hint}` : put.hint)
  let found: number | undefined
  const look = await faultOf(async () => void (found = (await bucket.look(key, signal))?.bytes))
  if (!look && found !== canary.length)
    return unhealthy(
      name,
      `${bucket.place}: what was written is not there: ${found ?? 'no'} bytes instead of ${canary.length}`,
      'check S3_ENDPOINT and S3_BUCKET: what answers keeps nothing',
    )
  const removed = await faultOf(() => bucket.remove(key, signal))
  const versions = await faultOf(() => bucket.versions(key, signal))
  const { begun, parts, aborted } = await tryUpload(bucket, key, signal)
  if (begun) return unhealthy(name, `${bucket.place}: an upload in parts cannot be begun: ${begun.message}`, begun.hint)
  const remarks = [
    look
      ? `objects cannot be looked at (s3:GetObject; it says: ${look.message}): no link from the bucket, and an upload that was forgotten is sent twice`
      : [],
    removed ? `nothing can be removed (s3:DeleteObject; it says: ${removed.message}): ${key} stays, ${canary.length} bytes` : [],
    parts?.kind === 'forbidden' ? 'its key may not list parts (s3:ListMultipartUploadParts): the rows of this box alone are believed' : [],
    aborted?.kind === 'forbidden'
      ? 'its key may not abort uploads (s3:AbortMultipartUpload): what was begun in vain goes by a rule of the bucket alone'
      : [],
    versions?.kind === 'forbidden'
      ? 'its key may not list versions (s3:ListBucketVersions): where the bucket keeps them, a film that is removed stays readable there'
      : [],
  ].flat()
  const able = [look ? [] : 'looked at', removed ? [] : 'removed'].flat()
  return healthy(name, [`${bucket.place}: an object was written${able.map((verb) => `, ${verb}`).join('')}`, ...remarks].join('; '))
}

type UploadTried = Readonly<Record<'begun' | 'parts' | 'aborted', BucketError['fault'] | undefined>>

/** Begins an upload in parts and aborts it: where that is refused, the one that stays is taken again the next time, if it may be listed. */
async function tryUpload(bucket: Bucket, key: string, signal: AbortSignal): Promise<UploadTried> {
  const open = await bucket.openUploads(key, signal).catch(() => []) // a key for writing alone may not list them
  let upload = open.find((each) => each.key === key)
  const begun =
    upload === undefined
      ? await faultOf(async () => void (upload = { key, uploadId: (await bucket.begin(key, 'text/plain', 'etag', signal)).uploadId }))
      : undefined
  if (upload === undefined) return { begun, parts: undefined, aborted: undefined }
  const ours = upload
  return { begun, parts: await faultOf(() => bucket.listParts(ours, signal)), aborted: await faultOf(() => bucket.abort(ours, signal)) }
}

async function faultOf(ask: () => Promise<unknown>): Promise<BucketError['fault'] | undefined> {
  try {
    await ask()
    return undefined
  } catch (error) {
    if (error instanceof BucketError) return error.fault
    throw error
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
