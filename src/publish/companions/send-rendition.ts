// The smaller version of a film goes to the bucket part by part, one at a time, in the room that films leave; goes on after a kill by what the bucket lists.
// Never replaces a film, and never counts as there before the bucket has put its parts together.

import { createHash } from 'node:crypto'
import { open, stat, type FileHandle } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { z } from 'zod'
import type { Database } from '../../adapters/sqlite.ts'
import type { Clock } from '../../base/clock.ts'
import { BucketError, bucketError } from '../stores/s3/bucket-error.ts'
import type { Bucket, ListedPart, UploadName } from '../stores/s3/bucket.ts'
import { look } from '../stores/s3/complete-upload.ts'
import { mebibyte, partBytesFor, partCount } from '../stores/s3/part-policy.ts'
import { expectedOf, judgeObject, type SentPart } from '../stores/s3/proof-policy.ts'
import type { FilmStore } from '../stores/store.ts'
import type { Uplink } from '../uplink/uplink.ts'
import { noteBucketCopy } from './bucket-copy-store.ts'
import type { Companion } from './companion-store.ts'

export type SendRenditionOptions = {
  readonly db: Database
  readonly clock: Clock
  readonly store: Pick<FilmStore, 'pathOf'>
  readonly bucket: Bucket
  readonly uplink: Pick<Uplink, 'open' | 'begin'>
}

/** `objectKey`: in the bucket. Errors: those of the bucket, of the file; then it is asked again. */
export async function sendRendition(
  options: SendRenditionOptions,
  { filmKey, objectKey, companion }: { readonly filmKey: string; readonly objectKey: string; readonly companion: Companion },
  signal: AbortSignal,
): Promise<void> {
  const { db, clock, store, bucket } = options
  const file = store.pathOf(companion.objectKey)
  const { size: bytes, mtimeMs: changedAtMs } = await stat(file)
  const name = await goOnOrBegin(options, filmKey, objectKey, signal)
  const listed = await listedParts(options, filmKey, name, signal)
  const { parts, sha256 } = await sendParts(options, { file, bytes, name, listed }, signal)
  // The file may have been damaged on the disk, or another one was put in its place meanwhile: the rows speak of this one.
  if (sha256 !== companion.sha256) throw new BucketError(notWhatWasMade, { file: companion.objectKey })
  const order = { parts, checksum: 'etag', crc32: '', onlyIfAbsent: false } as const
  const told = await gone(options, filmKey, () => bucket.complete(name, order, signal))
  const seen = await look(bucket, objectKey, signal)
  // Each part was taken by its MD5; a bucket that encrypts tells none of the whole. What contradicts is believed.
  if (seen.is === 'absent' || judgeObject(expectedOf(parts), seen.is === 'there' ? seen.told : told).is === 'different') {
    forgetRenditionUpload(db, filmKey)
    throw new BucketError(notTheSame, { object: objectKey })
  }
  db.transaction(() => {
    const copy = { objectKey, filmKey, bytes, sha256: companion.sha256, changedAtMs }
    noteBucketCopy(db, bucket.place, copy, Math.round(clock.nowMs()))
    forgetRenditionUpload(db, filmKey)
  })
}

/** What was begun in vain: aborted, then forgotten. Errors: those of the bucket. */
export async function abandonRendition(
  { db, bucket }: Pick<SendRenditionOptions, 'db' | 'bucket'>,
  filmKey: string,
  signal: AbortSignal,
): Promise<void> {
  const row = findRenditionUpload(db, filmKey)
  if (row?.place === bucket.place)
    await bucket.abort(row.name, signal).catch((error: unknown) => {
      if (!['upload-gone', 'not-there', 'forbidden'].includes(bucketError('AbortMultipartUpload', error).fault.kind)) throw error
    })
  forgetRenditionUpload(db, filmKey)
}

/** Films whose smaller version is on its way. */
export const renditionsUnderWay = (db: Database): string[] =>
  db.all('select film_key from rendition_upload order by film_key').map((found) => z.string().parse(found['film_key']))

