// Recordings that are over and not published yet: how many, how long they wait, and why.
// Reads only.

import { z } from 'zod'
import type { Database } from '../../adapters/sqlite.ts'
import { degraded, healthy, type Finding } from './finding.ts'

const row = z.object({ waiting: z.int(), oldest: z.int().nullable(), hours: z.number().nullable(), why: z.string().nullable() })

/** A film is published seconds after its end; a while later it is a backlog. */
const lateMs = 10 * 60_000

export function lookAtBacklog(db: Database, nowMs: number): Finding {
  const { waiting, oldest, hours, why } = row.parse(
    db.get(
      `select count(*) as waiting, min(r.ends_at_ms) as oldest, sum(r.ends_at_ms - r.starts_at_ms) / 3600000.0 as hours,
         max(s.failed_message) as why
       from recording r join step s on s.recording_id = r.id and s.name = 'publish'
       where s.state <> 'done' and r.ends_at_ms < ?`,
      nowMs - lateMs,
    ),
  )
  if (waiting === 0 || oldest === null) return healthy('backlog', 'every film is published')
  const late = `${waiting} films of ${(hours ?? 0).toFixed(1)} hours are not published, the oldest ended ${Math.round((nowMs - oldest) / 60_000)} minutes ago`
  return degraded(
    'backlog',
    why === null ? late : `${late}; ${why.slice(0, 200)}`,
    'see that the worker runs; ./ezrec booking list shows how far each is',
  )
}
