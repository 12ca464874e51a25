// An S3 bucket as the store: the film grows on this box as in the local folder, and its whole parts go to the bucket while the match is on.
// A film is finished when the bucket has proven that it holds it. Nothing on the box goes before that, and nothing there waits for the network.

import { open } from 'node:fs/promises'
import type { Database } from '../../../adapters/sqlite.ts'
import type { Clock } from '../../../base/clock.ts'
import { openGate } from '../../../base/gate.ts'
import type { Logger } from '../../../base/logger.ts'
import { readFully, type LocalStore } from '../local-folder.ts'
import type { Uplink } from '../../uplink/uplink.ts'
import type { Deposit, DepositOptions, FilmStore } from '../store.ts'
import type { Bucket } from './bucket.ts'
import { keepTidy } from './keep-tidy.ts'
import { mebibyte } from './part-policy.ts'
import type { Patience, UploadContext } from './upload-context.ts'
import { findUpload, giveUp } from './upload-ledger.ts'
import { openUpload } from './upload.ts'

export type BucketStoreOptions = {
  readonly db: Database
  readonly clock: Clock
  readonly logger: Logger
  /** The box's own copy: what the parts are read from, and what people at the venue are served. */
  readonly local: LocalStore
  readonly bucket: Bucket
  readonly uplink: Uplink
  readonly partMebibytes: number
  /** `required`: no checksum headers, for stores that know none; the whole is then proven by the MD5 of its parts. */
  readonly checksum: 'required' | 'supported'
  /** Tries within seconds, before the waits grow. */
  readonly quickTries: number
  readonly patience?: Patience
}

const usualPatience = { baseMs: 500, quickCapMs: 5_000, capMs: 60_000, permanentCapMs: 300_000 }

export function bucketStore(options: BucketStoreOptions): FilmStore {
  const { db, clock, logger, local, bucket } = options
  const context: UploadContext = {
    ...options,
    way: { gate: openGate(1), passed: 0 },
    abilities: { checksums: options.checksum === 'supported' ? ['crc32', 'sha256', 'etag'] : ['etag'], onlyIfAbsent: true },
    wantedPartBytes: options.partMebibytes * mebibyte,
    patience: options.patience ?? { ...usualPatience, quickTries: options.quickTries },
  }
  return {
    pathOf: local.pathOf,
    find: local.find,
    put: local.put,
    deposit: async (key, wanted) => depositBoth(context, local, key, wanted),
    sendWhole: async (uploadKey, film, signal) => sendWhole(context, uploadKey, film, signal),
    discard: async (key) => {
      const upload = findUpload(db, key)
      if (upload) giveUp(db, upload, 'discarded', 'the film was thrown away', Math.round(clock.nowMs()))
      await local.discard(key)
    },
    tidy: (signal) => keepTidy({ db, clock, logger, bucket }, signal),
  }
}

async function depositBoth(context: UploadContext, local: LocalStore, key: string, wanted: DepositOptions): Promise<Deposit> {
  const deposit = await local.deposit(key, wanted)
  // The box has lost some of the film and begins it anew: parts of the lost one are not to be mixed with it.
  if (deposit.bodyBytes !== wanted.bodyBytes) abandon(context, key)
  const { headerBytes, longestBytes = 0 } = wanted
  const upload = openUpload(context, { filmKey: key, headerBytes, longestBytes, read: deposit.read })
  const letGo = (): void => void upload.close()
  wanted.signal?.addEventListener('abort', letGo, { once: true })
  let end = headerBytes + deposit.bodyBytes
  upload.grow(end)
  return {
    bodyBytes: deposit.bodyBytes,
    append: async (bytes) => {
      await deposit.append(bytes)
      end += bytes.length
      upload.grow(end)
    },
    finish: async (header) => {
      const { bytes } = await deposit.finish(header)
      const { objectKey } = await upload.finish(bytes)
      return { bytes, objectKey }
    },
    close: async () => {
      wanted.signal?.removeEventListener('abort', letGo)
      await upload.close()
      await deposit.close()
    },
  }
}

async function sendWhole(
  context: UploadContext,
  filmKey: string,
  { file, bytes }: { readonly file: string; readonly bytes: number },
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted()
  await using handle = await open(file, 'r')
  const read = (first: number, count: number): Promise<Buffer> => readFully(handle, first, count)
  const upload = openUpload(context, { filmKey, headerBytes: 0, longestBytes: bytes, read })
  const letGo = (): void => void upload.close()
  signal.addEventListener('abort', letGo, { once: true })
  try {
    await upload.finish(bytes)
  } finally {
    signal.removeEventListener('abort', letGo)
    await upload.close()
  }
}

function abandon({ db, clock }: UploadContext, key: string): void {
  const upload = findUpload(db, key)
  if (upload) giveUp(db, upload, 'abandoned', 'the box begins the film anew', Math.round(clock.nowMs()))
}
