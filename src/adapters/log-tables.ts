// The two logs that every step writes: what moved and why (for ever), and what others may want to know of (by growing id).
// Always written in the transaction of the change itself.

import { z } from 'zod'
import type { Facts } from '../base/errors.ts'
import type { Database } from './sqlite.ts'

export type Transition = {
  readonly atMs: number
  readonly subject: 'booking' | 'step' | 'take' | 'video' | 'upload'
  readonly subjectId: string
  readonly from: string | null
  readonly to: string
  readonly cause: string | null
}

export function addTransition(db: Database, t: Transition): void {
  db.run(
    'insert into transition (at_ms, subject, subject_id, from_state, to_state, cause) values (?, ?, ?, ?, ?, ?)',
    t.atMs,
    t.subject,
    t.subjectId,
    t.from,
    t.to,
    t.cause,
  )
}

export type Event = { readonly id: number; readonly atMs: number; readonly kind: string; readonly subjectId: string; readonly facts: Facts }

export function addEvent(db: Database, event: Omit<Event, 'id'>): void {
  db.run(
    'insert into event (at_ms, kind, subject_id, facts) values (?, ?, ?, ?)',
    event.atMs,
    event.kind,
    event.subjectId,
    JSON.stringify(event.facts),
  )
}

const eventRow = z
  .object({ id: z.int(), at_ms: z.int(), kind: z.string(), subject_id: z.string(), facts: z.string() })
  .transform((r): Event => ({
    id: r.id,
    atMs: r.at_ms,
    kind: r.kind,
    subjectId: r.subject_id,
    facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).parse(JSON.parse(r.facts)),
  }))

/** Events after the one last seen, oldest first. */
export function eventsAfter(db: Database, id: number, limit = 500): Event[] {
  return db.all('select * from event where id > ? order by id limit ?', id, limit).map((found) => eventRow.parse(found))
}

/** The newest one of these kinds, among the last 20,000 of all. */
export function newestEvent(db: Database, kinds: readonly string[], sinceMs: number): Event | undefined {
  const found = db.get(
    'select * from event where id > ? and at_ms >= ? and kind in (select value from json_each(?)) order by id desc limit 1',
    lastEventId(db) - 20_000,
    sinceMs,
    JSON.stringify(kinds),
  )
  return found && eventRow.parse(found)
}

/** The newest event's id: where to start listening from. */
export function lastEventId(db: Database): number {
  return z.object({ id: z.int().nullable() }).parse(db.get('select max(id) as id from event')).id ?? 0
}

/** A fact to tell the cloud of which only the newest counts: one that was not delivered yet gives way. */
export function replaceInOutbox(db: Database, atMs: number, kind: string, payload: unknown): void {
  db.transaction(() => {
    db.run('delete from outbox where kind = ? and delivered_at_ms is null', kind)
    addToOutbox(db, atMs, kind, payload)
  })
}

/** A fact to tell the cloud. */
export function addToOutbox(db: Database, atMs: number, kind: string, payload: unknown): void {
  db.run('insert into outbox (at_ms, kind, payload) values (?, ?, ?)', atMs, kind, JSON.stringify(payload))
}
