// The closed segments of a take as the database knows them: those that are there, and the numbers of all there ever were.
// Never reads a journal or a file: who wants the disk's word asks the segment log.

import { z } from 'zod'
import type { Database } from '../adapters/sqlite.ts'
import type { Segment } from './take.ts'

const row = z
  .object({ number: z.int(), first_ticks: z.int(), last_ticks: z.int(), frames: z.int(), bytes: z.int(), sha256: z.string() })
  .transform((r): Segment => ({
    number: r.number,
    firstTicks: r.first_ticks,
    lastTicks: r.last_ticks,
    frames: r.frames,
    bytes: r.bytes,
    sha256: r.sha256,
  }))

/** Those with a file, in order; with `erased` also those whose file was erased since. */
export const storedSegments = (db: Database, takeId: string, { erased = false } = {}): Segment[] =>
  db
    .all(
      `select number, first_ticks, last_ticks, frames, bytes, sha256 from segment where take_id = ? ${erased ? '' : 'and erased_at_ms is null '}order by number`,
      takeId,
    )
    .map((found) => row.parse(found))

/** Numbers of the segments of a take whose files were erased. */
export const erasedSegments = (db: Database, takeId: string): ReadonlySet<number> =>
  new Set(
    db.all('select number from segment where take_id = ? and erased_at_ms is not null', takeId).map((found) => Number(found['number'])),
  )

/** Where each segment of a take began, erased ones counted: what follows is placed by it. */
export const storedOpenings = (db: Database, takeId: string): { number: number; firstTicks: number }[] =>
  db
    .all('select number, first_ticks from segment where take_id = ? order by number', takeId)
    .map((found) => ({ number: Number(found['number']), firstTicks: Number(found['first_ticks']) }))
