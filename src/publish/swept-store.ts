// What was swept of a published film on this box, as rows: said before the files go, ended when they are gone and their folder is fsynced.
// Never touches a file.

import { z } from 'zod'
import { addEvent } from '../adapters/log-tables.ts'
import type { Database } from '../adapters/sqlite.ts'

export const sweptKinds = ['chunks', 'film', 'rendition'] as const
export type SweptKind = (typeof sweptKinds)[number]

export type Swept = {
  readonly recordingId: string
  readonly what: SweptKind
  readonly bytes: number
  readonly because: string
  readonly goingAtMs: number
  /** Undefined while its files may still be there. */
  readonly goneAtMs: number | undefined
}

const row = z
  .object({
    recording_id: z.string(),
    what: z.enum(sweptKinds),
    bytes: z.int(),
    because: z.string(),
    going_at_ms: z.int(),
    gone_at_ms: z.int().nullable(),
  })
  .transform((r): Swept => ({
    recordingId: r.recording_id,
    what: r.what,
    bytes: r.bytes,
    because: r.because,
    goingAtMs: r.going_at_ms,
    goneAtMs: r.gone_at_ms ?? undefined,
  }))

export const listSwept = (db: Database, recordingId: string): Swept[] =>
  db.all('select * from swept where recording_id = ? order by what', recordingId).map((found) => row.parse(found))

export const isSwept = (db: Database, recordingId: string, what: SweptKind): boolean =>
  db.get('select 1 from swept where recording_id = ? and what = ?', recordingId, what) !== undefined

/** Those whose files may still be there: of a life that was killed in between. */
export const listGoing = (db: Database): Swept[] =>
  db.all('select * from swept where gone_at_ms is null order by going_at_ms').map((found) => row.parse(found))

/** In the transaction that judges it. */
export function noteGoing(db: Database, { recordingId, what, bytes, because }: Omit<Swept, 'goingAtMs' | 'goneAtMs'>, nowMs: number): void {
  db.run(
    'insert or replace into swept (recording_id, what, bytes, because, going_at_ms, gone_at_ms) values (?, ?, ?, ?, ?, null)',
    ...[recordingId, what, bytes, because, nowMs],
  )
  addEvent(db, { atMs: nowMs, kind: 'video.swept', subjectId: recordingId, facts: { recording: recordingId, what, bytes } })
}

/** Where the samples of chunks stood goes with them: it is for putting a film together. What the film's certificate is told from stays. */
export function noteSweptAway(db: Database, { recordingId, what }: Pick<Swept, 'recordingId' | 'what'>, nowMs: number): void {
  db.transaction(() => {
    db.run('update swept set gone_at_ms = ? where recording_id = ? and what = ?', nowMs, recordingId, what)
    if (what === 'chunks') db.run('delete from chunk_run where recording_id = ?', recordingId)
  })
}
