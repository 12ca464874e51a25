// Recordings and their steps as rows: opened once per booking, moved by compare-and-set under a lease.
// Decides nothing about what a step does; every move leaves a transition and an event.

import { z } from 'zod'
import { addEvent, addTransition } from '../adapters/log-tables.ts'
import type { Database } from '../adapters/sqlite.ts'
import { EzrecError } from '../base/errors.ts'
import { arrangementSchema, type Arrangement } from './arrangement.ts'
import { stepMoves, stepNames, type Recording, type Step, type StepName, type StepState } from './recording.ts'

const stepRow = z
  .object({
    recording_id: z.string(),
    name: z.enum(stepNames),
    state: z.enum(['pending', 'working', 'done', 'failed']),
    attempts: z.int(),
    failed_code: z.string().nullable(),
    failed_message: z.string().nullable(),
  })
  .transform((r) => ({
    recordingId: r.recording_id,
    step: { name: r.name, state: r.state, attempts: r.attempts, failedCode: r.failed_code, failedMessage: r.failed_message } satisfies Step,
  }))

const recordingRow = z.object({
  id: z.string(),
  booking_id: z.string(),
  rig_id: z.string(),
  folder: z.string(),
  starts_at_ms: z.int(),
  ends_at_ms: z.int(),
  fps: z.int(),
  camera_width: z.int(),
  camera_height: z.int(),
  left_rotation: z.int(),
  right_rotation: z.int(),
  left_flip: z.string(),
  right_flip: z.string(),
  layout: z.string(),
  main_camera: z.string(),
  inset_corner: z.string(),
  calibration: z.string().nullable(),
  sound: z.int(),
  origin_boot_id: z.string().nullable(),
  origin_us: z.int().nullable(),
})

function toRecording(db: Database, found: unknown): Recording {
  const r = recordingRow.parse(found)
  return {
    id: r.id,
    bookingId: r.booking_id,
    rigId: r.rig_id,
    folder: r.folder,
    startsAtMs: r.starts_at_ms,
    endsAtMs: r.ends_at_ms,
    fps: r.fps,
    cameraWidth: r.camera_width,
    cameraHeight: r.camera_height,
    ...arrangementSchema.parse({
      rotation: { left: r.left_rotation, right: r.right_rotation },
      flip: { left: r.left_flip, right: r.right_flip },
      layout: r.layout,
      mainCamera: r.main_camera,
      insetCorner: r.inset_corner,
    }),
    calibration: r.calibration ?? undefined,
    sound: r.sound === 1,
    origin: r.origin_boot_id === null || r.origin_us === null ? undefined : { bootId: r.origin_boot_id, us: r.origin_us },
    steps: db.all('select * from step where recording_id = ?', r.id).map((row) => stepRow.parse(row).step),
  }
}

const columns =
  'id, booking_id, rig_id, folder, starts_at_ms, ends_at_ms, fps, camera_width, camera_height, left_rotation, right_rotation, left_flip, right_flip, layout, main_camera, inset_corner, calibration, sound, origin_boot_id, origin_us'

export function findRecording(db: Database, id: string): Recording | undefined {
  const found = db.get(`select ${columns} from recording where id = ?`, id)
  return found && toRecording(db, found)
}

export function findRecordingOf(db: Database, bookingId: string): Recording | undefined {
  const found = db.get(`select ${columns} from recording where booking_id = ?`, bookingId)
  return found && toRecording(db, found)
}

/** Recordings with a step that is neither done nor failed, oldest first. */
export function openRecordings(db: Database): Recording[] {
  return db
    .all(
      `select ${columns} from recording where id in (select recording_id from step where state in ('pending', 'working')) order by starts_at_ms`,
    )
    .map((found) => toRecording(db, found))
}

/** Upright and without sound unless it says otherwise. */
export type NewRecording = Omit<Recording, 'steps' | 'origin' | 'calibration' | 'sound' | keyof Arrangement> &
  Partial<Pick<Recording, 'sound' | keyof Arrangement>> &
  Pick<Recording, 'layout'>

