// What everything about an upload is handed: the film on our side, the bucket and its rows on the other.
// Never does anything.

import { EzrecError } from '../../../base/errors.ts'
import type { Database } from '../../../adapters/sqlite.ts'
import type { Clock } from '../../../base/clock.ts'
import type { Gate } from '../../../base/gate.ts'
import type { Logger } from '../../../base/logger.ts'
import type { Uplink } from '../../uplink/uplink.ts'
import type { Bucket, UploadName, WholeChecksum } from './bucket.ts'
import type { UploadRow } from './upload-ledger.ts'

/** What the store is and knows; the same for all films. */
export type UploadContext = {
  readonly db: Database
  readonly clock: Clock
  readonly logger: Logger
  readonly bucket: Bucket
  readonly way: Way
  readonly uplink: Uplink
  /** What this bucket turned out not to know, so that it is not asked again. */
  readonly abilities: Abilities
  readonly wantedPartBytes: number
  readonly patience: Patience
}

/** The way to the bucket, for who begins or has trouble: one film at a time finds out whether it is open, the one that is first in order. So after
 *  a night without a network nine films do not ask beside the tenth, and they go in their order. `passed`: parts that have arrived so far. */
export type Way = { readonly gate: Gate; passed: number }

/** `checksums`: those of the whole that it may take, the strongest first. */
export type Abilities = { checksums: WholeChecksum[]; onlyIfAbsent: boolean }

/** The longest waits between tries: within the first `quickTries`, then of what passes by itself, and of what does not. */
export type Patience = {
  readonly baseMs: number
  readonly quickTries: number
  readonly quickCapMs: number
  readonly capMs: number
  readonly permanentCapMs: number
}

export type Film = {
  readonly filmKey: string
  /** How much is reserved in front of the body. */
  readonly headerBytes: number
  /** How long the film may yet become, as far as is known. */
  readonly longestBytes: number
  /** Bytes of the film as they are on the disk; those of the header only once it is finished. */
  readonly read: (firstByte: number, bytes: number) => Promise<Buffer>
}

/** How much of the film is on the disk, the header's room counted in; `total` once it is whole. */
export type FilmSize = { available: number; total: number | undefined }

export function uploadName({ objectKey, uploadId }: UploadRow): UploadName {
  if (uploadId !== undefined) return { key: objectKey, uploadId }
  throw new EzrecError('internal', 'an upload was used before it began', { hint: 'report this' })
}
