// The few requests that are made of an S3 bucket, typed; each answer is read with bounds, each failure becomes a BucketError.
// Never retries and never decides: who asks does. The SDK is loaded with the first request.

import type { S3Client } from '@aws-sdk/client-s3'
import { z } from 'zod'
import { makeClient, type BucketOptions, type Sdk } from './bucket-client.ts'
import { BucketError, bucketError, refusal } from './bucket-error.ts'
import { begunForm, copiedForm, lifecycleForm, listedForm, sentForm, toldForm, uploadsForm, versionsForm } from './bucket-forms.ts'
import { crc32Text } from './crc32.ts'
import type { LifecycleRule } from './lifecycle-policy.ts'
import { maxParts } from './part-policy.ts'
import type { Told } from './proof-policy.ts'
import { signedUrl } from './signed-url.ts'

export type WholeChecksum = 'crc32' | 'sha256' | 'etag'

export type UploadName = { readonly key: string; readonly uploadId: string }

export type ListedPart = { readonly number: number; readonly bytes: number; readonly etag: string }

export type PartBody = {
  readonly number: number
  readonly body: Buffer
  /** Hexadecimal. */
  readonly md5: string
  readonly sha256: string
  readonly crc32: number
}

export type Bucket = {
  /** Which bucket this is, without secrets: an upload goes on only where it began. */
  readonly place: string
  /** Begins an upload. `checksum` is what the store says that it will keep: `etag` when it does not say. */
  begin(key: string, type: string, checksum: WholeChecksum, signal: AbortSignal): Promise<{ uploadId: string; checksum: WholeChecksum }>
  sendPart(upload: UploadName, part: PartBody, checksum: WholeChecksum, signal: AbortSignal): Promise<{ etag: string }>
  listParts(upload: UploadName, signal: AbortSignal): Promise<ListedPart[]>
  complete(upload: UploadName, order: CompleteOrder, signal: AbortSignal): Promise<Told>
  abort(upload: UploadName, signal: AbortSignal): Promise<void>
  /** What is told of an object; `undefined` when the store says that there is none. */
  look(key: string, signal: AbortSignal): Promise<Told | undefined>
  put(key: string, body: Buffer, type: string, signal: AbortSignal): Promise<void>
  /** A range of an object of this bucket becomes a part of an upload; the bytes stay there. */
  copyPart(upload: UploadName, order: CopyOrder, signal: AbortSignal): Promise<{ etag: string }>
  /** An address that opens an object for whoever has it, until it ends. */
  sign(key: string, order: { readonly seconds: number; readonly disposition?: string }): Promise<string>
  remove(key: string, signal: AbortSignal): Promise<void>
  /** What a bucket that keeps versions still has under exactly this key: a thousand at most, markers of removal included. */
  versions(key: string, signal: AbortSignal): Promise<string[]>
  removeVersion(key: string, version: string, signal: AbortSignal): Promise<void>
  /** Uploads under way whose keys begin so; a thousand at most. */
  openUploads(prefix: string, signal: AbortSignal): Promise<UploadName[]>
  /** The rules by which the bucket clears away by itself; none when it has none. */
  lifecycle(signal: AbortSignal): Promise<LifecycleRule[]>
  close(): void
}

export type CompleteOrder = {
  readonly parts: readonly { readonly number: number; readonly etag: string; readonly sha256: string }[]
  readonly checksum: WholeChecksum
  /** Of the whole, as S3 writes it. */
  readonly crc32: string
  /** Only if nothing stands under the key; where the store knows such a thing. */
  readonly onlyIfAbsent: boolean
}

export type CopyOrder = { readonly number: number; readonly from: string; readonly firstByte: number; readonly bytes: number }

/** The name of a bucket in our rows. */
export const placeOf = ({ endpoint, region, bucket }: Pick<BucketOptions, 'endpoint' | 'region' | 'bucket'>): string =>
  `${endpoint ?? `s3.${region}`}/${bucket}`

