// How a film's rig was found to stand, look by look, and from which frame on the film is drawn otherwise for it: rows.
// Decides nothing: film-rig.ts and film-drawing.ts do.

import { z } from 'zod'
import type { Database } from '../../adapters/sqlite.ts'
import { calibrationSchema } from '../stitch/calibration.ts'
import { spelledOut, type FilmCalibration } from '../film-calibration.ts'
import type { Residual } from '../sync/overlap-residual.ts'

/** What a chunk's pictures showed; `frame` is the chunk's first one. */
export type RigLook = { readonly frame: number; readonly residual: Residual }

/** A look at the pictures of the chunk that is being composed; in the transaction of its row. */
export function addLook(db: Database, recordingId: string, number: number, notes: readonly RigLook[]): void {
  const residual = notes.at(-1)?.residual
  if (!residual) return
  const measured = residual.is === 'measured' ? residual : undefined
  db.run(
    'insert or replace into rig_look (recording_id, number, verdict, px, beyond, patches) values (?, ?, ?, ?, ?, ?)',
    recordingId,
    number,
    residual.is === 'measured' ? 'measured' : residual.why,
    measured?.px ?? null,
    measured ? Number(measured.beyond) : null,
    measured?.patches ?? null,
  )
}

const lookRow = z
  .object({
    first_frame: z.int(),
    verdict: z.enum(['measured', 'dark', 'plain', 'covered-left', 'covered-right']),
    px: z.number().nullable(),
    beyond: z.int().nullable(),
    patches: z.int().nullable(),
  })
  .transform((r): RigLook => ({
    frame: r.first_frame,
    residual:
      r.verdict === 'measured'
        ? { is: 'measured', px: r.px ?? 0, beyond: r.beyond === 1, patches: r.patches ?? 0 }
        : { is: 'unknown', why: r.verdict },
  }))

/** Of chunks that stand, from a frame of the film on, in order. */
export function listLooks(db: Database, recordingId: string, fromFrame: number): RigLook[] {
  return db
    .all(
      'select c.first_frame, l.verdict, l.px, l.beyond, l.patches from rig_look l join chunk c on c.recording_id = l.recording_id and c.number = l.number where l.recording_id = ? and c.first_frame >= ? order by l.number',
      recordingId,
      fromFrame,
    )
    .flatMap((found) => lookRow.safeParse(found).data ?? []) // a row that says what nobody knows tells nothing
}

/** From `firstFrame` on. Without a calibration both pictures stand side by side within the canvas. */
export type Redrawn = {
  readonly firstFrame: number
  readonly drawn: 'panorama' | 'side-by-side'
  readonly calibration: FilmCalibration | undefined
  readonly because: string
}

/** Once for a frame: what was decided stands. */
export function addRedrawn(db: Database, recordingId: string, { firstFrame, drawn, calibration, because }: Redrawn): void {
  db.run(
    'insert or ignore into redrawn (recording_id, first_frame, drawn, calibration, because) values (?, ?, ?, ?, ?)',
    ...[recordingId, firstFrame, drawn, calibration ? JSON.stringify(calibration) : null, because],
  )
}

const redrawnRow = z.object({
  first_frame: z.int(),
  drawn: z.enum(['panorama', 'side-by-side']),
  calibration: z.string().nullable(),
  because: z.string(),
})

/** In order. */
export function listRedrawn(db: Database, recordingId: string): Redrawn[] {
  return db
    .all('select first_frame, drawn, calibration, because from redrawn where recording_id = ? order by first_frame', recordingId)
    .map((found) => {
      const r = redrawnRow.parse(found)
      const calibration = r.calibration === null ? undefined : spelledOut(calibrationSchema.parse(JSON.parse(r.calibration)))
      return { firstFrame: r.first_frame, drawn: r.drawn, calibration, because: r.because }
    })
}

/** For a copy that is merged by another calibration. */
export const forgetRedrawn = (db: Database, recordingId: string): void => {
  db.run('delete from redrawn where recording_id = ?', recordingId)
}
