// Clips that were sent while the key of the bucket might not read get their address as soon as it may: they are looked at again, ever more rarely.
// Never sends one: what is not there after all is noted, and sent as any clip is.

import type { Database } from '../../adapters/sqlite.ts'
import type { Clock } from '../../base/clock.ts'
import type { Logger } from '../../base/logger.ts'
import { clipsUnseen, noteClipMissing, noteClipSeen } from '../clip-object-store.ts'
import { keepSending } from '../companions/keep-sending.ts'
import { BucketError } from '../stores/s3/bucket-error.ts'
import type { Bucket } from '../stores/s3/bucket.ts'

export type KeepClipsSeenOptions = {
  readonly db: Database
  readonly clock: Pick<Clock, 'sleep'>
  readonly logger: Logger
  readonly bucket: Bucket
}

const rests = { lookMs: 5_000, longestRestMs: 300_000 }

/** Until the signal aborts. While one is refused no other is asked for; at the next try another one comes first. */
export function keepClipsSeen(options: KeepClipsSeenOptions, signal: AbortSignal): Promise<void> {
  const { db, bucket } = options
  let last = ''
  const lookAtAll = async (): Promise<void> => {
    for (const { objectKey, bytes } of clipsUnseen(db, bucket.place, last)) {
      signal.throwIfAborted()
      last = objectKey
      const told = await bucket.look(objectKey, signal).catch(sayWhatToAllow)
      if (told?.bytes !== bytes) noteClipMissing(db, bucket.place, objectKey)
      else if (told.etag !== undefined) noteClipSeen(db, bucket.place, objectKey, told.etag) // without one it would be sent again and again
    }
  }
  return keepSending({ ...options, ...rests }, 'a clip for phones has no address in the bucket yet', lookAtAll, signal)
}

function sayWhatToAllow(error: unknown): never {
  if (!(error instanceof BucketError) || error.fault.kind !== 'forbidden') throw error
  throw new BucketError({ ...error.fault, hint: 'allow s3:GetObject on this bucket' }, { action: 'HeadObject' })
}