export function openBucket(options: BucketOptions): Bucket {
  const { bucket: Bucket } = options
  let opened: Promise<{ readonly sdk: Sdk; readonly client: S3Client }> | undefined
  const open = () => (opened ??= import('@aws-sdk/client-s3').then((sdk) => ({ sdk, client: makeClient(sdk, options) })))

  /** One request; what comes back is read by `form`. */
  const ask = async <T>(
    action: string,
    form: z.ZodType<T>,
    send: (client: S3Client, sdk: Sdk, abort: { abortSignal: AbortSignal }) => Promise<unknown>,
    signal: AbortSignal,
  ): Promise<T> => {
    try {
      const { sdk, client } = await open()
      const answer = form.safeParse(await send(client, sdk, { abortSignal: signal }))
      if (!answer.success) throw refusal(action, 'NotTheStore')
      return answer.data
    } catch (error) {
      throw bucketError(action, error)
    }
  }
  const nothing = z.unknown().transform(() => undefined)

  return {
    place: placeOf(options),
    begin: async (Key, ContentType, checksum, signal) => {
      const kept = {
        crc32: { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' },
        sha256: { ChecksumAlgorithm: 'SHA256', ChecksumType: 'COMPOSITE' },
        etag: {},
      } as const
      const { UploadId, ...said } = await ask(
        'CreateMultipartUpload',
        begunForm,
        (client, sdk, abort) => client.send(new sdk.CreateMultipartUploadCommand({ Bucket, Key, ContentType, ...kept[checksum] }), abort),
        signal,
      )
      if (checksum !== 'etag' && said.ChecksumType !== undefined && said.ChecksumType !== kept[checksum].ChecksumType) {
        // A checksum of the parts where one of the whole was asked for: it could not be completed with what we know.
        const drop = (client: S3Client, sdk: Sdk, abort: { abortSignal: AbortSignal }) =>
          client.send(new sdk.AbortMultipartUploadCommand({ Bucket, Key, UploadId }), abort)
        await ask('AbortMultipartUpload', nothing, drop, signal).catch(() => undefined) // then it is for the bucket's rule
        throw refusal('CreateMultipartUpload', 'NotImplemented')
      }
      const agreed = checksum !== 'etag' && said.ChecksumAlgorithm === kept[checksum].ChecksumAlgorithm
      return { uploadId: UploadId, checksum: agreed ? checksum : 'etag' }
    },
    sendPart: async ({ key: Key, uploadId: UploadId }, { number: PartNumber, body: Body, md5, sha256, crc32 }, checksum, signal) => {
      const ContentMD5 = Buffer.from(md5, 'hex').toString('base64')
      const proof =
        checksum === 'crc32'
          ? { ChecksumCRC32: crc32Text(crc32) }
          : checksum === 'sha256'
            ? { ChecksumSHA256: Buffer.from(sha256, 'hex').toString('base64') }
            : {}
      const order = { Bucket, Key, UploadId, PartNumber, Body, ContentMD5, ...proof }
      const { ETag } = await ask(
        'UploadPart',
        sentForm,
        (client, sdk, abort) => client.send(new sdk.UploadPartCommand(order), abort),
        signal,
      )
      return { etag: ETag }
    },
    listParts: async ({ key: Key, uploadId: UploadId }, signal) => {
      const parts: ListedPart[] = []
      for (let marker: string | undefined; parts.length < maxParts;) {
        const order = { Bucket, Key, UploadId, ...(marker === undefined ? {} : { PartNumberMarker: marker }) }
        const page = await ask('ListParts', listedForm, (client, sdk, abort) => client.send(new sdk.ListPartsCommand(order), abort), signal)
        parts.push(...page.Parts.map((part) => ({ number: part.PartNumber, bytes: part.Size, etag: part.ETag })))
        if (!page.IsTruncated) break
        if (page.Parts.length === 0) throw refusal('ListParts', 'NotTheStore') // a list that is cut short would have parts sent again
        marker = page.NextPartNumberMarker ?? String(parts.at(-1)?.number)
      }
      return parts
    },
    complete: ({ key: Key, uploadId: UploadId }, { parts, checksum, crc32, onlyIfAbsent }, signal) => {
      const Parts = parts.map(({ number, etag, sha256 }) => ({
        PartNumber: number,
        ETag: `"${etag}"`,
        ...(checksum === 'sha256' ? { ChecksumSHA256: Buffer.from(sha256, 'hex').toString('base64') } : {}),
      }))
      const order = {
        Bucket,
        Key,
        UploadId,
        MultipartUpload: { Parts },
        ...(checksum === 'crc32' ? { ChecksumCRC32: crc32, ChecksumType: 'FULL_OBJECT' as const } : {}),
        ...(onlyIfAbsent ? { IfNoneMatch: '*' } : {}),
      }
      return ask(
        'CompleteMultipartUpload',
        toldForm.refine(({ etag }) => etag !== undefined),
        (client, sdk, abort) => client.send(new sdk.CompleteMultipartUploadCommand(order), abort),
        signal,
      )
    },
    abort: ({ key: Key, uploadId: UploadId }, signal) =>
      ask(
        'AbortMultipartUpload',
        nothing,
        (client, sdk, abort) => client.send(new sdk.AbortMultipartUploadCommand({ Bucket, Key, UploadId }), abort),
        signal,
      ),
    look: async (Key, signal) => {
      const asked = ask(
        'HeadObject',
        toldForm.refine(({ etag, bytes }) => etag !== undefined && bytes !== undefined),
        (client, sdk, abort) => client.send(new sdk.HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }), abort),
        signal,
      )
      return asked.catch((error: unknown) => {
        if (bucketError('HeadObject', error).fault.kind === 'not-there') return undefined
        throw error
      })
    },
    put: (Key, Body, ContentType, signal) =>
      ask(
        'PutObject',
        sentForm.transform(() => undefined),
        (client, sdk, abort) => client.send(new sdk.PutObjectCommand({ Bucket, Key, Body, ContentType }), abort),
        signal,
      ),
    copyPart: async ({ key: Key, uploadId: UploadId }, { number: PartNumber, from, firstByte, bytes }, signal) => {
      const CopySource = `${Bucket}/${from.split('/').map(encodeURIComponent).join('/')}`
      const order = { Bucket, Key, UploadId, PartNumber, CopySource, CopySourceRange: `bytes=${firstByte}-${firstByte + bytes - 1}` }
      const { CopyPartResult } = await ask(
        'UploadPartCopy',
        copiedForm,
        (client, sdk, abort) => client.send(new sdk.UploadPartCopyCommand(order), abort),
        signal,
      )
      return { etag: CopyPartResult.ETag }
    },
    sign: async (key, order) => {
      const { client } = await open()
      return signedUrl(options, { ...order, key, nowMs: Date.now() + client.config.systemClockOffset })
    },
    remove: (Key, signal) =>
      ask('DeleteObject', nothing, (client, sdk, abort) => client.send(new sdk.DeleteObjectCommand({ Bucket, Key }), abort), signal),
    versions: async (Key, signal) => {
      const { Versions, DeleteMarkers } = await ask(
        'ListObjectVersions',
        versionsForm,
        (client, sdk, abort) => client.send(new sdk.ListObjectVersionsCommand({ Bucket, Prefix: Key }), abort),
        signal,
      )
      return [...Versions, ...DeleteMarkers].filter((each) => each.Key === Key).map(({ VersionId }) => VersionId)
    },
    removeVersion: (Key, VersionId, signal) =>
      ask(
        'DeleteObject',
        nothing,
        (client, sdk, abort) => client.send(new sdk.DeleteObjectCommand({ Bucket, Key, VersionId }), abort),
        signal,
      ),
    openUploads: async (Prefix, signal) => {
      const { Uploads } = await ask(
        'ListMultipartUploads',
        uploadsForm,
        (client, sdk, abort) => client.send(new sdk.ListMultipartUploadsCommand({ Bucket, Prefix }), abort),
        signal,
      )
      return Uploads.map((each) => ({ key: each.Key, uploadId: each.UploadId }))
    },
    lifecycle: (signal) =>
      ask(
        'GetBucketLifecycleConfiguration',
        lifecycleForm,
        (client, sdk, abort) => client.send(new sdk.GetBucketLifecycleConfigurationCommand({ Bucket }), abort),
        signal,
      ).catch((error: unknown) => {
        if (error instanceof BucketError && error.facts['answer'] === 'NoSuchLifecycleConfiguration') return []
        throw error
      }),
    close: () => void opened?.then(({ client }) => client.destroy()).catch(() => undefined),
  }
}
