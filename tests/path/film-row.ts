// A published film that is rows alone, for the tests of lists and removals.
// Has no file: nothing may want to read it.

import type { App } from '../../src/app.ts'
import { noteChecksum, notePublished, openVideo, type VideoStatus } from '../../src/publish/video.ts'
import { openTestRecording } from './api-box.ts'

/** Read back, too. Returns its id. */
export function addFilmRow(
  app: App,
  film: {
    readonly startsAtMs: number
    readonly bytes: number
    readonly atMs: number
    readonly status: VideoStatus
    readonly frames?: number
  },
): string {
  const recording = openTestRecording(app, film)
  const objectKey = `local/${recording.folder}.mp4`
  const opened = openVideo(app.db, { recordingId: recording.id, objectKey, headerBytes: 1 }, film.atMs)
  notePublished(
    app.db,
    opened,
    { width: 2, height: 2, fps: 25, frames: film.frames ?? 1, bytes: film.bytes, status: film.status },
    film.atMs,
  )
  noteChecksum(app.db, opened, 'none', film.atMs)
  return opened.id
}
