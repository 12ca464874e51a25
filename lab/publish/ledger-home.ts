// A home in which a long film is all in the store but its last chunk and its header: rows as a merge leaves them, the body as a sparse file.
// The chunk is a real one, encoded once; only its repetition is made up.

import { createHash, randomFillSync } from 'node:crypto'
import { mkdir, truncate, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { openDatabase, type Database } from '../../src/adapters/sqlite.ts'
import { EzrecError } from '../../src/base/errors.ts'
import { newId } from '../../src/base/ids.ts'
import { moveStep, openRecording } from '../../src/capture/recording-store.ts'
import { addChunk, chunkFile, keepInit } from '../../src/merge/chunk-store.ts'
import { readFragment, type Fragment } from '../../src/merge/cmaf.ts'
import { startEncoder } from '../../src/merge/encoder.ts'
import { headerRoom } from '../../src/publish/progressive-mp4.ts'
import { noteBody, openVideo } from '../../src/publish/video.ts'

export type LedgerHome = {
  readonly database: string
  readonly recordingsFolder: string
  readonly storeFolder: string
  readonly recordingId: string
  /** Of the film, once it is there. */
  readonly film: string
  readonly headerBytes: number
  readonly lastChunkBytes: number
  readonly filmBytes: number
}

const fps = 25
const chunkSeconds = 2
const camera = { width: 640, height: 360 }
const longestSeconds = 43_200

export async function makeLedgerHome(home: string, chunks: number, signal: AbortSignal): Promise<LedgerHome> {
  const { init, bytes, fragment } = await encodeChunk(signal)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const database = path.join(home, 'ezrec.sqlite')
  const [recordingsFolder, storeFolder] = [path.join(home, 'recordings'), path.join(home, 'store')]
  const recordingId = newId()
  const folder = path.join('2026-05-02', recordingId)
  const objectKey = `local/${folder}.mp4`
  await mkdir(path.join(recordingsFolder, folder, 'chunks'), { recursive: true })
  await mkdir(path.dirname(path.join(storeFolder, objectKey)), { recursive: true })
  await writeFile(path.join(recordingsFolder, folder, 'chunks/init.mp4'), init)
  await writeFile(path.join(recordingsFolder, folder, chunkFile(chunks - 1)), bytes)
  using db = openDatabase(database)
  const headerBytes = headerRoom(longestSeconds, fps, chunkSeconds)
  const body = { bytes: fragment.payloadBytes * (chunks - 1), chunks: chunks - 1 }
  db.transaction(() => {
    addRecording(db, { recordingId, folder, seconds: chunks * chunkSeconds })
    keepInit(db, recordingId, init)
    for (let number = 0; number < chunks; number += 1) {
      const frames = fps * chunkSeconds
      const facts = { number, firstFrame: number * frames, frames, bytes: bytes.length, payloadBytes: fragment.payloadBytes, sha256 }
      addChunk(db, recordingId, facts, fragment.runs, startMs)
    }
    const video = openVideo(db, { recordingId, objectKey, headerBytes }, startMs)
    noteBody(db, video.id, body, startMs)
  })
  const film = path.join(storeFolder, objectKey)
  await writeFile(`${film}.partial`, '')
  await truncate(`${film}.partial`, headerBytes + body.bytes)
  const filmBytes = headerBytes + body.bytes + fragment.payloadBytes
  return { database, recordingsFolder, storeFolder, recordingId, film, headerBytes, lastChunkBytes: fragment.payloadBytes, filmBytes }
}

const startMs = Date.UTC(2026, 4, 2, 19, 30)

/** A recording whose merge is done. */
function addRecording(db: Database, { recordingId, folder, seconds }: { recordingId: string; folder: string; seconds: number }): void {
  const bookingId = newId()
  const endsAtMs = startMs + seconds * 1_000
  db.run(
    'insert into booking (id, user_id, rig_id, starts_at_ms, ends_at_ms, created_at_ms, updated_at_ms) values (?, ?, ?, ?, ?, ?, ?)',
    bookingId,
    'local',
    'rig-1',
    startMs,
    endsAtMs,
    startMs,
    startMs,
  )
  const form = { fps, cameraWidth: camera.width, cameraHeight: camera.height, layout: 'side-by-side' as const }
  openRecording(db, { id: recordingId, bookingId, rigId: 'rig-1', folder, startsAtMs: startMs, endsAtMs, ...form }, startMs)
  for (const name of ['capture', 'check', 'merge'] as const)
    for (const to of ['working', 'done'] as const) moveStep(db, { recordingId, name, to, nowMs: startMs })
}

/** Two seconds of noise at the highest rate allowed: no chunk of a match is larger. */
async function encodeChunk(signal: AbortSignal): Promise<{ init: Buffer; bytes: Buffer; fragment: Fragment }> {
  const canvas = { width: camera.width * 2, height: camera.height }
  const encoder = await startEncoder({ ...canvas, fps, preset: 'ultrafast', crf: 23, maxRateKbps: 6_000, chunkFrames: fps * chunkSeconds })
  try {
    const pictures = (async () => {
      const picture = Buffer.alloc((canvas.width * canvas.height * 3) / 2, 128)
      for (let n = 0; n < fps * chunkSeconds && !signal.aborted; n += 1) {
        randomFillSync(picture, 0, canvas.width * canvas.height)
        await encoder.write(picture)
      }
      encoder.end()
    })()
    const pieces = []
    for await (const piece of encoder.pieces()) pieces.push(piece)
    await pictures
    const [init, chunk] = pieces
    if (init?.is !== 'init' || chunk?.is !== 'fragment')
      throw new EzrecError('internal', 'the encoder gave no chunk', { hint: 'run it again' })
    return { init: init.bytes, bytes: chunk.bytes, fragment: readFragment(chunk.bytes) }
  } finally {
    await encoder.close()
  }
}
