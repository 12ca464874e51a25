// Something large goes beside a film in the bucket part by part, one at a time, in the room that films leave; on after a kill by what the bucket lists.
// Never replaces a film, and never counts as there before the bucket has put its parts together.

import { createHash } from 'node:crypto'
import { open, stat } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { z } from 'zod'
import type { Database } from '../../adapters/sqlite.ts'
import type { Clock } from '../../base/clock.ts'
import { BucketError, bucketError } from '../stores/s3/bucket-error.ts'
import type { Bucket, ListedPart, UploadName } from '../stores/s3/bucket.ts'
import { look } from '../stores/s3/complete-upload.ts'
import { mebibyte, partBytesFor, partCount } from '../stores/s3/part-policy.ts'
import { expectedOf, judgeObject, type SentPart } from '../stores/s3/proof-policy.ts'
import type { Uplink } from '../uplink/uplink.ts'
import { noteBucketCopy } from './bucket-copy-store.ts'

export type SendBesideOptions = {
  readonly db: Database
  readonly clock: Clock
  readonly bucket: Bucket
  readonly uplink: Pick<Uplink, 'open' | 'begin'>
}

/** Bytes that are the same whenever they are read. */
export type BesideFile = AsyncDisposable & {
  /** In words, for people. */
  readonly what: string
  readonly type: string
  readonly bytes: number
  readonly changedAtMs: number
  /** As it was made; `undefined`: nobody has said yet. */
  readonly sha256: string | undefined
  /** Fewer where it has become shorter. */
  read(firstByte: number, bytes: number): Promise<Buffer>
}

export type Beside = { readonly filmKey: string; readonly objectKey: string; readonly file: BesideFile }

/** A file of this box. */
export async function openBesideFile(path: string, facts: Pick<BesideFile, 'what' | 'type' | 'sha256'>): Promise<BesideFile> {
  const { size: bytes, mtimeMs: changedAtMs } = await stat(path)
  const handle = await open(path)
  return {
    ...{ ...facts, bytes, changedAtMs },
    read: async (firstByte, wanted) => {
      const body = Buffer.alloc(wanted)
      return body.subarray(0, (await handle.read(body, 0, wanted, firstByte)).bytesRead)
    },
    [Symbol.asyncDispose]: () => handle.close(),
  }
}

/** `beforePart`: waits until one may go. Errors: those of the bucket, of the file; then it is asked again. */
export async function sendBeside(
  options: SendBesideOptions & { readonly beforePart?: (signal: AbortSignal) => Promise<void> },
  beside: Beside,
  signal: AbortSignal,
): Promise<void> {
  const { db, clock, bucket } = options
  const { filmKey, objectKey, file } = beside
  const name = await goOnOrBegin(options, beside, signal)
  const listed = await listedParts(options, name, signal)
  const { parts, sha256 } = await sendParts(options, { file, name, listed }, signal)
  // The file may have been damaged on the disk, or another one was put in its place meanwhile: the rows speak of this one.
  if (sha256 !== (file.sha256 ?? sha256)) throw new BucketError(notWhatWasMade(file.what), { object: objectKey })
  const order = { parts, checksum: 'etag', crc32: '', onlyIfAbsent: false } as const
  const told = await gone(options, name, () => bucket.complete(name, order, signal))
  const seen = await look(bucket, objectKey, signal)
  // Each part was taken by its MD5; a bucket that encrypts tells none of the whole. What contradicts is believed.
  if (seen.is === 'absent' || judgeObject(expectedOf(parts), seen.is === 'there' ? seen.told : told).is === 'different') {
    forgetUpload(options, objectKey)
    throw new BucketError(notTheSame(file.what), { object: objectKey })
  }
  db.transaction(() => {
    const copy = { objectKey, filmKey, bytes: file.bytes, sha256, changedAtMs: file.changedAtMs }
    noteBucketCopy(db, bucket.place, copy, Math.round(clock.nowMs()))
    forgetUpload(options, objectKey)
  })
}

/** What was begun in vain: aborted, then forgotten. Errors: those of the bucket. */
export async function abandonBeside({ db, bucket }: Asked, objectKey: string, signal: AbortSignal): Promise<void> {
  const uploadId = findUploadId({ db, bucket }, objectKey)
  if (uploadId !== undefined)
    await bucket.abort({ key: objectKey, uploadId }, signal).catch((error: unknown) => {
      if (!['upload-gone', 'not-there', 'forbidden'].includes(bucketError('AbortMultipartUpload', error).fault.kind)) throw error
    })
  forgetUpload({ db, bucket }, objectKey)
}

type Asked = Pick<SendBesideOptions, 'db' | 'bucket'>

