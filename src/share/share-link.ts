// Links for people to one recording's film: made with an end, revocable, found by their token alone.
// Never stores a token: only its SHA-256, so a copy of the database opens nothing.

import { createHash, randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { Database } from '../adapters/sqlite.ts'
import type { Clock } from '../base/clock.ts'
import { EzrecError } from '../base/errors.ts'
import { newId } from '../base/ids.ts'

/** Where page and film come from. */
export type ShareMode = 'box' | 'bucket'

export type ShareLink = {
  readonly id: string
  readonly recordingId: string
  readonly expiresAtMs: number
  readonly revokedAtMs: number | null
}

export type NewShareLink = {
  readonly id: string
  /** 256 bits, base64url: told once, here. */
  readonly token: string
  readonly expiresAtMs: number
  /** `<baseUrl>/s/<token>`. */
  url(baseUrl: string): string
}

export const longestShareDays = 30

const dayMs = 86_400_000

/** Makes a link that ends after `days` (at most 30, parts allowed). Errors: invalid, not_found (no such recording). */
export function createShareLink(
  db: Database,
  clock: Clock,
  { recordingId, days, mode = 'box' }: { readonly recordingId: string; readonly days: number; readonly mode?: ShareMode },
): NewShareLink {
  if (!(days > 0 && days <= longestShareDays))
    throw new EzrecError('invalid', `a link lives for more than 0 and at most ${longestShareDays} days`, { hint: 'give fewer days' })
  if (!db.get('select id from recording where id = ?', recordingId))
    throw new EzrecError('not_found', 'there is no such recording', { hint: 'share a film that GET /videos lists' })
  const id = newId()
  const token = randomBytes(32).toString('base64url')
  const nowMs = clock.nowMs()
  const expiresAtMs = Math.round(nowMs + days * dayMs)
  db.run(
    'insert into share_link (id, recording_id, token_hash, mode, created_at_ms, expires_at_ms) values (?, ?, ?, ?, ?, ?)',
    id,
    recordingId,
    hashOf(token),
    mode,
    nowMs,
    expiresAtMs,
  )
  return { id, token, expiresAtMs, url: (baseUrl) => `${baseUrl.replace(/\/+$/, '')}/s/${token}` }
}

/** The link of a token while it may be used; `undefined` for an unknown, expired or revoked one alike. */
export function findLiveShareLink(db: Database, clock: Clock, token: string): ShareLink | undefined {
  if (!/^[\w-]{43}$/.test(token)) return undefined
  const found = db.get(
    'select id, recording_id, expires_at_ms, revoked_at_ms from share_link where token_hash = ? and revoked_at_ms is null and expires_at_ms > ?',
    hashOf(token),
    clock.nowMs(),
  )
  return found && row.parse(found)
}

/** Revokes once; again changes nothing. Errors: not_found. */
export function revokeShareLink(db: Database, clock: Clock, id: string): ShareLink {
  db.run('update share_link set revoked_at_ms = ? where id = ? and revoked_at_ms is null', clock.nowMs(), id)
  const found = db.get('select id, recording_id, expires_at_ms, revoked_at_ms from share_link where id = ?', id)
  if (!found) throw new EzrecError('not_found', 'there is no such share link', { hint: 'its id is in the answer that made it' })
  return row.parse(found)
}

/** Counts an opening of the page; byte ranges of the film do not count. */
export const countView = (db: Database, id: string): void => void db.run('update share_link set views = views + 1 where id = ?', id)

const row = z
  .object({ id: z.string(), recording_id: z.string(), expires_at_ms: z.int(), revoked_at_ms: z.int().nullable() })
  .transform((r): ShareLink => ({ id: r.id, recordingId: r.recording_id, expiresAtMs: r.expires_at_ms, revokedAtMs: r.revoked_at_ms }))

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest()
