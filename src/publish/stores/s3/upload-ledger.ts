// What is known of uploads, as rows: which one lives for a film, which parts of it the bucket has acknowledged, what it waits for.
// Never asks the bucket. A row is written before the step that relies on it.

import { z } from 'zod'
import { addEvent, addTransition } from '../../../adapters/log-tables.ts'
import type { Database } from '../../../adapters/sqlite.ts'
import { newId } from '../../../base/ids.ts'
import type { Fault } from './fault-policy.ts'
import type { Proof, SentPart } from './proof-policy.ts'

export type UploadState = 'open' | 'completing' | 'confirmed' | 'abandoned' | 'discarded'

export type UploadRow = {
  readonly id: string
  readonly filmKey: string
  readonly place: string
  readonly objectKey: string
  readonly uploadId: string | undefined
  readonly checksum: 'crc32' | 'sha256' | 'etag'
  readonly partBytes: number
  readonly headerBytes: number
  readonly state: UploadState
  /** What stands under its key can only be of an earlier upload of this film. */
  readonly mayReplace: boolean
  readonly bytes: number | undefined
  readonly proof: Proof | undefined
  /** The bucket has said that it put the parts together; what it said of the whole is no proof. */
  readonly isAnswered: boolean
  readonly fault: { readonly kind: string; readonly message: string; readonly hint: string; readonly sinceMs: number } | undefined
}

const checksum = z.enum(['crc32', 'sha256', 'etag'])
const row = z
  .object({
    id: z.string(),
    film_key: z.string(),
    place: z.string(),
    object_key: z.string(),
    upload_id: z.string().nullable(),
    checksum,
    part_bytes: z.int(),
    header_bytes: z.int(),
    state: z.enum(['open', 'completing', 'confirmed', 'abandoned', 'discarded']),
    may_replace: z.int(),
    bytes: z.int().nullable(),
    proof: checksum.nullable(),
    etag: z.string().nullable(),
    fault_kind: z.string().nullable(),
    fault_message: z.string().nullable(),
    fault_hint: z.string().nullable(),
    fault_since_ms: z.int().nullable(),
  })
  .transform((r): UploadRow => ({
    id: r.id,
    filmKey: r.film_key,
    place: r.place,
    objectKey: r.object_key,
    uploadId: r.upload_id ?? undefined,
    checksum: r.checksum,
    partBytes: r.part_bytes,
    headerBytes: r.header_bytes,
    state: r.state,
    mayReplace: r.may_replace === 1,
    bytes: r.bytes ?? undefined,
    proof: r.proof ?? undefined,
    isAnswered: r.state === 'completing' && r.etag !== null,
    fault:
      r.fault_kind === null
        ? undefined
        : { kind: r.fault_kind, message: r.fault_message ?? '', hint: r.fault_hint ?? '', sinceMs: r.fault_since_ms ?? 0 },
  }))

const partRow = z
  .object({
    number: z.int(),
    first_byte: z.int(),
    bytes: z.int(),
    md5: z.string(),
    sha256: z.string(),
    crc32: z.int(),
    etag: z.string(),
  })
  .transform(({ first_byte: firstByte, ...rest }): SentPart => ({ ...rest, firstByte }))

/** The upload of a film that is under way or confirmed. */
export function findUpload(db: Database, filmKey: string): UploadRow | undefined {
  const found = db.get("select * from upload where film_key = ? and state in ('open', 'completing', 'confirmed')", filmKey)
  return found && row.parse(found)
}

/** Uploads that something keeps from going on, oldest first. */
export const listWaiting = (db: Database, limit = 20): (UploadRow & { readonly fault: NonNullable<UploadRow['fault']> })[] =>
  db
    .all("select * from upload where fault_kind is not null and state in ('open', 'completing') order by id limit ?", limit)
    .map((found) => row.parse(found))
    .flatMap(({ fault, ...rest }) => (fault ? [{ ...rest, fault }] : []))

/** What was begun and is wanted no more, oldest first. */
export const listUnwanted = (db: Database, place: string): UploadRow[] =>
  db.all("select * from upload where state in ('abandoned', 'discarded') and place = ? order by id", place).map((found) => row.parse(found))

/** Whether an upload of the bucket is one that may go on. */
export const isLive = (db: Database, place: string, uploadId: string): boolean =>
  db.get("select 1 from upload where place = ? and upload_id = ? and state in ('open', 'completing')", place, uploadId) !== undefined

/** Whether a film that lives has its object there, or may have. */
export const isObjectWanted = (db: Database, place: string, objectKey: string): boolean =>
  db.get("select 1 from upload where place = ? and object_key = ? and state in ('open', 'completing', 'confirmed')", place, objectKey) !==
  undefined

export function listSentParts(db: Database, id: string): SentPart[] {
  return db
    .all('select number, first_byte, bytes, md5, sha256, crc32, etag from upload_part where upload = ? order by number', id)
    .map((found) => partRow.parse(found))
}

type Wanted = Pick<UploadRow, 'filmKey' | 'place' | 'objectKey' | 'partBytes' | 'headerBytes'> & { readonly mayReplace?: boolean }

