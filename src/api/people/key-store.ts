// Programs that may ask: `ezk_<id>_<secret>`, 256 bits of which only the SHA-256 is kept (so many bits need no slow hash).
// Never shows a key again after it was made.

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { addEvent } from '../../adapters/log-tables.ts'
import type { Database } from '../../adapters/sqlite.ts'
import type { Clock } from '../../base/clock.ts'
import { EzrecError } from '../../base/errors.ts'
import { newId } from '../../base/ids.ts'
import { roleSchema, scopesSchema, type Role, type Scope } from './role.ts'

export type ApiKey = {
  readonly id: string
  readonly name: string
  readonly role: Role
  /** Whose bookings and films it sees; null: all. */
  readonly userId: string | null
  /** Of a device: what it may, alone; null: what its role may. */
  readonly scopes: readonly Scope[] | null
  readonly createdAtMs: number
  readonly usedAtMs: number | null
  readonly revokedAtMs: number | null
}

export const keyName = z.string().regex(/^[^\p{C}]{1,100}$/u, { error: 'is 1 to 100 printable characters' })

/** Whose a key may be. */
export const userName = z.string().regex(/^[^\p{C}]{1,100}$/u, { error: 'must be 1 to 100 printable characters' })

const columns = 'id, name, role, user_id, scopes, created_at_ms, used_at_ms, revoked_at_ms'

const row = z
  .object({
    id: z.string(),
    name: z.string(),
    role: roleSchema,
    user_id: z.string().nullable(),
    scopes: z
      .string()
      .transform((text) => scopesSchema.parse(text.split(' ')))
      .nullable(),
    created_at_ms: z.int(),
    used_at_ms: z.int().nullable(),
    revoked_at_ms: z.int().nullable(),
  })
  .transform((r): ApiKey => ({
    id: r.id,
    name: r.name,
    role: r.role,
    userId: r.user_id,
    scopes: r.scopes,
    createdAtMs: r.created_at_ms,
    usedAtMs: r.used_at_ms,
    revokedAtMs: r.revoked_at_ms,
  }))

export type KeyOrder = {
  readonly name: string
  /** Of a device: operator, for its scopes alone. */
  readonly role: Role
  readonly userId?: string | null | undefined
  readonly scopes?: readonly Scope[] | null | undefined
}

/** Makes a key; its text is told once, here. One that is bound to a user, or has scopes, is no admin's. Errors: invalid (the name, the role). */
export function createKey(
  db: Database,
  clock: Clock,
  { name, role: asked, userId = null, scopes = null }: KeyOrder,
): ApiKey & { readonly key: string } {
  const parsed = keyName.safeParse(name)
  if (!parsed.success)
    throw new EzrecError('invalid', 'this is no name for a key', { hint: `a name ${parsed.error.issues[0]?.message ?? ''}` })
  if ((userId !== null || scopes !== null) && asked === 'admin')
    throw new EzrecError('invalid', 'a key that sees one user’s films alone, or has scopes, is no admin’s', {
      hint: 'make it a viewer or an operator',
    })
  const role = scopes === null ? asked : 'operator'
  const id = newId().toLowerCase()
  const secret = randomBytes(32).toString('base64url')
  const nowMs = clock.nowMs()
  db.transaction(() => {
    db.run(
      'insert into api_key (id, name, role, secret_hash, created_at_ms, user_id, scopes) values (?, ?, ?, ?, ?, ?, ?)',
      ...[id, parsed.data, role, hashOf(secret), nowMs, userId, scopes?.join(' ') ?? null],
    )
    const facts = { role, bound: userId !== null, scopes: scopes?.join(' ') ?? null }
    addEvent(db, { atMs: Math.floor(nowMs), kind: 'key.made', subjectId: id, facts })
  })
  const key = { id, name: parsed.data, role, userId, scopes, createdAtMs: nowMs, usedAtMs: null, revokedAtMs: null }
  return { ...key, key: `ezk_${id}_${secret}` }
}

export const listKeys = (db: Database): ApiKey[] => db.all(`select ${columns} from api_key order by id`).map((found) => row.parse(found))

/** Again changes nothing. Errors: not_found. */
export function revokeKey(db: Database, clock: Clock, id: string): ApiKey {
  db.transaction(() => {
    const nowMs = clock.nowMs()
    if (db.run('update api_key set revoked_at_ms = ? where id = ? and revoked_at_ms is null', nowMs, id) > 0)
      addEvent(db, { atMs: Math.floor(nowMs), kind: 'key.revoked', subjectId: id, facts: {} })
  })
  const found = db.get(`select ${columns} from api_key where id = ?`, id)
  if (!found) throw new EzrecError('not_found', 'there is no such key', { hint: 'list them with ./ezrec key list' })
  return row.parse(found)
}

/** `undefined` for one that was revoked, too. */
export function findLiveKey(db: Database, id: string): ApiKey | undefined {
  const found = db.get(`select ${columns} from api_key where id = ? and revoked_at_ms is null`, id)
  return found && row.parse(found)
}

const touchMs = 60_000

/** The key that a text is, unless it is unknown, wrong or revoked. Notes the use, at most once a minute. */
export function keyOf(db: Database, text: string, nowMs: number, { isUse } = { isUse: true }): ApiKey | undefined {
  const [, id, secret] = /^ezk_([0-9a-z]{26})_([\w-]{43})$/.exec(text) ?? []
  if (id === undefined || secret === undefined) return undefined
  // One row with one hash, also for an id that there is not, and no more is read before it is right: else the time would tell which ids there are.
  const hash = db.get('select secret_hash from api_key where id = ? union all select zeroblob(32) limit 1', id)?.['secret_hash']
  const isRight = timingSafeEqual(hash instanceof Uint8Array ? hash : nobodys, hashOf(secret))
  const found = isRight ? db.get(`select ${columns} from api_key where id = ?`, id) : undefined
  if (!found) return undefined
  const key = row.parse(found)
  if (key.revokedAtMs !== null) return undefined
  if (isUse && nowMs - (key.usedAtMs ?? 0) > touchMs) db.run('update api_key set used_at_ms = ? where id = ?', nowMs, id)
  return key
}

const nobodys = Buffer.alloc(32)

const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest()
