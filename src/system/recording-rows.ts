// Takes as the database knows them, in the shape that coverage is judged by; and all recordings.
// Never reads a journal: what the rows say is what is being judged.

import path from 'node:path'
import { z } from 'zod'
import type { Database } from '../adapters/sqlite.ts'
import { findRecording } from '../capture/recording-store.ts'
import type { Recording } from '../capture/recording.ts'
import { storedOpenings, storedSegments } from '../capture/stored-segments.ts'
import type { Take } from '../capture/take.ts'

export function listRecordings(db: Database): Recording[] {
  return db.all('select id from recording order by starts_at_ms').flatMap((row) => findRecording(db, String(row['id'])) ?? [])
}

const takeRow = z.object({
  id: z.string(),
  rig_id: z.string(),
  camera: z.enum(['left', 'right']),
  folder: z.string(),
  boot_id: z.string(),
  begun_at_ms: z.int(),
  ended_at_ms: z.int().nullable(),
  end_cause: z.string().nullable(),
})
const anchorRow = z
  .object({ ticks: z.int(), monotonic_us: z.int(), utc_ms: z.int() })
  .transform((r) => ({ ticks: r.ticks, monotonicUs: r.monotonic_us, utcMs: r.utc_ms, frames: 0 }))

/** Takes by the time they began; with `during`, only those that may hold footage of that window. */
export function listTakes(db: Database, takesFolder: string, during?: { rigId: string; startsAtMs: number; endsAtMs: number }): Take[] {
  const rows = during
    ? db.all(
        'select id, rig_id, camera, folder, boot_id, begun_at_ms, ended_at_ms, end_cause from take where rig_id = ? and begun_at_ms < ? and coalesce(ended_at_ms, begun_at_ms + 172800000) > ? order by id',
        during.rigId,
        during.endsAtMs,
        during.startsAtMs,
      )
    : db.all('select id, rig_id, camera, folder, boot_id, begun_at_ms, ended_at_ms, end_cause from take order by id')
  return rows.map((found) => {
    const r = takeRow.parse(found)
    return {
      id: r.id,
      rigId: r.rig_id,
      camera: r.camera,
      folder: path.join(takesFolder, r.folder),
      bootId: r.boot_id,
      begunAtMs: r.begun_at_ms,
      chain: { pid: 0, startTicks: 0 },
      source: undefined,
      segments: storedSegments(db, r.id),
      opened: storedOpenings(db, r.id),
      anchors: db
        .all('select ticks, monotonic_us, utc_ms from anchor where take_id = ? order by ticks', r.id)
        .map((row) => anchorRow.parse(row)),
      ended: r.ended_at_ms === null ? undefined : { cause: r.end_cause ?? '', detail: '', atMs: r.ended_at_ms },
    }
  })
}