async function goOnOrBegin(
  { db, bucket }: SendRenditionOptions,
  filmKey: string,
  objectKey: string,
  signal: AbortSignal,
): Promise<UploadName> {
  const known = findRenditionUpload(db, filmKey)
  if (known?.place === bucket.place && known.name.key === objectKey) return known.name
  if (known) await abandonRendition({ db, bucket }, filmKey, signal)
  const { uploadId } = await bucket.begin(objectKey, 'video/mp4', 'etag', signal)
  db.run(
    'insert into rendition_upload (film_key, place, object_key, upload_id) values (?, ?, ?, ?)',
    ...[filmKey, bucket.place, objectKey, uploadId],
  )
  return { key: objectKey, uploadId }
}

/** None where the key may not list: then all are sent again. */
const listedParts = (options: SendRenditionOptions, filmKey: string, name: UploadName, signal: AbortSignal): Promise<ListedPart[]> =>
  gone(options, filmKey, () =>
    options.bucket.listParts(name, signal).catch((error: unknown) => {
      if (bucketError('ListParts', error).fault.kind === 'forbidden') return []
      throw error
    }),
  )

/** An upload that the bucket has forgotten is begun anew the next time. */
async function gone<T>({ db }: SendRenditionOptions, filmKey: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (bucketError('request', error).fault.kind === 'upload-gone') forgetRenditionUpload(db, filmKey)
    throw error
  }
}

type Work = { readonly file: string; readonly bytes: number; readonly name: UploadName; readonly listed: readonly ListedPart[] }

async function sendParts(
  { bucket, uplink }: SendRenditionOptions,
  { file, bytes, name, listed }: Work,
  signal: AbortSignal,
): Promise<{ readonly parts: SentPart[]; readonly sha256: string }> {
  const partBytes = partBytesFor({ wantedBytes: 8 * mebibyte, headerBytes: 0, longestBytes: bytes })
  const parts: SentPart[] = []
  const whole = createHash('sha256')
  await using handle = await open(file)
  for (let number = 1; number <= partCount(bytes, partBytes); number += 1) {
    signal.throwIfAborted()
    const firstByte = (number - 1) * partBytes
    const part = await measured(handle, { number, firstByte, bytes: Math.min(partBytes, bytes - firstByte) })
    whole.update(part.body)
    const there = listed.find((each) => each.number === number)
    if (there?.etag === part.md5 && there.bytes === part.bytes) {
      parts.push({ ...part, etag: there.etag })
      continue
    }
    await uplink.open(signal)
    const sending = uplink.begin(part.body)
    try {
      const { etag } = await bucket.sendPart(name, part, 'etag', signal)
      sending.over(part.bytes)
      parts.push({ ...part, etag })
    } finally {
      sending.over(0)
    }
  }
  const sent = parts.map(({ number, firstByte, bytes: long, md5, sha256, crc32: crc, etag }) => ({
    ...{ number, firstByte, bytes: long, md5 },
    ...{ sha256, crc32: crc, etag },
  }))
  return { parts: sent, sha256: whole.digest('hex') }
}

async function measured<R extends { readonly firstByte: number; readonly bytes: number }>(handle: FileHandle, range: R) {
  const body = Buffer.alloc(range.bytes)
  const { bytesRead } = await handle.read(body, 0, range.bytes, range.firstByte)
  if (bytesRead !== range.bytes) throw new BucketError(shorter, {})
  const digest = (algorithm: string): string => createHash(algorithm).update(body).digest('hex')
  return { ...range, body, md5: digest('md5'), sha256: digest('sha256'), crc32: crc32(body) }
}

const row = z
  .object({ place: z.string(), object_key: z.string(), upload_id: z.string() })
  .transform((r) => ({ place: r.place, name: { key: r.object_key, uploadId: r.upload_id } }))

function findRenditionUpload(db: Database, filmKey: string): z.output<typeof row> | undefined {
  const found = db.get('select place, object_key, upload_id from rendition_upload where film_key = ?', filmKey)
  return found && row.parse(found)
}

const forgetRenditionUpload = (db: Database, filmKey: string): void =>
  void db.run('delete from rendition_upload where film_key = ?', filmKey)

const notTheSame = {
  kind: 'unconfirmed',
  permanent: false,
  code: 'upstream_unavailable',
  message: 'the bucket holds something else than the smaller version that was sent',
  hint: 'nothing to do: it is sent again',
} as const

const notWhatWasMade = {
  ...notTheSame,
  kind: 'parts-differ',
  message: 'the smaller version on this box is not what was made',
  hint: './ezrec fsck --deep tells what became of it',
} as const

const shorter = { ...notTheSame, kind: 'parts-differ', message: 'the smaller version on this box became shorter' } as const
