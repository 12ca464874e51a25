// What was captured, as rows: takes, segments and anchors follow the journals; recordings open when their window does.
// Runs beside the recorder, never in its way: a locked database delays rows, not footage.

import path from 'node:path'
import { addEvent, addTransition } from '../adapters/log-tables.ts'
import type { Database } from '../adapters/sqlite.ts'
import { newId } from '../base/ids.ts'
import { isFilmed } from '../booking/booking.ts'
import { listBookings } from '../booking/booking-store.ts'
import { keepInPlanMs, syncCapturePlan } from '../booking/sync-plan.ts'
import type { Margins } from '../booking/schedule.ts'
import type { RigFormat } from './drivers/driver.ts'
import type { BoxClock } from './box-time-file.ts'
import { captureEnd } from './capture-end.ts'
import type { Eraser } from './erase-outside.ts'
import type { Arrangement } from './arrangement.ts'
import { findRecordingOf, moveStep, openRecording, openRecordings } from './recording-store.ts'
import { isDated, type SegmentLog } from './segment-log.ts'
import type { Take } from './take.ts'

export type LedgerOptions = {
  readonly db: Database
  readonly clock: BoxClock
  readonly log: SegmentLog
  readonly takesFolder: string
  readonly planFile: string
  /** The venue's: recordings are kept by its dates. */
  readonly timeZone: string
  readonly rigId: string
  readonly format: RigFormat
  /** Of recordings that are opened now. */
  readonly arrangement: Arrangement
  /** Recordings that are opened now are to have sound. */
  readonly sound: boolean
  readonly margins: Margins
  readonly eraser: Eraser
}

/** Makes rows agree with the bookings and the segment log, as they stand now. Safe to run again at any time. */
export async function keepLedger(options: LedgerOptions, { last } = { last: false }): Promise<void> {
  await options.log.refresh()
  const { db, log } = options
  for (const take of log.takes) storeTake(db, take, log.journalBytes(take.id), options.takesFolder)
  const nowMs = options.clock.nowMs()
  if (options.clock.trusted()) {
    openDue(options) // while nobody knows what time it is, nothing is attributed to a booking, and none is missed
    moveCaptures(options)
  }
  await syncCapturePlan(db, { planFile: options.planFile, rigId: options.rigId, fromMs: nowMs - keepInPlanMs })
  if (options.clock.settled()) await options.eraser.erase(datedTakes(options), nowMs, { last })
}

/** How long after its end a booking that has footage but no recording still gets one: rows may have been late by as much. */
const lateMs = 86_400_000

/** A recording for each booking whose widened window has begun; for one that is over, only if a take ran in it. */
function openDue({ db, clock, log, rigId, format, arrangement, sound, margins, timeZone }: LedgerOptions): void {
  const nowMs = clock.nowMs()
  const begun = listBookings(db, { fromMs: nowMs - lateMs, toMs: nowMs + margins.leadInMs }).filter((b) => b.rigId === rigId && isFilmed(b))
  const dated = datedTakes({ clock, log })
  const due = begun.filter(
    (b) => b.endsAtMs > nowMs || dated.some((take) => take.begunAtMs < b.endsAtMs && (take.ended?.atMs ?? nowMs) > b.startsAtMs),
  )
  for (const booking of due) {
    if (findRecordingOf(db, booking.id)) continue
    const id = newId()
    const date = Temporal.Instant.fromEpochMilliseconds(booking.startsAtMs).toZonedDateTimeISO(timeZone).toPlainDate().toString()
    openRecording(
      db,
      {
        id,
        bookingId: booking.id,
        rigId,
        folder: path.join(date, id),
        startsAtMs: booking.startsAtMs,
        endsAtMs: booking.endsAtMs,
        fps: format.fps,
        cameraWidth: format.width,
        cameraHeight: format.height,
        ...arrangement,
        sound,
      },
      nowMs,
    )
  }
}

