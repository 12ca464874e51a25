// The forms of a bucket's answers: what is read of each, with bounds. Whatever else stands there is left.
// Never asks.

import { z } from 'zod'
import type { LifecycleRule } from './lifecycle-policy.ts'
import type { Told } from './proof-policy.ts'

const etagForm = z
  .string()
  .max(200)
  .regex(/^"?[\w+/=.-]{1,150}"?$/)
  .transform((text) => text.replaceAll('"', ''))
const checksumForm = z.string().regex(/^[\w+/=-]{1,120}$/)
const idForm = z.string().min(1).max(2_048)

export const toldForm = z
  .looseObject({
    ContentLength: z.int().nonnegative().optional(),
    ETag: etagForm.optional(),
    ChecksumCRC32: checksumForm.optional(),
    ChecksumSHA256: checksumForm.optional(),
  })
  .transform((r): Told => ({ bytes: r.ContentLength, etag: r.ETag, crc32: r.ChecksumCRC32, sha256: r.ChecksumSHA256 }))

export const begunForm = z.looseObject({
  UploadId: idForm,
  ChecksumAlgorithm: z.string().max(20).optional(),
  ChecksumType: z.string().max(20).optional(),
})
export const sentForm = z.looseObject({ ETag: etagForm })
export const copiedForm = z.looseObject({ CopyPartResult: sentForm })
export const listedForm = z.looseObject({
  IsTruncated: z.boolean().default(false),
  NextPartNumberMarker: z.string().max(10).optional(),
  Parts: z
    .array(z.looseObject({ PartNumber: z.int().min(1).max(10_000), Size: z.int().nonnegative(), ETag: etagForm }))
    .max(1_000)
    .default([]),
})
export const lifecycleForm = z
  .looseObject({
    Rules: z
      .array(
        z.looseObject({
          Status: z.string().max(20).optional(),
          Prefix: z.string().max(1_024).optional(),
          Filter: z.looseObject({ Prefix: z.string().max(1_024).optional() }).optional(),
          AbortIncompleteMultipartUpload: z.looseObject({ DaysAfterInitiation: z.int().optional() }).optional(),
        }),
      )
      .max(1_000)
      .default([]),
  })
  .transform(({ Rules }) =>
    Rules.map(({ Status, Prefix, Filter, AbortIncompleteMultipartUpload: abort }): LifecycleRule => {
      const isPlain = Filter === undefined || Object.keys(Filter).every((name) => name === 'Prefix')
      return {
        enabled: Status === 'Enabled',
        prefix: isPlain ? (Filter?.Prefix ?? Prefix ?? '') : undefined,
        abortAfterDays: abort?.DaysAfterInitiation,
      }
    }),
  )
export const uploadsForm = z.looseObject({
  Uploads: z
    .array(z.looseObject({ Key: z.string().max(1_024), UploadId: idForm }))
    .max(1_000)
    .default([]),
})
const versionForm = z.looseObject({ Key: z.string().max(1_024), VersionId: z.string().min(1).max(1_024) })
export const versionsForm = z.looseObject({
  Versions: z.array(versionForm).max(1_000).default([]),
  DeleteMarkers: z.array(versionForm).max(1_000).default([]),
})
