// Signed-in browsers, as rows: a random reference in a cookie, its SHA-256 here, an idle and an absolute end.
// Never stores a token that would open anything.

import { createHash, randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { Database } from '../../adapters/sqlite.ts'
import { findAccount, type Account } from './account-store.ts'

export const idleMs = 30 * 60_000
export const absoluteMs = 12 * 3_600_000
const touchMs = 60_000

/** Opens a session; the token is told once. Old ones are swept on the way. */
export function openSession(db: Database, accountId: string, nowMs: number): string {
  const token = randomBytes(32).toString('base64url')
  db.transaction(() => {
    db.run('delete from session where created_at_ms < ? or used_at_ms < ?', nowMs - absoluteMs, nowMs - idleMs)
    db.run(
      'insert into session (token_hash, account_id, created_at_ms, used_at_ms) values (?, ?, ?, ?)',
      hashOf(token),
      accountId,
      nowMs,
      nowMs,
    )
  })
  return token
}

/** The account of a session that has not ended. Notes the use, at most once a minute. */
export function sessionAccount(db: Database, token: string, nowMs: number, { isUse } = { isUse: true }): Account | undefined {
  if (!/^[\w-]{43}$/.test(token)) return undefined
  const found = db.get('select account_id, created_at_ms, used_at_ms from session where token_hash = ?', hashOf(token))
  if (!found) return undefined
  const session = row.parse(found)
  if (nowMs - session.created_at_ms > absoluteMs || nowMs - session.used_at_ms > idleMs) return undefined
  if (isUse && nowMs - session.used_at_ms > touchMs) db.run('update session set used_at_ms = ? where token_hash = ?', nowMs, hashOf(token))
  return findAccount(db, session.account_id)
}

export const closeSession = (db: Database, token: string): void => void db.run('delete from session where token_hash = ?', hashOf(token))

const row = z.object({ account_id: z.string(), created_at_ms: z.int(), used_at_ms: z.int() })

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest()
