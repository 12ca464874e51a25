// What requests with an Idempotency-Key were answered, as rows, for a day: the same key from the same caller does a thing once.
// Never keeps an answer that told a secret, nor anything that was made of one.

import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Database } from '../../adapters/sqlite.ts'

export type AskedOnce = {
  /** Id of the account or key, or name of the court's visit. */
  readonly asker: string
  readonly key: string
  /** Method, path and body as one text, without secrets. */
  readonly request: string
}

/** `status` is null for one that was begun and of which nobody knows whether it was done. */
export type Answered = { readonly isSameRequest: boolean; readonly status: number | null; readonly answer: string | null }

const keptMs = 24 * 3_600_000
/** Beyond these the caller's own oldest go: nobody fills the disk, and nobody pushes out what another one asked. */
export const mostKeptEach = 2_000
export const mostAnswerBytes = 64 * 1024

export function findAnswered(db: Database, { asker, key, request }: AskedOnce, nowMs: number): Answered | undefined {
  const found = db.get(
    'select request_hash, status, answer from answered_request where asker = ? and key_hash = ? and at_ms > ?',
    ...[asker, hashOf(key), Math.floor(nowMs) - keptMs],
  )
  if (!found) return undefined
  const { request_hash: hash, status, answer } = row.parse(found)
  return { isSameRequest: hashOf(request).equals(hash), status, answer }
}

/** Before anything is done. */
export function noteBegun(db: Database, { asker, key, request }: AskedOnce, nowMs: number): void {
  const atMs = Math.floor(nowMs)
  db.transaction(() => {
    db.run('delete from answered_request where at_ms <= ?', atMs - keptMs)
    db.run(
      `delete from answered_request where asker = ? and key_hash in
         (select key_hash from answered_request where asker = ? order by at_ms desc limit -1 offset ?)`,
      ...[asker, asker, mostKeptEach - 1],
    )
    db.run(
      'insert into answered_request (asker, key_hash, request_hash, at_ms) values (?, ?, ?, ?)',
      ...[asker, hashOf(key), hashOf(request), atMs],
    )
  })
}

/** `answer` is null where it is not to be kept; a large one is not kept either. */
export const noteAnswered = (
  db: Database,
  { asker, key }: AskedOnce,
  { status, answer }: { readonly status: number; readonly answer: string | null },
): void =>
  void db.run(
    'update answered_request set status = ?, answer = ? where asker = ? and key_hash = ?',
    ...[status, answer !== null && Buffer.byteLength(answer) <= mostAnswerBytes ? answer : null, asker, hashOf(key)],
  )

/** It was refused, or done in part: the same key may try again. */
export const forgetAsked = (db: Database, { asker, key }: AskedOnce): void =>
  void db.run('delete from answered_request where asker = ? and key_hash = ?', asker, hashOf(key))

const row = z.object({ request_hash: z.instanceof(Uint8Array), status: z.int().nullable(), answer: z.string().nullable() })

const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest()
