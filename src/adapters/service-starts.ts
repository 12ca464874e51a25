// When the services of this box were started: each notes it as an event, once in its life.
// Never keeps a service from starting, and never judges: how often is too often is restart-policy.ts's question.

import { z } from 'zod'
import { addEvent } from './log-tables.ts'
import type { Database } from './sqlite.ts'

export type Start = { readonly service: string; readonly bootId: string; readonly pid: number; readonly atMs: number }

/** Starts are of interest for so long. */
export const startsWithinMs = 600_000

/** A service that ends at once would fill the event log: beyond so many lately its starts are not noted any more. */
const noted = 20

const kind = 'service.started'

/** Answers with those of the last ten minutes, this one among them. */
export function noteStart(db: Database, start: Start): readonly Start[] {
  return db.transaction(() => {
    const before = startsLately(db, start.atMs)
    const own = before.filter(({ service }) => service === start.service)
    if (own.length >= noted || own.some(({ pid, bootId }) => pid === start.pid && bootId === start.bootId)) return before
    const { atMs, ...facts } = start
    addEvent(db, { atMs, kind, subjectId: 'box', facts })
    return [...before, start]
  })
}

const startRow = z
  .object({ at_ms: z.int(), service: z.string(), boot_id: z.string(), pid: z.int() })
  .transform((r): Start => ({ service: r.service, bootId: r.boot_id, pid: r.pid, atMs: r.at_ms }))

/** Those of the ten minutes before `nowMs`, oldest first; what a clock that was set back makes the future is not of now. */
export function startsLately(db: Database, nowMs: number): readonly Start[] {
  return db
    .all(
      `select at_ms, facts ->> 'service' as service, facts ->> 'bootId' as boot_id, facts ->> 'pid' as pid
       from (select * from event order by id desc limit 2000) where kind = ? and at_ms > ? and at_ms <= ? order by id`,
      kind,
      nowMs - startsWithinMs,
      nowMs,
    )
    .map((found) => startRow.parse(found))
}
