// Takes as the database knows them, in the shape that coverage is judged by.
// Never reads a journal: who wants the disk's word asks the segment log.

import path from 'node:path'
import { z } from 'zod'
import type { Database } from '../adapters/sqlite.ts'
import { inputs } from './input.ts'
import { storedOpenings, storedSegments } from './stored-segments.ts'
import type { Anchor, Take } from './take.ts'

export type TakeQuery = {
  /** Only those that may hold footage of this window. */
  readonly during?: { readonly rigId: string; readonly startsAtMs: number; readonly endsAtMs: number }
  /** Also segments whose files were erased since (default: those with a file). */
  readonly erased?: boolean
}

const takeRow = z.object({
  id: z.string(),
  rig_id: z.string(),
  camera: z.enum(inputs),
  folder: z.string(),
  boot_id: z.string(),
  begun_at_ms: z.int(),
  ended_at_ms: z.int().nullable(),
  end_cause: z.string().nullable(),
})
const anchorRow = z
  .object({ ticks: z.int(), monotonic_us: z.int(), utc_ms: z.int() })
  .transform((r): Anchor => ({ ticks: r.ticks, monotonicUs: r.monotonic_us, utcMs: r.utc_ms, frames: 0 }))

const columns = 'id, rig_id, camera, folder, boot_id, begun_at_ms, ended_at_ms, end_cause'

/** Takes in the order of their ids, which is that of their beginnings. Folders are below `takesFolder`. */
export function listTakes(db: Database, takesFolder: string, { during, erased = false }: TakeQuery = {}): Take[] {
  const rows = during
    ? db.all(
        `select ${columns} from take where rig_id = ? and begun_at_ms < ? and coalesce(ended_at_ms, begun_at_ms + 172800000) > ? order by id`,
        during.rigId,
        during.endsAtMs,
        during.startsAtMs,
      )
    : db.all(`select ${columns} from take order by id`)
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
      segments: storedSegments(db, r.id, { erased }),
      opened: storedOpenings(db, r.id),
      anchors: db
        .all('select ticks, monotonic_us, utc_ms from anchor where take_id = ? order by ticks', r.id)
        .map((row) => anchorRow.parse(row)),
      ended: r.ended_at_ms === null ? undefined : { cause: r.end_cause ?? '', detail: '', atMs: r.ended_at_ms },
    }
  })
}
