// Whether what the bucket tells of an object proves that it holds the film: a checksum of the whole, or the MD5 of the parts' MD5s.
// Pure. A size alone proves nothing, and what is not told proves nothing.

import { createHash } from 'node:crypto'
import { crc32Text, joinCrc32 } from './crc32.ts'

export type SentPart = {
  readonly number: number
  readonly firstByte: number
  readonly bytes: number
  /** Hexadecimal, of what was sent. */
  readonly md5: string
  readonly sha256: string
  readonly crc32: number
  /** As the bucket answered, without quotation marks. */
  readonly etag: string
}

/** What a bucket says of an object; without quotation marks. */
export type Told = {
  readonly bytes?: number | undefined
  readonly etag?: string | undefined
  /** Base64; of the whole, or with `-N` of the N parts' checksums. */
  readonly crc32?: string | undefined
  readonly sha256?: string | undefined
}

/** What the whole must have. */
export type Expected = { readonly bytes: number; readonly etag: string; readonly crc32: string; readonly sha256: string }

export type Proof = 'crc32' | 'sha256' | 'etag'

export type Verdict = { readonly is: 'proven'; readonly by: Proof } | { readonly is: 'different' } | { readonly is: 'open' }

/** The checksums that the whole must have. */
export function expectedOf(parts: readonly SentPart[]): Expected {
  const ordered = parts.toSorted((a, b) => a.number - b.number)
  const digestOf = (algorithm: 'md5' | 'sha256') =>
    createHash(algorithm).update(Buffer.concat(ordered.map((part) => Buffer.from(part[algorithm], 'hex'))))
  return {
    bytes: ordered.reduce((sum, part) => sum + part.bytes, 0),
    etag: `${digestOf('md5').digest('hex')}-${ordered.length}`,
    crc32: crc32Text(ordered.reduce((crc, part) => joinCrc32(crc, part.crc32, part.bytes), 0)),
    sha256: `${digestOf('sha256').digest('base64')}-${ordered.length}`,
  }
}

/** A tag that is no MD5 of parts (an encrypted bucket's) is neither proof nor contradiction. */
export function judgeObject(expected: Expected, told: Told): Verdict {
  if (told.bytes !== undefined && told.bytes !== expected.bytes) return { is: 'different' }
  for (const by of ['crc32', 'sha256'] as const) {
    const value = told[by]
    if (value === undefined || value.includes('-') !== expected[by].includes('-')) continue
    return value === expected[by] ? { is: 'proven', by } : { is: 'different' }
  }
  return told.etag === expected.etag ? { is: 'proven', by: 'etag' } : { is: 'open' }
}
