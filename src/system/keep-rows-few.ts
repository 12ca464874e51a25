// Keeps rows that nobody reads any more from adding up: events that only told progress, after a month (a match of 90 minutes tells 6,000 times of it), and
// where the samples of chunks stood that are swept.
// Never touches what moved, what somebody did, or what went wrong: certificates, erasures and alerts are told from those.

import { z } from 'zod'
import type { Database } from '../adapters/sqlite.ts'
import type { Logger } from '../base/logger.ts'
import type { BoxClock } from '../capture/box-time-file.ts'

export type RowsOptions = {
  readonly db: Database
  readonly clock: Pick<BoxClock, 'nowMs' | 'sleep' | 'trusted' | 'settled'>
  readonly logger: Logger
}

/** So many events are looked at in one transaction: some milliseconds. */
export const windowRows = 5_000

const [dayMs, betweenMs] = [24 * 3_600_000, 1_000]

/** A box that comes up has other things to do first; also until the next look after one that failed, or while the box doubts its clock. */
const restMs = 300_000

const keptMs = 30 * dayMs

const progress = ['chunk.made', 'video.body', 'upload.part', 'segments.erased'] as const

/** Until the signal aborts: all of it once a day, a little at a time, so that nobody waits for the database. */
export async function keepRowsFew({ db, clock, logger }: RowsOptions, signal: AbortSignal): Promise<void> {
  await clock.sleep(restMs, signal)
  for (let after = 0; !signal.aborted;) {
    let waitMs = restMs // while the box doubts its clock nothing goes by its age
    try {
      if (clock.trusted() && clock.settled()) {
        const more = forgetRuns(db)
        const window = forgetProgress(db, after, Math.round(clock.nowMs()) - keptMs)
        after = window.isLast ? 0 : window.last
        waitMs = more || !window.isLast ? betweenMs : dayMs
      }
    } catch (error) {
      logger.error({ err: error }, 'old rows could not be removed, trying again')
    }
    await clock.sleep(waitMs, signal)
  }
}

/** Of the next events after the one with the id `after`: what told progress before `beforeMs` goes. */
function forgetProgress(db: Database, after: number, beforeMs: number): { readonly last: number; readonly isLast: boolean } {
  return db.transaction(() => {
    const { last, rows } = z
      .object({ last: z.int().nullable(), rows: z.int() })
      .parse(
        db.get(`select max(id) as last, count(*) as rows from (select id from event where id > ? order by id limit ${windowRows})`, after),
      )
    // Of a film that was thrown away its parts may be all that still names it: an erasure looks for that.
    db.run(
      `delete from event where id > ? and id <= ? and at_ms < ? and kind in (select value from json_each(?))
       and (kind <> 'upload.part' or exists (select 1 from video where object_key = subject_id))`,
      ...[after, last ?? after, beforeMs, JSON.stringify(progress)],
    )
    return { last: last ?? after, isLast: rows < windowRows }
  })
}

/** Of one recording whose chunks were swept before their runs went with them. Whether there may be another. */
const forgetRuns = (db: Database): boolean =>
  db.run(
    `delete from chunk_run where recording_id = (select s.recording_id from swept s where s.what = 'chunks' and s.gone_at_ms is not null
       and exists (select 1 from chunk_run r where r.recording_id = s.recording_id) limit 1)`,
  ) > 0
