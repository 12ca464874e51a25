// A clip for phones that was made, of a match whose film is published, for tests of what comes after it. Its bytes are no film.
// Makes no film: nothing may want to read one.

import { createHash, randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Database } from '../src/adapters/sqlite.ts'
import { openRecording } from '../src/capture/recording-store.ts'
import { askForPhoneClip, notePhoneClipMade, phoneClipFile } from '../src/publish/clips/phone-clip-store.ts'
import { notePublished, openVideo } from '../src/publish/video.ts'
import { addBooking } from './a-booking.ts'

const noon = Date.UTC(2026, 4, 2, 12)

export type MatchWithClips = {
  readonly filmKey: string
  readonly recordingsFolder: string
  /** As many as are called for: each of other seconds of the match. */
  addClip(bytes?: number): Promise<{ readonly id: string; readonly objectKey: string; readonly body: Buffer; readonly file: string }>
}

/** `upload`: where its film is held, or on its way to. */
export function openMatchWithClips(
  db: Database,
  recordingsFolder: string,
  upload?: { readonly place: string; readonly state: 'open' | 'confirmed' },
): MatchWithClips {
  const window = { startsAtMs: noon, endsAtMs: noon + 3_600_000 }
  addBooking(db, window)
  const form = { fps: 25, cameraWidth: 160, cameraHeight: 90, layout: 'side-by-side' } as const
  openRecording(db, { id: 'r', bookingId: 'b', rigId: 'rig', folder: 'day/r', ...window, ...form }, noon)
  const filmKey = 'u/day/r.mp4'
  const video = openVideo(db, { recordingId: 'r', objectKey: filmKey, headerBytes: 1 }, noon)
  notePublished(db, video, { width: 320, height: 90, fps: 25, frames: 90_000, bytes: 1, status: 'complete' }, noon)
  if (upload) addUpload(db, filmKey, upload)
  let clips = 0
  return {
    filmKey,
    recordingsFolder,
    addClip: async (bytes = 1_000) => {
      const fromMs = noon + (clips += 1) * 10_000
      const order = { fromMs, toMs: fromMs + 5_000, shape: '9:16', label: null, askedBy: 'court' } as const
      const clip = askForPhoneClip(db, 'r', order, noon + clips)
      const file = path.join(recordingsFolder, 'day/r', phoneClipFile(clip.id))
      const body = randomBytes(bytes)
      await mkdir(path.dirname(file), { recursive: true })
      await writeFile(file, body)
      notePhoneClipMade(db, clip, { width: 90, height: 160, bytes, sha256: createHash('sha256').update(body).digest('hex') }, noon + clips)
      return { id: clip.id, objectKey: `u/day/r/phone-${clip.id}.mp4`, body, file }
    },
  }
}

export const addUpload = (db: Database, filmKey: string, { place, state }: { readonly place: string; readonly state: string }): void =>
  void db.run(
    `insert into upload (id, film_key, place, object_key, checksum, part_bytes, header_bytes, state, created_at_ms) values (?, ?, ?, ?, 'etag', 1, 1, ?, 0)`,
    ...[`of ${filmKey}`, filmKey, place, filmKey, state],
  )
