// Recordings that are over for a while and have no film in the store yet: how many, how long they wait, and why.
// Reads only, and judges nothing.

import { z } from 'zod'
import type { Database } from '../adapters/sqlite.ts'
import { plural } from '../base/words.ts'

export type LateFilms = {
  readonly count: number
  readonly hours: number
  /** Since the end of the oldest of them; 0 without one. */
  readonly oldestMs: number
  /** Of one whose publishing has failed. */
  readonly why: string | undefined
}

const row = z.object({ waiting: z.int(), oldest: z.int().nullable(), hours: z.number().nullable(), why: z.string().nullable() })

/** A film is published seconds after its end; this much later it is late. */
const lateMs = 10 * 60_000

/** One that will never be is told for so long; its booking says it for ever. Of a cancelled booking nobody waits for a film. */
const lostToldMs = 24 * 3_600_000

export function readLateFilms(db: Database, nowMs: number): LateFilms {
  const { waiting, oldest, hours, why } = row.parse(
    db.get(
      `select count(*) as waiting, min(r.ends_at_ms) as oldest, sum(r.ends_at_ms - r.starts_at_ms) / 3600000.0 as hours,
         max(s.failed_message) as why
       from recording r join step s on s.recording_id = r.id and s.name = 'publish'
       where r.ends_at_ms < ? and (s.state in ('pending', 'working')
         or (s.state = 'failed' and s.failed_code is not 'canceled' and r.ends_at_ms > ?))`,
      nowMs - lateMs,
      nowMs - lostToldMs,
    ),
  )
  return { count: waiting, hours: hours ?? 0, oldestMs: oldest === null ? 0 : nowMs - oldest, why: why ?? undefined }
}

/** In one sentence. */
export function tellLateFilms({ count, hours, oldestMs, why }: LateFilms): string {
  if (count === 0) return 'every film is published'
  const ended = `ended ${plural(Math.round(oldestMs / 60_000), 'minute')} ago`
  const late =
    count === 1
      ? `a film of ${hours.toFixed(1)} hours is not published, its match ${ended}`
      : `${count} films of ${hours.toFixed(1)} hours are not published, the oldest match ${ended}`
  return why === undefined ? late : `${late}; ${why.slice(0, 200)}`
}