/** Before the bucket is asked to begin. */
export function openUploadRow(db: Database, wanted: Wanted, nowMs: number): UploadRow {
  const id = newId()
  db.run(
    "insert into upload (id, film_key, place, object_key, checksum, part_bytes, header_bytes, state, may_replace, created_at_ms) values (?, ?, ?, ?, 'etag', ?, ?, 'open', ?, ?)",
    id,
    wanted.filmKey,
    wanted.place,
    wanted.objectKey,
    wanted.partBytes,
    wanted.headerBytes,
    wanted.mayReplace === true ? 1 : 0,
    nowMs,
  )
  return row.parse(db.get('select * from upload where id = ?', id))
}

/** Before it has begun: it goes to another key. */
export function moveObject(db: Database, id: string, objectKey: string): UploadRow {
  db.run('update upload set object_key = ? where id = ? and upload_id is null', objectKey, id)
  return row.parse(db.get('select * from upload where id = ?', id))
}

export function noteBegun(db: Database, id: string, begun: { uploadId: string; checksum: UploadRow['checksum'] }): UploadRow {
  db.run('update upload set upload_id = ?, checksum = ? where id = ?', begun.uploadId, begun.checksum, id)
  return row.parse(db.get('select * from upload where id = ?', id))
}

/** The bucket has it. Tells how much of the film is there. */
export function notePart(db: Database, { id, filmKey }: UploadRow, part: SentPart, nowMs: number): void {
  db.transaction(() => {
    db.run(
      'insert or replace into upload_part (upload, number, first_byte, bytes, md5, sha256, crc32, etag, sent_at_ms) values (?, ?, ?, ?, ?, ?, ?, ?, ?)',
      id,
      part.number,
      part.firstByte,
      part.bytes,
      part.md5,
      part.sha256,
      part.crc32,
      part.etag,
      nowMs,
    )
    const sum = z
      .object({ parts: z.int(), bytes: z.int() })
      .parse(db.get('select count(*) as parts, sum(bytes) as bytes from upload_part where upload = ?', id))
    addEvent(db, { atMs: nowMs, kind: 'upload.part', subjectId: filmKey, facts: { part: part.number, ...sum } })
  })
}

/** The bucket does not have it, after all. */
export const forgetPart = (db: Database, id: string, number: number): void =>
  void db.run('delete from upload_part where upload = ? and number = ?', id, number)

/** Before the bucket is asked to put the parts together. */
export const noteCompleting = (db: Database, id: string, bytes: number): void =>
  void db.run("update upload set state = 'completing', bytes = ? where id = ?", bytes, id)

/** It did not, by its own word: its parts are still there, and no object has come of them. */
export const noteRefused = (db: Database, id: string): void =>
  void db.run("update upload set state = 'open', bytes = null where id = ?", id)

/** It did so, by its own word, which is no proof. */
export const noteAnswered = (db: Database, id: string, etag: string | undefined): void =>
  void db.run('update upload set etag = ? where id = ?', etag ?? null, id)

/** The bucket has proven that it holds the whole. */
export function noteConfirmed(db: Database, upload: UploadRow, found: { etag: string | undefined; by: Proof }, nowMs: number): void {
  db.transaction(() => {
    db.run(
      "update upload set state = 'confirmed', etag = ?, proof = ?, confirmed_at_ms = ?, fault_kind = null where id = ?",
      found.etag ?? null,
      found.by,
      nowMs,
      upload.id,
    )
    addEvent(db, { atMs: nowMs, kind: 'upload.confirmed', subjectId: upload.filmKey, facts: { object: upload.objectKey, by: found.by } })
  })
}

/** Never to go on: a film's upload begins anew, or its film is thrown away (`discarded`: an object that may have come of it goes, too). */
export function giveUp(db: Database, upload: UploadRow, to: 'abandoned' | 'discarded', cause: string, nowMs: number): void {
  db.transaction(() => {
    db.run('update upload set state = ? where id = ?', to, upload.id)
    addTransition(db, { atMs: nowMs, subject: 'upload', subjectId: upload.id, from: upload.state, to, cause })
  })
}

/** Nothing of it is left in the bucket. */
export const forgetUpload = (db: Database, id: string): void => void db.run('delete from upload where id = ?', id)

/** What it waits for, until it goes on. */
export function noteFault(db: Database, { id, filmKey }: UploadRow, fault: Fault, nowMs: number): void {
  db.transaction(() => {
    const changed = db.run(
      'update upload set fault_kind = ?, fault_message = ?, fault_hint = ?, fault_since_ms = ? where id = ? and fault_kind is not ?',
      fault.kind,
      fault.message,
      fault.hint,
      nowMs,
      id,
      fault.kind,
    )
    const facts = { kind: fault.kind, permanent: fault.permanent, message: fault.message, hint: fault.hint }
    if (changed > 0) addEvent(db, { atMs: nowMs, kind: 'upload.waiting', subjectId: filmKey, facts })
  })
}

export const clearFault = (db: Database, id: string): void =>
  void db.run('update upload set fault_kind = null, fault_message = null, fault_hint = null, fault_since_ms = null where id = ?', id)
