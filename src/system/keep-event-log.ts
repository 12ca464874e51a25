// Keeps the log of events from growing for ever: what only told progress goes after a month. A match of 90 minutes tells 8,000 times of it.
// Never touches what moved, what somebody did, or what went wrong: certificates, erasures and alerts are told from those.

import { z } from 'zod'
import type { Database } from '../adapters/sqlite.ts'
import type { Logger } from '../base/logger.ts'
import type { BoxClock } from '../capture/box-time-file.ts'

export type EventLogOptions = {
  readonly db: Database
  readonly clock: Pick<BoxClock, 'nowMs' | 'sleep' | 'trusted' | 'settled'>
  readonly logger: Logger
}

/** So many rows are looked at in one transaction: a few milliseconds. */
export const windowRows = 5_000

const [lookMs, betweenMs] = [24 * 3_600_000, 1_000]

/** A box that comes up has other things to do first. */
const firstMs = 300_000

const keptMs = 30 * 24 * 3_600_000

const progress = ['chunk.made', 'video.body', 'upload.part', 'segments.erased'] as const

/** Until the signal aborts: the whole log once a day, a window at a time. While the box doubts its clock nothing goes by its age. */
export async function keepEventLog({ db, clock, logger }: EventLogOptions, signal: AbortSignal): Promise<void> {
  let after = 0
  await clock.sleep(firstMs, signal)
  while (!signal.aborted) {
    try {
      after = clock.trusted() && clock.settled() ? forgetProgress(db, after, Math.round(clock.nowMs()) - keptMs) : 0
    } catch (error) {
      after = 0
      logger.error({ err: error }, 'old events could not be removed, trying again')
    }
    await clock.sleep(after === 0 ? lookMs : betweenMs, signal)
  }
}

/** Of the next events after the one with the id `after`: what told progress before `beforeMs` goes. Answers the last id that was looked at, 0 at the end. */
function forgetProgress(db: Database, after: number, beforeMs: number): number {
  return db.transaction(() => {
    const window = db.get(`select max(id) as last from (select id from event where id > ? order by id limit ${windowRows})`, after)
    const last = z.int().nullable().parse(window?.['last']) ?? 0
    db.run(
      'delete from event where id > ? and id <= ? and at_ms < ? and kind in (select value from json_each(?))',
      ...[after, last, beforeMs, JSON.stringify(progress)],
    )
    return last
  })
}
