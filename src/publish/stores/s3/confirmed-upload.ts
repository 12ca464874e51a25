// What the bucket has proven to hold of a film, as its manifest tells it, and back into rows of a database that has lost them.
// Never asks the bucket: the nightly look finds out whether it is still so.

import { z } from 'zod'
import type { Database } from '../../../adapters/sqlite.ts'
import { newId } from '../../../base/ids.ts'
import { findUpload, listSentParts } from './upload-ledger.ts'

const count = z.int().nonnegative()
const proof = z.enum(['crc32', 'sha256', 'etag'])
const hash = z.string().max(128)

export const confirmedSchema = z.object({
  place: z.string().max(1_000),
  objectKey: z.string().max(1_024),
  checksum: proof,
  partBytes: count,
  headerBytes: count,
  bytes: count,
  proof: proof.nullable(),
  parts: z
    .array(
      z.object({
        number: z.int().min(1),
        firstByte: count,
        bytes: count,
        md5: hash,
        sha256: hash,
        crc32: count,
        etag: z.string().max(200),
      }),
    )
    .max(10_000),
})
export type ConfirmedUpload = z.infer<typeof confirmedSchema>

/** `null` while the bucket has not proven it, and without a bucket. */
export function tellConfirmed(db: Database, filmKey: string): ConfirmedUpload | null {
  const upload = findUpload(db, filmKey)
  if (upload?.state !== 'confirmed') return null
  const { id, place, objectKey, checksum, partBytes, headerBytes, bytes = 0, proof: by = null } = upload
  return { place, objectKey, checksum, partBytes, headerBytes, bytes, proof: by, parts: listSentParts(db, id) }
}

/** In the caller's transaction. An upload of an older copy of the rows that was not over yet is not wanted any more. */
export function restoreConfirmed(db: Database, filmKey: string, told: ConfirmedUpload, nowMs: number): void {
  const known = findUpload(db, filmKey)
  if (known?.state === 'confirmed' && known.place === told.place && known.objectKey === told.objectKey) return
  if (known?.state === 'confirmed') db.run('delete from upload where id = ?', known.id)
  else if (known) db.run("update upload set state = 'abandoned' where id = ?", known.id)
  const id = newId()
  db.run(
    `insert into upload (id, film_key, place, object_key, checksum, part_bytes, header_bytes, state, bytes, proof, confirmed_at_ms, created_at_ms)
     values (?, ?, ?, ?, ?, ?, ?, 'confirmed', ?, ?, ?, ?)`,
    ...[id, filmKey, told.place, told.objectKey, told.checksum, told.partBytes, told.headerBytes, told.bytes, told.proof, nowMs, nowMs],
  )
  for (const part of told.parts)
    db.run(
      'insert into upload_part (upload, number, first_byte, bytes, md5, sha256, crc32, etag, sent_at_ms) values (?, ?, ?, ?, ?, ?, ?, ?, ?)',
      ...[id, part.number, part.firstByte, part.bytes, part.md5, part.sha256, part.crc32, part.etag, nowMs],
    )
}
