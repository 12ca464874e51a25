// Who did or saw what is nobody's daily work, as rows: somebody's data removed or exported, a film removed, a court looked at, a link, a key or an
// account made, a sign-in. Never holds what was seen, a secret or a player's data. Rows go after two years, and of each kind the newest 10,000 stay.

import { z } from 'zod'
import type { Database } from '../../adapters/sqlite.ts'
import type { Facts } from '../../base/errors.ts'
import { networkOf } from './client-address.ts'

export const audited = [
  'user.erased',
  'user.exported',
  'film.removed',
  'film.held',
  'film.released',
  'clip.removed',
  'preview.seen',
  'link.made',
  'link.revoked',
  'link.shown',
  'link.mailed',
  'links.imported',
  'key.made',
  'key.revoked',
  'account.made',
  'account.removed',
  'pin.made',
  'session.opened',
  'session.refused',
  'services.restarted',
  'box.cleaned',
  'asset.sent',
  'asset.removed',
] as const

export type Audited = {
  readonly id: number
  readonly atMs: number
  /** Account or key; `shell` for who has the machine, `nobody` for who was not let in. */
  readonly who: string
  readonly what: (typeof audited)[number]
  readonly subjectId: string | null
  readonly facts: Facts
}

const keptMs = 2 * 365 * 86_400_000
const mostOfAKind = 10_000

/** In the transaction of what it tells, where there is one. */
export function addAudit(db: Database, { atMs, who, what, subjectId, facts }: Omit<Audited, 'id'>): void {
  db.transaction(() => {
    db.run('delete from audit where at_ms < ?', Math.floor(atMs) - keptMs)
    db.run(
      'delete from audit where what = ? and id <= (select id from audit where what = ? order by id desc limit 1 offset ?)',
      ...[what, what, mostOfAKind - 1],
    )
    db.run(
      'insert into audit (at_ms, who, what, subject_id, facts) values (?, ?, ?, ?, ?)',
      ...[Math.floor(atMs), who, what, subjectId, JSON.stringify(facts)],
    )
  })
}

/** Somebody who signed in, from where. */
export const addSessionOpened = (db: Database, { atMs, who, address }: { atMs: number; who: string; address: string }): void =>
  addAudit(db, { atMs, who, what: 'session.opened', subjectId: who, facts: { address: networkOf(address) } })

/** Whether somebody signed in from there lately: an address is another's after some months. */
export const hasSignedIn = (db: Database, { nowMs, who, address }: { nowMs: number; who: string; address: string }): boolean =>
  db.get(
    `select 1 from audit where what = 'session.opened' and who = ? and at_ms > ? and json_extract(facts, '$.address') = ? limit 1`,
    ...[who, Math.floor(nowMs) - rememberedMs, networkOf(address)],
  ) !== undefined

const rememberedMs = 90 * 86_400_000
const minuteMs = 60_000
const mostRefusedRows = 10

/**
 * A sign-in or claim that failed: those of one address for one account within a minute are one row with a count, and beyond ten rows a minute all others
 * are one. `accountId`: of the name that was tried, where there is one; the name itself may be a password in the wrong field.
 */
export function addSessionRefused(
  db: Database,
  { atMs, address, accountId }: { readonly atMs: number; readonly address: string; readonly accountId: string | null },
): void {
  db.transaction(() => {
    const sinceMs = Math.floor(atMs / minuteMs) * minuteMs
    const countAgain = (from: string, subjectId: string | null): boolean =>
      db.run(
        `update audit set facts = json_set(facts, '$.times', json_extract(facts, '$.times') + 1)
         where what = 'session.refused' and at_ms >= ? and json_extract(facts, '$.address') = ? and subject_id is ?`,
        ...[sinceMs, from, subjectId],
      ) > 0
    const from = networkOf(address)
    if (countAgain(from, accountId)) return
    const isFull = countAudit(db, 'session.refused', sinceMs - 1) >= mostRefusedRows
    if (isFull && countAgain(manyOthers, null)) return
    const [told, subjectId] = isFull ? [manyOthers, null] : [from, accountId]
    addAudit(db, { atMs, who: 'nobody', what: 'session.refused', subjectId, facts: { address: told, times: 1 } })
  })
}

const manyOthers = 'many others'

const row = z
  .object({ id: z.int(), at_ms: z.int(), who: z.string(), what: z.enum(audited), subject_id: z.string().nullable(), facts: z.string() })
  .transform((r): Audited => ({
    id: r.id,
    atMs: r.at_ms,
    who: r.who,
    what: r.what,
    subjectId: r.subject_id,
    facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).parse(JSON.parse(r.facts)),
  }))

/** Newest first, those before `beforeId`. */
export const listAudit = (db: Database, { beforeId, limit }: { readonly beforeId: number; readonly limit: number }): Audited[] =>
  db.all('select * from audit where id < ? order by id desc limit ?', beforeId, limit).map((found) => row.parse(found))

export const countAudit = (db: Database, what: Audited['what'], sinceMs: number): number =>
  Number(db.get('select count(*) as n from audit where what = ? and at_ms > ?', what, Math.floor(sinceMs))?.['n'])
