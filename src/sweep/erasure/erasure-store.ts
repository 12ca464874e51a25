// Erasures as rows: whose data goes is never said, what was removed of it and when is kept for ever, by ids of ours.
// Removes nothing but its own words.

import { z } from 'zod'
import { addEvent } from '../../adapters/log-tables.ts'
import type { Database } from '../../adapters/sqlite.ts'

export const erasureKinds = [
  'booking',
  'address',
  'mail',
  'link',
  'pin',
  'entry',
  'marker',
  'clip',
  'score',
  'answer',
  'key',
  'film',
  'recording',
  'footage',
  'left',
] as const
export type ErasureKind = (typeof erasureKinds)[number]

export type ErasureItem = {
  readonly kind: ErasureKind
  /** Ours; of footage the take. */
  readonly subjectId: string
  readonly atMs: number
  readonly pieces: number
}

export type Erasure = {
  readonly id: string
  /** Account or key. */
  readonly askedBy: string
  readonly askedAtMs: number
  /** In words; null when nothing is. */
  readonly waitsFor: string | null
  /** From when on the database told nothing of it; copies of that follow. */
  readonly cleanedAtMs: number | null
  readonly doneAtMs: number | null
}

const row = z
  .object({
    id: z.string(),
    asked_by: z.string(),
    asked_at_ms: z.int(),
    waits_for: z.string().nullable(),
    cleaned_at_ms: z.int().nullable(),
    done_at_ms: z.int().nullable(),
  })
  .transform((r): Erasure => ({
    id: r.id,
    askedBy: r.asked_by,
    askedAtMs: r.asked_at_ms,
    waitsFor: r.waits_for,
    cleanedAtMs: r.cleaned_at_ms,
    doneAtMs: r.done_at_ms,
  }))

const itemRow = z
  .object({ kind: z.enum(erasureKinds), subject_id: z.string(), at_ms: z.int(), pieces: z.int() })
  .transform((r): ErasureItem => ({ kind: r.kind, subjectId: r.subject_id, atMs: r.at_ms, pieces: r.pieces }))

/** Whose a booking is once nobody may know it any more. */
export const nobodyOf = (erasureId: string): string => `erased-${erasureId}`

export function openErasure(db: Database, { id, askedBy, askedAtMs }: Pick<Erasure, 'id' | 'askedBy' | 'askedAtMs'>): void {
  db.run('insert into erasure (id, asked_by, asked_at_ms) values (?, ?, ?)', id, askedBy, askedAtMs)
  addEvent(db, { atMs: askedAtMs, kind: 'erasure.begun', subjectId: id, facts: {} })
}

export function findErasure(db: Database, id: string): Erasure | undefined {
  const found = db.get('select * from erasure where id = ?', id)
  return found && row.parse(found)
}

/** Newest first. */
export const listErasures = (db: Database, limit = 500): Erasure[] =>
  db.all('select * from erasure order by asked_at_ms desc, id desc limit ?', limit).map((found) => row.parse(found))

/** Oldest first. */
export const pendingErasures = (db: Database): Erasure[] =>
  db.all('select * from erasure where done_at_ms is null order by id').map((found) => row.parse(found))

export const listErased = (db: Database, id: string): ErasureItem[] =>
  db
    .all('select kind, subject_id, at_ms, pieces from erasure_item where erasure_id = ? order by at_ms, kind, subject_id', id)
    .map((found) => itemRow.parse(found))

/** The bookings that it is about. */
export const bookingsOfErasure = (db: Database, id: string): string[] =>
  db.all('select id from booking where erasure_id = ? order by id', id).map((found) => String(found['id']))

/** In the transaction that removes it, or when its files are gone. More pieces are added to those before. */
export function noteErased(
  db: Database,
  erasureId: string,
  { kind, subjectId, atMs, pieces }: Omit<ErasureItem, 'pieces'> & { pieces?: number },
): void {
  db.run(
    `insert into erasure_item (erasure_id, kind, subject_id, at_ms, pieces) values (?, ?, ?, ?, ?)
     on conflict (erasure_id, kind, subject_id) do update set at_ms = excluded.at_ms, pieces = erasure_item.pieces + excluded.pieces`,
    ...[erasureId, kind, subjectId, Math.floor(atMs), pieces ?? 1],
  )
}

export const isErased = (db: Database, erasureId: string, kind: ErasureKind, subjectId: string): boolean =>
  db.get('select 1 from erasure_item where erasure_id = ? and kind = ? and subject_id = ?', erasureId, kind, subjectId) !== undefined

export const noteWaiting = (db: Database, id: string, waitsFor: string): void =>
  void db.run('update erasure set waits_for = ? where id = ? and waits_for is not ?', waitsFor, id, waitsFor)

export const noteCleaned = (db: Database, id: string, nowMs: number): void =>
  void db.run('update erasure set cleaned_at_ms = ? where id = ? and cleaned_at_ms is null', Math.floor(nowMs), id)

export function noteDone(db: Database, id: string, nowMs: number): void {
  const atMs = Math.floor(nowMs)
  db.transaction(() => {
    db.run('update erasure set waits_for = null, done_at_ms = ? where id = ?', atMs, id)
    addEvent(db, { atMs, kind: 'erasure.done', subjectId: id, facts: {} })
  })
}
