// A recording as rows and files, whose film is a few small chunks made by ffmpeg: for tests of what comes after the merge.
// Never runs a service: a test calls the one step that it is about.

import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { openDatabase, type Database } from '../src/adapters/sqlite.ts'
import { findRecording, moveStep, openRecording } from '../src/capture/recording-store.ts'
import type { Recording, StepName } from '../src/capture/recording.ts'
import { addBooking } from './a-booking.ts'
import { writeDurably } from '../src/base/files.ts'
import { addChunk, chunkFile, initFile, keepInit } from '../src/merge/chunk-store.ts'
import { cutStream, readFragment } from '../src/merge/cmaf.ts'
import { sha256OfFile } from '../src/base/files.ts'
import { fragmentedFilm } from './media/test-films.ts'

export const noon = Date.UTC(2026, 4, 2, 12)

export type SmallRecording = Disposable & {
  readonly db: Database
  readonly folder: string
  recording(): Recording
  done(...steps: StepName[]): void
}

/** A booking of `seconds` from noon with its recording opened; `frames` of its film merged. */
export async function smallRecording(recordingsFolder: string, { seconds = 2, frames = 50 } = {}): Promise<SmallRecording> {
  const db = openDatabase(':memory:')
  const times = { startsAtMs: noon, endsAtMs: noon + seconds * 1_000 }
  addBooking(db, times)
  const folder = path.join('2026-05-02', 'r')
  openRecording(
    db,
    { id: 'r', bookingId: 'b', rigId: 'rig', folder, ...times, fps: 25, cameraWidth: 80, cameraHeight: 90, layout: 'side-by-side' },
    noon,
  )
  const home = path.join(recordingsFolder, folder)
  if (frames > 0) await landFilm({ db, folder: home }, await fragmentedFilm(frames))
  const recording = (): Recording => {
    const found = findRecording(db, 'r')
    if (!found) throw new Error('the recording is gone')
    return found
  }
  return {
    db,
    folder: home,
    recording,
    done: (...steps) => {
      for (const name of steps) for (const to of ['working', 'done'] as const) moveStep(db, { recordingId: 'r', name, to, nowMs: noon })
    },
    [Symbol.dispose]: () => db.close(),
  }
}

/** Makes a film of the encoder's into chunks: files and rows of those from number `from` on and before `to`. */
export async function landFilm(
  { db, folder }: Pick<SmallRecording, 'db' | 'folder'>,
  film: Buffer,
  { from = 0, to = Number.POSITIVE_INFINITY } = {},
): Promise<void> {
  mkdirSync(path.join(folder, 'chunks'), { recursive: true })
  let number = 0
  let firstFrame = 0
  for (const { is, bytes } of cutStream().push(film)) {
    if (is === 'init') {
      if (from > 0) continue
      await writeDurably(path.join(folder, initFile), bytes)
      keepInit(db, 'r', bytes)
      continue
    }
    const { runs, payloadBytes } = readFragment(bytes)
    const count = runs[0]?.sampleSizes.length ?? 0
    if (number >= from && number < to) {
      const file = path.join(folder, chunkFile(number))
      await writeDurably(file, bytes)
      const sha256 = await sha256OfFile(file)
      addChunk(db, 'r', { number, firstFrame, frames: count, bytes: bytes.length, payloadBytes, sha256 }, runs, noon)
    }
    number += 1
    firstFrame += count
  }
}