/** The capture step of each recording follows what the takes show. */
function moveCaptures({ db, clock, log }: LedgerOptions): void {
  const nowMs = clock.nowMs()
  const dated = datedTakes({ clock, log })
  for (const recording of openRecordings(db)) {
    const state = recording.steps.find(({ name }) => name === 'capture')?.state
    if (state === 'pending' && nowMs >= recording.startsAtMs)
      moveStep(db, { recordingId: recording.id, name: 'capture', to: 'working', nowMs })
    if (state === 'working' && captureEnd(recording, dated, nowMs))
      moveStep(db, { recordingId: recording.id, name: 'capture', to: 'done', nowMs })
  }
}

const datedTakes = ({ clock, log }: Pick<LedgerOptions, 'clock' | 'log'>): readonly Take[] =>
  log.takes.filter((take) => isDated(take, clock.labelOf))

/** A take's rows as its journal tells it. */
export function storeTake(db: Database, take: Take, journalBytes: number, takesFolder: string): void {
  const stored = db.get('select journal_bytes, begun_at_ms, ended_at_ms from take where id = ?', take.id)
  const isRelabelled = stored !== undefined && Number(stored['begun_at_ms']) !== take.begunAtMs
  if (stored && Number(stored['journal_bytes']) === journalBytes && !isRelabelled) return
  db.transaction(() => {
    if (isRelabelled) relabel(db, take)
    if (!stored) {
      db.run(
        'insert into take (id, rig_id, camera, folder, boot_id, begun_at_ms) values (?, ?, ?, ?, ?, ?)',
        take.id,
        take.rigId,
        take.camera,
        path.relative(takesFolder, take.folder),
        take.bootId,
        take.begunAtMs,
      )
      addTransition(db, { atMs: take.begunAtMs, subject: 'take', subjectId: take.id, from: null, to: 'begun', cause: null })
      addEvent(db, { atMs: take.begunAtMs, kind: 'take.begun', subjectId: take.id, facts: { camera: take.camera } })
    }
    for (const s of newest(take.segments, countOf(db, 'segment', take.id)))
      db.run(
        'insert or ignore into segment (take_id, number, first_ticks, last_ticks, frames, bytes, sha256) values (?, ?, ?, ?, ?, ?, ?)',
        take.id,
        s.number,
        s.firstTicks,
        s.lastTicks,
        s.frames,
        s.bytes,
        s.sha256,
      )
    for (const a of newest(take.anchors, countOf(db, 'anchor', take.id)))
      db.run(
        'insert or ignore into anchor (take_id, ticks, monotonic_us, utc_ms) values (?, ?, ?, ?)',
        take.id,
        a.ticks,
        a.monotonicUs,
        a.utcMs,
      )
    if (take.ended && (!stored || stored['ended_at_ms'] === null)) {
      addTransition(db, { atMs: take.ended.atMs, subject: 'take', subjectId: take.id, from: 'begun', to: 'ended', cause: take.ended.cause })
      addEvent(db, {
        atMs: take.ended.atMs,
        kind: 'take.ended',
        subjectId: take.id,
        facts: { camera: take.camera, cause: take.ended.cause },
      })
    }
    db.run(
      'update take set journal_bytes = ?, ended_at_ms = ?, end_cause = ? where id = ?',
      journalBytes,
      take.ended?.atMs ?? null,
      take.ended?.cause ?? null,
      take.id,
    )
  })
}

/** UTC is a label: what the box has learned of its clock since corrects it. */
function relabel(db: Database, take: Take): void {
  db.run('update take set begun_at_ms = ? where id = ?', take.begunAtMs, take.id)
  for (const { ticks, utcMs } of take.anchors) db.run('update anchor set utc_ms = ? where take_id = ? and ticks = ?', utcMs, take.id, ticks)
}

const newest = <T>(all: readonly T[], known: number): readonly T[] => all.slice(Math.max(0, known - 1))

const countOf = (db: Database, table: 'segment' | 'anchor', takeId: string): number =>
  Number(db.get(`select count(*) as n from ${table} where take_id = ?`, takeId)?.['n'])
