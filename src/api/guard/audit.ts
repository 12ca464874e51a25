// Who did or saw what is nobody's daily work, as rows: somebody's data removed or exported, a court looked at, a link shown again, a key or an account made.
// Never holds what was seen, a secret or a person's data; rows go after two years.

import { z } from 'zod'
import type { Database } from '../../adapters/sqlite.ts'
import type { Facts } from '../../base/errors.ts'

export const audited = [
  'user.erased',
  'user.exported',
  'preview.seen',
  'link.shown',
  'link.mailed',
  'links.imported',
  'key.made',
  'key.revoked',
  'account.made',
  'account.removed',
] as const

export type Audited = {
  readonly id: number
  readonly atMs: number
  /** Account or key; `shell` for who has the machine. */
  readonly who: string
  readonly what: (typeof audited)[number]
  readonly subjectId: string | null
  readonly facts: Facts
}

const keptMs = 2 * 365 * 86_400_000

/** In the transaction of what it tells, where there is one. */
export function addAudit(db: Database, { atMs, who, what, subjectId, facts }: Omit<Audited, 'id'>): void {
  db.transaction(() => {
    db.run('delete from audit where at_ms < ?', Math.floor(atMs) - keptMs)
    db.run(
      'insert into audit (at_ms, who, what, subject_id, facts) values (?, ?, ?, ?, ?)',
      ...[Math.floor(atMs), who, what, subjectId, JSON.stringify(facts)],
    )
  })
}

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