/** Keys of what is on its way to this bucket. */
export const besideUnderWay = ({ db, bucket }: Asked): string[] =>
  db
    .all('select object_key from beside_upload where place = ? order by object_key', bucket.place)
    .map((found) => z.string().parse(found['object_key']))

/** Another bucket was set meanwhile: what was on its way to that one is left to its lifecycle rule. */
export const forgetElsewhere = ({ db, bucket }: Asked): void => void db.run('delete from beside_upload where place <> ?', bucket.place)

async function goOnOrBegin(
  { db, bucket }: SendBesideOptions,
  { filmKey, objectKey, file }: Beside,
  signal: AbortSignal,
): Promise<UploadName> {
  const known = findUploadId({ db, bucket }, objectKey)
  if (known !== undefined) return { key: objectKey, uploadId: known }
  const { uploadId } = await bucket.begin(objectKey, file.type, 'etag', signal)
  db.run(
    'insert into beside_upload (place, object_key, film_key, upload_id) values (?, ?, ?, ?)',
    ...[bucket.place, objectKey, filmKey, uploadId],
  )
  return { key: objectKey, uploadId }
}

/** None where the key may not list: then all are sent again. */
const listedParts = (options: SendBesideOptions, name: UploadName, signal: AbortSignal): Promise<ListedPart[]> =>
  gone(options, name, () =>
    options.bucket.listParts(name, signal).catch((error: unknown) => {
      if (bucketError('ListParts', error).fault.kind === 'forbidden') return []
      throw error
    }),
  )

/** An upload that the bucket has forgotten is begun anew the next time. */
async function gone<T>(options: SendBesideOptions, { key }: UploadName, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (bucketError('request', error).fault.kind === 'upload-gone') forgetUpload(options, key)
    throw error
  }
}

type Work = { readonly file: BesideFile; readonly name: UploadName; readonly listed: readonly ListedPart[] }

async function sendParts(
  { bucket, uplink, beforePart }: Parameters<typeof sendBeside>[0],
  { file, name, listed }: Work,
  signal: AbortSignal,
): Promise<{ readonly parts: SentPart[]; readonly sha256: string }> {
  const parts: SentPart[] = []
  const whole = createHash('sha256')
  const { bytes } = file
  const partBytes = partBytesFor({ wantedBytes: 8 * mebibyte, headerBytes: 0, longestBytes: bytes })
  for (let number = 1; number <= partCount(bytes, partBytes); number += 1) {
    signal.throwIfAborted()
    const firstByte = (number - 1) * partBytes
    const { body, ...facts } = await measured(file, { number, firstByte, bytes: Math.min(partBytes, bytes - firstByte) })
    whole.update(body)
    const there = listed.find((each) => each.number === number)
    if (there?.etag === facts.md5 && there.bytes === facts.bytes) {
      parts.push({ ...facts, etag: there.etag })
      continue
    }
    await beforePart?.(signal)
    await uplink.open(signal)
    const sending = uplink.begin(body)
    try {
      const { etag } = await bucket.sendPart(name, { ...facts, body }, 'etag', signal)
      sending.over(facts.bytes)
      parts.push({ ...facts, etag })
    } finally {
      sending.over(0)
    }
  }
  return { parts, sha256: whole.digest('hex') }
}

async function measured<R extends { readonly firstByte: number; readonly bytes: number }>(file: BesideFile, range: R) {
  const body = await file.read(range.firstByte, range.bytes)
  if (body.length !== range.bytes) throw new BucketError(shorter(file.what), {})
  const digest = (algorithm: string): string => createHash(algorithm).update(body).digest('hex')
  return { ...range, body, md5: digest('md5'), sha256: digest('sha256'), crc32: crc32(body) }
}

function findUploadId({ db, bucket }: Asked, objectKey: string): string | undefined {
  const found = db.get('select upload_id from beside_upload where place = ? and object_key = ?', bucket.place, objectKey)
  return found && z.string().parse(found['upload_id'])
}

const forgetUpload = ({ db, bucket }: Asked, objectKey: string): void =>
  void db.run('delete from beside_upload where place = ? and object_key = ?', bucket.place, objectKey)

const notTheSame = (what: string) =>
  ({
    kind: 'unconfirmed',
    permanent: false,
    code: 'upstream_unavailable',
    message: `the bucket holds something else than ${what} that was sent`,
    hint: 'nothing to do: it is sent again',
  }) as const

const notWhatWasMade = (what: string) =>
  ({
    ...notTheSame(what),
    kind: 'parts-differ',
    message: `${what} on this box is not what was made`,
    hint: './ezrec fsck --deep tells what became of it',
  }) as const

const shorter = (what: string) => ({ ...notTheSame(what), kind: 'parts-differ', message: `${what} on this box became shorter` }) as const
