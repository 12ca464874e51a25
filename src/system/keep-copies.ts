// Keeps a copy of the database beside it, and the one before: for the day on which it is damaged or gone.
// Never copies a damaged one over a good one, and never in the way of what writes.

import { stat } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { copiesOf, copyDatabase } from '../adapters/database-file.ts'
import { addEvent } from '../adapters/log-tables.ts'
import { readDatabase, type Database } from '../adapters/sqlite.ts'
import type { Clock } from '../base/clock.ts'
import { freeBytes } from '../base/files.ts'
import type { Logger } from '../base/logger.ts'
import { openRecordings } from '../capture/recording-store.ts'
import { isCopyDue } from './copy-policy.ts'

export type CopyOptions = { readonly db: Database; readonly database: string; readonly clock: Clock; readonly logger: Logger }

const lookMs = 5_000

/** After a copy that was refused. */
const restMs = 600_000

/** Until the signal aborts. */
export async function keepCopies(options: CopyOptions, signal: AbortSignal): Promise<void> {
  const { database, clock, logger } = options
  let copied = marksOfCopy(copiesOf(database)[0] ?? '')
  let notBeforeMs = 0
  while (!signal.aborted) {
    try {
      const now = marksOf(options.db)
      if (clock.nowMs() >= notBeforeMs && (await isDue(options, now, copied))) {
        const made = await copyDatabase(database)
        if ('fault' in made) throw tell(options, made.fault)
        logger.info({ bytes: made.bytes }, 'the database was copied')
        copied = now
      }
    } catch (error) {
      logger.error({ err: error }, 'the database could not be copied, trying again')
      notBeforeMs = clock.nowMs() + restMs
    }
    await clock.sleep(lookMs, signal)
  }
}

type Marks = { readonly everything: string; readonly irreplaceable: string }

async function isDue({ db, database, clock }: CopyOptions, now: Marks, copied: Marks): Promise<boolean> {
  const copy = await stat(copiesOf(database)[0] ?? '').catch(() => undefined)
  return isCopyDue({
    ageMs: copy && Math.max(0, clock.nowMs() - copy.mtimeMs),
    bytes: (await stat(database)).size,
    freeBytes: await freeBytes(path.dirname(database)),
    changed: now.everything !== copied.everything,
    irreplaceableChanged: now.irreplaceable !== copied.irreplaceable,
    busy: openRecordings(db).length > 0,
  })
}

const marks = z.object({ everything: z.string(), irreplaceable: z.string() })

/** Words that differ when something was written that a copy should have. Heartbeats are nothing. */
const marksOf = (db: Database): Marks =>
  marks.parse(
    db.get(
      `select (select coalesce(max(id), 0) from event) || ' ' || (select coalesce(max(id), 0) from transition) as everything,
         (select count(*) || ' ' || count(revoked_at_ms) from share_link) || ' ' || (select count(*) || ' ' || coalesce(max(created_at_ms), 0) from account)
         || ' ' || (select count(*) || ' ' || count(revoked_at_ms) from api_key)
         || ' ' || (select count(*) || ' ' || count(sent_at_ms) from mail) || ' ' || (select count(*) || ' ' || count(cleaned_at_ms) from erasure) as irreplaceable`,
    ),
  )

/** A new life goes on where the last one copied. */
function marksOfCopy(copy: string): Marks {
  try {
    using db = readDatabase(copy)
    return marksOf(db)
  } catch {
    return { everything: '', irreplaceable: '' } // none, or of another schema: a new one is due
  }
}

function tell({ db, clock, logger }: CopyOptions, fault: string): Error {
  const hint = 'end everything that runs on this home and start it again: the database is put aside, and what it held is brought back'
  logger.error({ fault, hint }, 'the database is damaged: the last good copy is kept')
  addEvent(db, { atMs: Math.round(clock.nowMs()), kind: 'database.damaged', subjectId: 'box', facts: { fault } })
  return new Error(`the database is damaged: ${fault}`)
}
