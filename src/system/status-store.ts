// The rows of the box's own measurements: one more each minute, older ones folded as status-policy.ts says.
// Never measures.

import { z } from 'zod'
import type { Database } from '../adapters/sqlite.ts'
import { foldingsDue, type StatusSample } from './status-policy.ts'

/** All or nothing; a second measurement of the same instant takes the place of the first. */
export function keepStatus(db: Database, sample: StatusSample): void {
  db.transaction(() => {
    insert(db, sample)
    for (const { replaced, by } of foldingsDue(listFoldable(db, sample.atMs), sample.atMs)) {
      for (const { atMs } of replaced) db.run('delete from status_sample where at_ms = ?', atMs)
      if (by) insert(db, by)
    }
  })
}

/** The newest first. */
export const listStatus = (db: Database, limit: number): StatusSample[] =>
  db.all('select * from status_sample order by at_ms desc limit ?', limit).map((found) => row.parse(found))

/** Those that a folding may concern: what is young and fine is most of the table on a young box, and none of it on an old one. */
const listFoldable = (db: Database, nowMs: number): StatusSample[] =>
  db
    .all(
      'select * from status_sample where (minutes = 1 and at_ms < ?) or (minutes = 15 and at_ms < ?) or at_ms < ?',
      nowMs - 2 * dayMs,
      nowMs - 30 * dayMs,
      nowMs - 730 * dayMs,
    )
    .map((found) => row.parse(found))

const dayMs = 86_400_000

function insert(db: Database, s: StatusSample): void {
  db.run(
    `insert or replace into status_sample (at_ms, minutes, samples, verdict, reasons, load_share, memory_share, free_bytes, celsius,
       cameras_running, recording_share, booking_id, waiting, uptime_s) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    s.atMs,
    s.minutes,
    s.samples,
    s.verdict,
    JSON.stringify(s.reasons),
    s.loadShare,
    s.memoryShare,
    s.freeBytes,
    s.celsius,
    s.camerasRunning,
    s.recordingShare,
    s.bookingId,
    s.waiting,
    s.uptimeSeconds,
  )
}

const row = z
  .object({
    at_ms: z.int(),
    minutes: z.int(),
    samples: z.int(),
    verdict: z.enum(['healthy', 'degraded', 'unhealthy']),
    reasons: z.string(),
    load_share: z.number(),
    memory_share: z.number(),
    free_bytes: z.number().nullable(),
    celsius: z.number().nullable(),
    cameras_running: z.int(),
    recording_share: z.number(),
    booking_id: z.string().nullable(),
    waiting: z.int(),
    uptime_s: z.int(),
  })
  .transform((r): StatusSample => ({
    atMs: r.at_ms,
    minutes: r.minutes,
    samples: r.samples,
    verdict: r.verdict,
    reasons: z.array(z.string()).parse(JSON.parse(r.reasons)),
    loadShare: r.load_share,
    memoryShare: r.memory_share,
    freeBytes: r.free_bytes,
    celsius: r.celsius,
    camerasRunning: r.cameras_running,
    recordingShare: r.recording_share,
    bookingId: r.booking_id,
    waiting: r.waiting,
    uptimeSeconds: r.uptime_s,
  }))