/** Opens a recording with its steps, all pending; does nothing if the booking has one. */
export function openRecording(db: Database, recording: NewRecording, nowMs: number): void {
  db.transaction(() => {
    if (findRecordingOf(db, recording.bookingId)) return
    const r = { ...recording, ...arrangementSchema.parse(recording) }
    db.run(
      'insert into recording (id, booking_id, rig_id, folder, starts_at_ms, ends_at_ms, fps, camera_width, camera_height, sound, opened_at_ms, layout, left_rotation, right_rotation, left_flip, right_flip, main_camera, inset_corner) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      r.id,
      r.bookingId,
      r.rigId,
      r.folder,
      r.startsAtMs,
      r.endsAtMs,
      r.fps,
      r.cameraWidth,
      r.cameraHeight,
      r.sound === true ? 1 : 0,
      nowMs,
      ...arrangementColumns(r),
    )
    for (const name of stepNames)
      db.run("insert into step (recording_id, name, state, updated_at_ms) values (?, ?, 'pending', ?)", r.id, name, nowMs)
    addEvent(db, { atMs: nowMs, kind: 'recording.opened', subjectId: r.id, facts: { booking: r.bookingId } })
  })
}

/** In the order layout, left_rotation, right_rotation, left_flip, right_flip, main_camera, inset_corner. */
export const arrangementColumns = ({ layout, rotation, flip, mainCamera, insetCorner }: Arrangement): (string | number)[] => [
  ...[layout, rotation.left, rotation.right],
  ...[flip.left, flip.right, mainCamera, insetCorner],
]

/** Fixes where the film begins on the monotonic clock: once, so that a resumed merge puts every frame where it was. */
export function fixOrigin(db: Database, recordingId: string, origin: { bootId: string; us: number }): void {
  db.run('update recording set origin_boot_id = ?, origin_us = ? where id = ? and origin_us is null', origin.bootId, origin.us, recordingId)
}

export type StepMove = {
  readonly recordingId: string
  readonly name: StepName
  readonly to: StepState
  readonly nowMs: number
  readonly cause?: string
  readonly failed?: { readonly code: string; readonly message: string }
}

/** Moves a step, by compare-and-set on the state it has. Errors: IllegalMove; conflict when somebody else moved it in between. */
export function moveStep(db: Database, move: StepMove): void {
  db.transaction(() => {
    const from = stepStateOf(db, move.recordingId, move.name)
    if (from === move.to) return
    stepMoves.assertCan(from, move.to)
    const changed = db.run(
      'update step set state = ?, failed_code = ?, failed_message = ?, attempts = case when ? = ? then 0 else attempts end, updated_at_ms = ? where recording_id = ? and name = ? and state = ?',
      move.to,
      move.failed?.code ?? null,
      move.failed?.message.slice(0, 500) ?? null,
      move.to,
      'done',
      move.nowMs,
      move.recordingId,
      move.name,
      from,
    )
    if (changed !== 1)
      throw new EzrecError('conflict', `step ${move.name} was moved by somebody else`, {
        hint: 'look again: the next tick does',
        facts: { recording: move.recordingId },
      })
    addTransition(db, {
      atMs: move.nowMs,
      subject: 'step',
      subjectId: `${move.recordingId}/${move.name}`,
      from,
      to: move.to,
      cause: move.cause ?? move.failed?.code ?? null,
    })
    addEvent(db, { atMs: move.nowMs, kind: `step.${move.to}`, subjectId: move.recordingId, facts: { step: move.name } })
  })
}

export function stepStateOf(db: Database, recordingId: string, name: StepName): StepState {
  return z
    .object({ state: z.enum(['pending', 'working', 'done', 'failed']) })
    .parse(db.get('select state from step where recording_id = ? and name = ?', recordingId, name)).state
}
