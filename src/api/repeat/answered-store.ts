// What requests with an Idempotency-Key were answered, as rows, for a day: the same key from the same caller does a thing once.
// Never keeps an answer that told a secret: of that only its hash stands here.

import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Database } from '../../adapters/sqlite.ts'

export type AskedOnce = {
  /** Id of the account or key. */
  readonly asker: string
  readonly key: string
  /** Method, path and body as one text. */
  readonly request: string
}

export type Answered = { readonly isSameRequest: boolean; readonly status: number; readonly answer: string | null }

const keptMs = 24 * 3_600_000
/** Beyond it the oldest go: a caller cannot fill the disk. */
const mostKept = 10_000

export function findAnswered(db: Database, { asker, key, request }: AskedOnce, nowMs: number): Answered | undefined {
  const found = db.get(
    'select request_hash, status, answer from answered_request where asker = ? and key_hash = ? and at_ms > ?',
    ...[asker, hashOf(key), Math.floor(nowMs) - keptMs],
  )
  if (!found) return undefined
  const { request_hash: hash, status, answer } = row.parse(found)
  return { isSameRequest: hashOf(request).equals(hash), status, answer }
}

export function noteAnswered(
  db: Database,
  { asker, key, request }: AskedOnce,
  { status, answer, isSecret }: { readonly status: number; readonly answer: string; readonly isSecret: boolean },
  nowMs: number,
): void {
  const atMs = Math.floor(nowMs)
  db.transaction(() => {
    db.run('delete from answered_request where at_ms <= ?', atMs - keptMs)
    db.run(
      `delete from answered_request where (asker, key_hash) in
         (select asker, key_hash from answered_request order by at_ms desc limit -1 offset ?)`,
      mostKept - 1,
    )
    db.run(
      'insert into answered_request (asker, key_hash, request_hash, status, answer, answer_hash, at_ms) values (?, ?, ?, ?, ?, ?, ?) on conflict do nothing',
      ...[asker, hashOf(key), hashOf(request), status, isSecret ? null : answer, hashOf(answer), atMs],
    )
  })
}

const row = z.object({ request_hash: z.instanceof(Uint8Array), status: z.int(), answer: z.string().nullable() })

const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest()
