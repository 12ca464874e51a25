// Links for people to one match: made with an end, revocable, found by their token alone; from the booking on, or to a recording.
// Never stores a token: only its SHA-256, so a copy of the database opens nothing. It is made of the home's secret, which stands elsewhere.

import { createHash, randomBytes } from 'node:crypto'
import { z } from 'zod'
import { addEvent } from '../adapters/log-tables.ts'
import type { Database } from '../adapters/sqlite.ts'
import type { Clock } from '../base/clock.ts'
import { EzrecError } from '../base/errors.ts'
import { newId } from '../base/ids.ts'
import { shareTokenOf } from './share-secret.ts'

/** Where page and film come from. */
export type ShareMode = 'box' | 'bucket'

export type ShareLink = {
  readonly id: string
  /** One of these two. */
  readonly recordingId: string | null
  readonly bookingId: string | null
  readonly mode: ShareMode
  readonly createdAtMs: number
  readonly expiresAtMs: number
  readonly revokedAtMs: number | null
  /** PHC string; null for a link without a password. */
  readonly passwordHash: string | null
  /** Openings of its page by people, at most; null for any number. */
  readonly mostViews: number | null
  readonly views: number
  readonly downloads: number
}

export type NewShareLink = {
  readonly id: string
  /** 256 bits, base64url: told once, here. */
  readonly token: string
  readonly expiresAtMs: number
  /** `<baseUrl>/s/<token>`. */
  url(baseUrl: string): string
}

export type ShareOrder = ({ readonly recordingId: string } | { readonly bookingId: string }) & {
  readonly days: number
  readonly passwordHash?: string | undefined
  readonly mostViews?: number | undefined
  /** `box` unless it says otherwise. */
  readonly mode?: ShareMode | undefined
  /** Of the home: the token is made of it, so that it can be shown again; else by chance. */
  readonly secret?: Buffer | undefined
}

export const longestShareDays = 30

const dayMs = 86_400_000

