// What the services tell each other of the uplink, as rows: the worker how fast it is, the API that somebody watches from afar.
// Never judges.

import { z } from 'zod'
import type { Database } from '../../adapters/sqlite.ts'

export type UplinkFacts = {
  readonly atMs: number
  /** Measured; null until a part has arrived. */
  readonly bytesPerSecond: number | null
  /** What went of parts that have not arrived. */
  readonly underWayBytes: number
  readonly limitBytesPerSecond: number | null
  readonly pausedBy: string | null
}

const row = z
  .object({
    at_ms: z.int(),
    bytes_per_second: z.number().nullable(),
    under_way_bytes: z.int(),
    limit_bytes_per_second: z.number().nullable(),
    paused_by: z.string().nullable(),
  })
  .transform((r): UplinkFacts => ({
    atMs: r.at_ms,
    bytesPerSecond: r.bytes_per_second,
    underWayBytes: r.under_way_bytes,
    limitBytesPerSecond: r.limit_bytes_per_second,
    pausedBy: r.paused_by,
  }))

export function noteUplink(db: Database, facts: UplinkFacts): void {
  db.run(
    'insert or replace into uplink (id, at_ms, bytes_per_second, under_way_bytes, limit_bytes_per_second, paused_by) values (1, ?, ?, ?, ?, ?)',
    ...[facts.atMs, facts.bytesPerSecond, facts.underWayBytes, facts.limitBytesPerSecond, facts.pausedBy],
  )
}

export function readUplink(db: Database): UplinkFacts | undefined {
  const found = db.get('select at_ms, bytes_per_second, under_way_bytes, limit_bytes_per_second, paused_by from uplink')
  return found && row.parse(found)
}

export const noteViewer = (db: Database, nowMs: number): void =>
  void db.run('insert or replace into live_viewer (id, at_ms) values (1, ?)', nowMs)

export function lastViewerMs(db: Database): number | undefined {
  const found = db.get('select at_ms from live_viewer')
  return found && Number(found['at_ms'])
}
