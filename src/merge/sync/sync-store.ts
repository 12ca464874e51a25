// What sync measured and decided for a film, as rows beside its chunks.
// Decides nothing: correction.ts does.

import { z } from 'zod'
import type { Database } from '../../adapters/sqlite.ts'
import type { SyncedChunk, SyncWindow } from './correction.ts'
import { refusals } from './lag-search.ts'

/** Told while a film is composed: the shift from a chunk's first frame on; the window that its last frame closes. */
export type SyncNote = { readonly frame: number; readonly shift: number } | { readonly frame: number; readonly window: SyncWindow }

/** Also in a manifest. */
export const syncWindowSchema = z.discriminatedUnion('is', [
  z.object({
    is: z.literal('measured'),
    offsetMs: z.number(),
    wantedFrames: z.number(),
    confidence: z.number(),
    cells: z.int(),
    moving: z.int(),
  }),
  z.object({ is: z.literal('refused'), why: z.enum(refusals), cells: z.int(), moving: z.int() }),
])

/** The row of what was before the film. */
const leadInNumber = -1

/** The notes of a chunk's frames; in the transaction of its row. Nothing was told: nothing is kept. */
export function addSync(db: Database, recordingId: string, number: number, notes: readonly SyncNote[]): void {
  const shift = notes.find((note) => 'shift' in note)
  const window = notes.findLast((note) => 'window' in note)
  if (shift) keep(db, recordingId, number, shift.shift, window?.window)
}

/** Once: what was decided by it stands. */
export function keepLeadIn(db: Database, recordingId: string, window: SyncWindow): void {
  keep(db, recordingId, leadInNumber, 0, window)
}

function keep(db: Database, recordingId: string, number: number, shift: number, window: SyncWindow | undefined): void {
  const measured = window?.is === 'measured' ? window : undefined
  db.run(
    'insert or replace into sync (recording_id, number, shift_frames, verdict, offset_ms, wanted_frames, confidence, cells, moving) values (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    recordingId,
    number,
    shift,
    window ? (window.is === 'measured' ? 'measured' : window.why) : null,
    measured?.offsetMs ?? null,
    measured?.wantedFrames ?? null,
    measured?.confidence ?? null,
    window?.cells ?? null,
    window?.moving ?? null,
  )
}

const windowRow = z
  .object({
    verdict: z.enum(['measured', ...refusals]).nullable(),
    offset_ms: z.number().nullable(),
    wanted_frames: z.number().nullable(),
    confidence: z.number().nullable(),
    cells: z.int().nullable(),
    moving: z.int().nullable(),
  })
  .transform((r): SyncWindow | undefined => {
    if (r.verdict === null) return undefined
    const seen = { cells: r.cells ?? 0, moving: r.moving ?? 0 }
    return r.verdict === 'measured'
      ? {
          is: 'measured',
          offsetMs: r.offset_ms ?? 0,
          wantedFrames: r.wanted_frames ?? 0,
          confidence: r.confidence ?? 0,
          ...seen,
        }
      : { is: 'refused', why: r.verdict, ...seen }
  })

const chunkRow = z.object({ first_frame: z.int(), frames: z.int(), shift_frames: z.int().nullable() })

/** A chunk that was made without sync: no window reaches into it. */
const unmeasured: SyncWindow = { is: 'refused', why: 'too-short', cells: 0, moving: 0 }

/** A row that says what nobody knows tells nothing: no film stops for it. */
function readWindow(found: unknown): SyncWindow | undefined {
  const read = windowRow.safeParse(found)
  return read.success ? read.data : unmeasured
}

/** Every chunk of a film, in order. */
export function listSynced(db: Database, recordingId: string): SyncedChunk[] {
  return db
    .all(
      'select c.first_frame, c.frames, s.shift_frames, s.verdict, s.offset_ms, s.wanted_frames, s.confidence, s.cells, s.moving from chunk c left join sync s on s.recording_id = c.recording_id and s.number = c.number where c.recording_id = ? order by c.number',
      recordingId,
    )
    .map((found) => {
      const r = chunkRow.parse(found)
      const window = r.shift_frames === null ? unmeasured : readWindow(found)
      return { firstFrame: r.first_frame, frames: r.frames, shift: r.shift_frames ?? 0, window }
    })
}

/** `undefined` until it was looked at. */
export function readLeadIn(db: Database, recordingId: string): SyncWindow | undefined {
  const found = db.get('select * from sync where recording_id = ? and number = ?', recordingId, leadInNumber)
  return found && readWindow(found)
}

/** Whether any chunk of a film was made with sync. */
export const isSynced = (db: Database, recordingId: string): boolean =>
  db.get('select 1 from sync where recording_id = ? and number > ? limit 1', recordingId, leadInNumber) !== undefined