/** Makes a link that ends after `days` (at most 30, parts allowed); one to a booking so long after its end. Errors: invalid, not_found, conflict (it is not recorded). */
export function createShareLink(db: Database, clock: Pick<Clock, 'nowMs'>, order: ShareOrder): NewShareLink {
  const { days, passwordHash = null, mostViews = null, mode = 'box' } = order
  if (!(days > 0 && days <= longestShareDays))
    throw new EzrecError('invalid', `a link lives for more than 0 and at most ${longestShareDays} days`, { hint: 'give fewer days' })
  const nowMs = clock.nowMs()
  const [recordingId, bookingId] = 'recordingId' in order ? [order.recordingId, null] : [null, order.bookingId]
  const shared = recordingId === null ? db.get('select ends_at_ms, record from booking where id = ?', bookingId) : undefined
  if (recordingId === null ? !shared : !db.get('select id from recording where id = ?', recordingId))
    throw new EzrecError('not_found', recordingId === null ? 'there is no such booking' : 'there is no such recording', {
      hint: 'share a film that GET /videos lists, or a booking of GET /bookings',
    })
  if (shared?.['record'] === 0)
    throw new EzrecError('conflict', 'this booking is not recorded: there is nothing to share', { hint: 'share another one' })
  const id = newId()
  const token = order.secret ? shareTokenOf(order.secret, id) : randomBytes(32).toString('base64url')
  const expiresAtMs = Math.round(Math.max(nowMs, Number(shared?.['ends_at_ms'] ?? 0)) + days * dayMs)
  db.transaction(() => {
    db.run(
      `insert into share_link (id, recording_id, booking_id, token_hash, mode, created_at_ms, expires_at_ms, password_hash, most_views)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[id, recordingId, bookingId, hashOf(token), mode, nowMs, expiresAtMs, passwordHash, mostViews],
    )
    addEvent(db, {
      atMs: Math.floor(nowMs),
      kind: 'share.made',
      subjectId: id,
      facts: { recording: recordingId, booking: bookingId, mode },
    })
  })
  return { id, token, expiresAtMs, url: (baseUrl) => shareUrl(baseUrl, token) }
}

export const shareUrl = (baseUrl: string, token: string): string => `${baseUrl.replace(/\/+$/, '')}/s/${token}`

/** The token of a link once more; `undefined` for one that was not made of this secret. */
export function tokenAgain(db: Database, secret: Buffer, id: string): string | undefined {
  const token = shareTokenOf(secret, id)
  return db.get('select 1 from share_link where id = ? and token_hash = ?', id, hashOf(token)) ? token : undefined
}

/** A link that somebody else made, by its token; false when it is there already. */
export function importShareLink(
  db: Database,
  nowMs: number,
  link: {
    readonly token: string
    readonly recordingId: string
    readonly expiresAtMs: number
    readonly views: number
    readonly downloads: number
  },
): boolean {
  const [id, atMs] = [newId(), Math.floor(nowMs)]
  return db.transaction(() => {
    const made = db.run(
      `insert into share_link (id, recording_id, token_hash, mode, created_at_ms, expires_at_ms, views, downloads)
       values (?, ?, ?, 'box', ?, ?, ?, ?) on conflict (token_hash) do nothing`,
      ...[id, link.recordingId, hashOf(link.token), atMs, Math.floor(link.expiresAtMs), link.views, link.downloads],
    )
    if (made > 0)
      addEvent(db, { atMs, kind: 'share.made', subjectId: id, facts: { recording: link.recordingId, booking: null, mode: 'box' } })
    return made > 0
  })
}

/** The link of a token while it may be used; `undefined` for an unknown, expired or revoked one alike. */
export function findLiveShareLink(db: Database, clock: Pick<Clock, 'nowMs'>, token: string): ShareLink | undefined {
  if (!/^(?:[\w-]{43}|[0-9a-f]{32})$/.test(token)) return undefined // ours, and those of the original that were brought over
  const found = db.get(
    `select ${columns} from share_link where token_hash = ? and revoked_at_ms is null and expires_at_ms > ?`,
    hashOf(token),
    clock.nowMs(),
  )
  return found && row.parse(found)
}

export function findShareLink(db: Database, id: string): ShareLink | undefined {
  const found = db.get(`select ${columns} from share_link where id = ?`, id)
  return found && row.parse(found)
}

export type ShareLinkPage = {
  readonly bookingId?: string
  readonly userId?: string
  /** The link that the page before ended with: when it was made, and its id. */
  readonly after?: { readonly ms: number; readonly id: string }
  readonly limit?: number
}

/** Newest first; those of one booking with their recordings', or of one user, when asked. */
export const listShareLinks = (db: Database, { bookingId, userId, after, limit = 500 }: ShareLinkPage = {}): ShareLink[] =>
  db
    .all(
      `select ${columns} from share_link where (? is null or booking_id = ? or recording_id in (select id from recording where booking_id = ?))
       and (? is null or coalesce(booking_id, (select r.booking_id from recording r where r.id = recording_id)) in (select id from booking where user_id = ?))
       and (created_at_ms, id) < (?, ?) order by created_at_ms desc, id desc limit ?`,
      ...[bookingId ?? null, bookingId ?? null, bookingId ?? null, userId ?? null, userId ?? null],
      ...[after?.ms ?? Number.MAX_SAFE_INTEGER, after?.id ?? '', limit],
    )
    .map((found) => row.parse(found))

/** Revokes once; again changes nothing. Errors: not_found. */
export function revokeShareLink(db: Database, clock: Pick<Clock, 'nowMs'>, id: string): ShareLink {
  db.transaction(() => {
    const nowMs = clock.nowMs()
    if (db.run('update share_link set revoked_at_ms = ? where id = ? and revoked_at_ms is null', nowMs, id) > 0) tellRevoked(db, id, nowMs)
    db.run('delete from share_visit where link_id = ?', id)
  })
  const found = findShareLink(db, id)
  if (!found) throw new EzrecError('not_found', 'there is no such share link', { hint: 'its id is in the answer that made it' })
  return found
}

/** Of a film that is removed, also those that were made for its booking. How many were open. */
export function revokeLinksOf(db: Database, recordingId: string, nowMs: number): number {
  return db.transaction(() => {
    const revoked = db.all(
      `update share_link set revoked_at_ms = ?
       where revoked_at_ms is null and (recording_id = ? or booking_id = (select booking_id from recording where id = ?)) returning id`,
      ...[nowMs, recordingId, recordingId],
    )
    for (const { id } of revoked) tellRevoked(db, String(id), nowMs)
    return revoked.length
  })
}

const tellRevoked = (db: Database, id: string, nowMs: number): void =>
  addEvent(db, { atMs: Math.floor(nowMs), kind: 'share.revoked', subjectId: id, facts: {} })

/** Counts a person's opening of the page, unless there were as many as there may be: then it is false. */
export const countView = (db: Database, id: string): boolean =>
  db.run('update share_link set views = views + 1 where id = ? and (most_views is null or views < most_views)', id) > 0

export const countDownload = (db: Database, id: string): void =>
  void db.run('update share_link set downloads = downloads + 1 where id = ?', id)

/** How long a browser that was let in stays so: as long as somebody watches a match, with breaks. */
export const visitMs = 12 * 3_600_000

/** Lets a browser in; the cookie's value is told once, here. */
export function openVisit(db: Database, linkId: string, nowMs: number): string {
  const token = randomBytes(32).toString('base64url')
  db.transaction(() => {
    db.run('delete from share_visit where expires_at_ms <= ?', nowMs)
    db.run(
      'insert into share_visit (token_hash, link_id, expires_at_ms) values (?, ?, ?)',
      hashOf(token),
      linkId,
      Math.floor(nowMs) + visitMs,
    )
  })
  return token
}

export const isVisit = (db: Database, linkId: string, token: string, nowMs: number): boolean =>
  db.get('select 1 from share_visit where token_hash = ? and link_id = ? and expires_at_ms > ?', hashOf(token), linkId, nowMs) !== undefined

const columns =
  'id, recording_id, booking_id, mode, created_at_ms, expires_at_ms, revoked_at_ms, password_hash, most_views, views, downloads'

const row = z
  .object({
    id: z.string(),
    recording_id: z.string().nullable(),
    booking_id: z.string().nullable(),
    mode: z.enum(['box', 'bucket']),
    created_at_ms: z.int(),
    expires_at_ms: z.int(),
    revoked_at_ms: z.int().nullable(),
    password_hash: z.string().nullable(),
    most_views: z.int().nullable(),
    views: z.int(),
    downloads: z.int(),
  })
  .transform((r): ShareLink => ({
    id: r.id,
    recordingId: r.recording_id,
    bookingId: r.booking_id,
    mode: r.mode,
    createdAtMs: r.created_at_ms,
    expiresAtMs: r.expires_at_ms,
    revokedAtMs: r.revoked_at_ms,
    passwordHash: r.password_hash,
    mostViews: r.most_views,
    views: r.views,
    downloads: r.downloads,
  }))

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest()
