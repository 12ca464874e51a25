// What a box holds, for the fuzzer: ids to ask for, films that may be removed, a booking that runs.
// Never asks the API: rows and files are the truth.

import type { Database } from '../../src/adapters/sqlite.ts'
import { newId } from '../../src/base/ids.ts'
import { insertBooking } from '../../src/booking/booking-store.ts'
import { findRecording, findRecordingOf, openRecording } from '../../src/capture/recording-store.ts'
import { noteChecksum, notePublished, openVideo } from '../../src/publish/video.ts'
import type { Known } from './hints.ts'

const column = (db: Database, sql: string): string[] => db.all(sql).map((row) => String(Object.values(row)[0]))

/** All of it, but for the tokens. `film` is the recording whose film is whole. */
export function knownIn(db: Database, film: string): Omit<Known, 'tokens'> {
  const [spares, spareKeys] = spareFilms(db, film, 6)
  return {
    bookings: [
      ...column(db, `select id from booking where cancelled_at_ms is null order by created_at_ms desc limit ${standingBookings}`),
      ...column(db, 'select id from booking order by starts_at_ms desc limit 10'),
    ],
    recordings: [film, film, ...column(db, 'select id from recording order by id desc limit 4')],
    videos: column(db, 'select id from video where recording_id = (select id from recording order by id limit 1)'),
    shares: column(db, 'select id from share_link order by id desc limit 20'),
    keys: column(db, "select id from api_key where name not like 'fuzz %' order by id desc limit 10"),
    clips: column(db, 'select id from clip order by id desc limit 10'),
    phoneClips: column(db, 'select id from phone_clip order by id desc limit 10'),
    objectKeys: column(db, 'select object_key from video where removed_at_ms is null limit 10'),
    cleanups: [],
    spares,
    spareKeys,
  }
}

/** Films that are rows alone, so that removing one costs nothing. Their ids and keys. */
function spareFilms(db: Database, like: string, most: number): [string[], string[]] {
  const recording = findRecording(db, like)
  if (!recording) return [[], []]
  const made = Array.from({ length: most }, () => {
    const [id, bookingId] = [newId(), newId()]
    const nowMs = Math.floor(Date.now())
    const window = { startsAtMs: recording.startsAtMs - 86_400_000, endsAtMs: recording.startsAtMs - 86_390_000 }
    insertBooking(db, {
      id: bookingId,
      callerId: null,
      userId: 'local',
      rigId: recording.rigId,
      title: 'Spare',
      ...window,
      cancelledAtMs: null,
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
    })
    openRecording(db, { ...recording, id, bookingId, folder: `2026-01-01/${id}`, ...window }, nowMs)
    const video = openVideo(db, { recordingId: id, objectKey: `local/${id}.mp4`, headerBytes: 1 }, nowMs)
    notePublished(db, video, { width: 2, height: 2, fps: 25, frames: 1, bytes: 1, status: 'complete' }, nowMs)
    noteChecksum(db, video, 'none', nowMs)
    return [video.id, video.objectKey] as const
  })
  return [made.map(([id]) => id), made.map(([, key]) => key)]
}

/** A booking that runs now, with its recording: courts, clips and markers want one. Returns the booking's id. */
export function runningBooking(db: Database, like: string): string {
  const recording = findRecording(db, like)
  const nowMs = Math.floor(Date.now())
  const [id, bookingId] = [newId(), newId()]
  if (!recording) return bookingId
  const window = { startsAtMs: nowMs - 600_000, endsAtMs: nowMs + 3_600_000 }
  insertBooking(db, {
    id: bookingId,
    callerId: null,
    userId: 'local',
    rigId: recording.rigId,
    title: 'Court 3',
    ...window,
    cancelledAtMs: null,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  })
  openRecording(db, { ...recording, id, bookingId, folder: `2026-01-02/${id}`, ...window }, nowMs)
  return findRecordingOf(db, bookingId)?.bookingId ?? bookingId
}

const standingBookings = 20

/** So that times are free again: only the newest bookings stand, and none runs. */
export function clearCalendar(db: Database): void {
  const nowMs = Math.floor(Date.now())
  db.run('update booking set ends_at_ms = ? where starts_at_ms < ? and ends_at_ms > ?', nowMs, nowMs, nowMs)
  db.run(
    `update booking set cancelled_at_ms = ? where starts_at_ms >= ? and cancelled_at_ms is null and id not in
     (select id from booking where starts_at_ms >= ? and cancelled_at_ms is null order by created_at_ms desc limit ${standingBookings})`,
    ...[nowMs, nowMs, nowMs],
  )
}

/** Puts back what an admin took away by force. */
export function restoreFilm(db: Database, recordingId: string): void {
  db.run(
    'update video set removed_at_ms = null, removed_by = null, held_because = null, gone_at_ms = null where recording_id = ?',
    recordingId,
  )
}
