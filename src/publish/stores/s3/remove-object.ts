// An object goes from the bucket, and with it every version that a bucket which keeps them would hold for ever.
// Never fails for want of the right to see or remove versions: what stays then is for a lifecycle rule of the bucket.

import { bucketError } from './bucket-error.ts'
import type { Bucket } from './bucket.ts'
import type { FaultKind } from './fault-policy.ts'

/** Buckets that turned out not to tell of versions, or not to let us remove them: not asked again in this life. */
const without = new WeakSet<Bucket>()

const cannot: ReadonlySet<FaultKind> = new Set<FaultKind>(['forbidden', 'unsupported'])
/** Somebody else was faster. */
const gone: ReadonlySet<FaultKind> = new Set<FaultKind>(['not-there', 'upload-gone'])

/** It need not be there. Errors: those of the bucket. */
export async function removeObject(bucket: Bucket, key: string, signal: AbortSignal): Promise<void> {
  await bucket.remove(key, signal).catch((error: unknown) => {
    if (bucketError('DeleteObject', error).fault.kind !== 'not-there') throw error
  })
  if (without.has(bucket)) return
  try {
    for (const version of await bucket.versions(key, signal)) await bucket.removeVersion(key, version, signal)
  } catch (error) {
    const { kind } = bucketError('ListObjectVersions', error).fault
    if (cannot.has(kind)) without.add(bucket)
    else if (!gone.has(kind)) throw error
  }
}
