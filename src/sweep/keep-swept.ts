// Sweeps what is older than its rule, now and then, while nothing is recorded: films are read back for it, and the disk belongs to the cameras.
// Never makes room: keep-room.ts does, at any time.

import type { Database } from '../adapters/sqlite.ts'
import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import type { Sweeper } from './sweeper.ts'

export type KeepSweptOptions = { readonly db: Database; readonly clock: Clock; readonly logger: Logger; readonly sweeper: Sweeper }

const lookMs = 600_000

/** A box that comes up has other things to do first. */
const firstMs = 60_000

/** Until the signal aborts. */
export async function keepSwept({ db, clock, logger, sweeper }: KeepSweptOptions, signal: AbortSignal): Promise<void> {
  await clock.sleep(firstMs, signal)
  while (!signal.aborted) {
    try {
      if (!isRecording(db)) await sweeper.sweep({ neededBytes: 0 }, signal)
    } catch (error) {
      if (!signal.aborted) logger.error({ err: error }, 'what is kept too long could not be swept, trying again')
    }
    await clock.sleep(lookMs, signal)
  }
}

const isRecording = (db: Database): boolean =>
  db.get("select 1 from step where name in ('capture', 'merge') and state in ('pending', 'working')") !== undefined
