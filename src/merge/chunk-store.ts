// Chunks, their runs, the init segment and the gaps of a film, as rows: the resumable state of the merge and the ledger of the film.
// A chunk's row is written after its file is durable and every picture of it was decoded.

import { z } from 'zod'
import { addEvent } from '../adapters/log-tables.ts'
import type { Database } from '../adapters/sqlite.ts'
import { inputs, type Input } from '../capture/input.ts'
import type { Run } from './cmaf.ts'

export type Chunk = {
  readonly number: number
  readonly firstFrame: number
  readonly frames: number
  readonly bytes: number
  readonly payloadBytes: number
  readonly sha256: string
}

/** Below the recording's folder. */
export const chunkFile = (number: number): string => `chunks/${String(number).padStart(6, '0')}.m4s`
export const initFile = 'chunks/init.mp4'

const row = z
  .object({ number: z.int(), first_frame: z.int(), frames: z.int(), bytes: z.int(), payload_bytes: z.int(), sha256: z.string() })
  .transform((r): Chunk => ({
    number: r.number,
    firstFrame: r.first_frame,
    frames: r.frames,
    bytes: r.bytes,
    payloadBytes: r.payload_bytes,
    sha256: r.sha256,
  }))

export function listChunks(db: Database, recordingId: string, fromNumber = 0): Chunk[] {
  return db
    .all(
      'select number, first_frame, frames, bytes, payload_bytes, sha256 from chunk where recording_id = ? and number >= ? order by number',
      recordingId,
      fromNumber,
    )
    .map((found) => row.parse(found))
}

/** Where the merge goes on: the next chunk's number, its first frame. */
export function mergedUntil(db: Database, recordingId: string): { readonly chunks: number; readonly frames: number } {
  const found = db.get('select number, first_frame, frames from chunk where recording_id = ? order by number desc limit 1', recordingId)
  const last = found && z.object({ number: z.int(), first_frame: z.int(), frames: z.int() }).parse(found)
  return last ? { chunks: last.number + 1, frames: last.first_frame + last.frames } : { chunks: 0, frames: 0 }
}

/** Of all chunks so far. */
export const mergedBytes = (db: Database, recordingId: string): number =>
  z.object({ bytes: z.int() }).parse(db.get('select coalesce(sum(bytes), 0) as bytes from chunk where recording_id = ?', recordingId)).bytes

export function addChunk(db: Database, recordingId: string, chunk: Chunk, runs: readonly Run[], nowMs: number): void {
  db.transaction(() => {
    db.run(
      'insert into chunk (recording_id, number, first_frame, frames, bytes, payload_bytes, sha256, verified_at_ms) values (?, ?, ?, ?, ?, ?, ?, ?)',
      recordingId,
      chunk.number,
      chunk.firstFrame,
      chunk.frames,
      chunk.bytes,
      chunk.payloadBytes,
      chunk.sha256,
      nowMs,
    )
    for (const run of runs)
      db.run(
        'insert into chunk_run (recording_id, number, track, payload_offset, sample_ticks, sample_sizes) values (?, ?, ?, ?, ?, ?)',
        recordingId,
        chunk.number,
        run.track,
        run.payloadOffset,
        run.sampleTicks,
        sizesBlob(run.sampleSizes),
      )
    addEvent(db, {
      atMs: nowMs,
      kind: 'chunk.made',
      subjectId: recordingId,
      facts: { number: chunk.number, frames: chunk.frames, bytes: chunk.bytes },
    })
  })
}

/** Where each track of the film goes on: the sum of its samples' durations so far, in its own timescale. */
export function decodeTimes(db: Database, recordingId: string): ReadonlyMap<number, number> {
  const row = z.object({ track: z.int(), ticks: z.int() })
  const rows = db.all(
    'select track, sum(length(sample_sizes) / 4 * sample_ticks) as ticks from chunk_run where recording_id = ? group by track',
    recordingId,
  )
  return new Map(rows.map((found) => row.parse(found)).map(({ track, ticks }) => [track, ticks]))
}

/** Rows go before their files. */
export function forgetChunks(db: Database, recordingId: string, { keepGaps } = { keepGaps: false }): void {
  db.transaction(() => {
    db.run('delete from chunk where recording_id = ?', recordingId) // their runs go with them
    if (!keepGaps) db.run('delete from gap where recording_id = ?', recordingId)
    db.run('delete from exposure where recording_id = ?', recordingId)
    db.run('delete from small_picture where recording_id = ?', recordingId)
    db.run('delete from rig_look where recording_id = ?', recordingId)
    db.run('delete from sync where recording_id = ? and number >= 0', recordingId) // the lead-in stands: its footage may be erased
    db.run('delete from bookend where recording_id = ?', recordingId) // their files lie beside the chunks
    db.run('update recording set init_segment = null, bookends = null where id = ?', recordingId)
  })
}

/** As in an stsz box. */
function sizesBlob(sizes: readonly number[]): Buffer {
  const blob = Buffer.allocUnsafe(sizes.length * 4)
  for (const [n, size] of sizes.entries()) blob.writeUInt32BE(size, n * 4)
  return blob
}

const runRow = z.object({
  number: z.int(),
  payload_bytes: z.int(),
  track: z.int(),
  payload_offset: z.int(),
  sample_ticks: z.int(),
  sample_sizes: z.instanceof(Uint8Array),
})

/** The film's ledger: every chunk with its runs, in order. */
export function readLedger(
  db: Database,
  recordingId: string,
): { payloadBytes: number; runs: { track: number; payloadOffset: number; sampleTicks: number; sampleSizes: Buffer }[] }[] {
  const chunks: ReturnType<typeof readLedger> = []
  const rows = db.all(
    'select c.number, c.payload_bytes, r.track, r.payload_offset, r.sample_ticks, r.sample_sizes from chunk c join chunk_run r on r.recording_id = c.recording_id and r.number = c.number where c.recording_id = ? order by c.number, r.track',
    recordingId,
  )
  for (const found of rows) {
    const r = runRow.parse(found)
    chunks[r.number] ??= { payloadBytes: r.payload_bytes, runs: [] }
    chunks[r.number]?.runs.push({
      track: r.track,
      payloadOffset: r.payload_offset,
      sampleTicks: r.sample_ticks,
      sampleSizes: Buffer.from(r.sample_sizes.buffer, r.sample_sizes.byteOffset, r.sample_sizes.byteLength),
    })
  }
  return chunks
}

export function readInit(db: Database, recordingId: string): Buffer | undefined {
  const init = db.get('select init_segment from recording where id = ?', recordingId)?.['init_segment']
  return init instanceof Uint8Array ? Buffer.from(init) : undefined
}

export function keepInit(db: Database, recordingId: string, init: Buffer): void {
  db.run('update recording set init_segment = ? where id = ? and init_segment is null', init, recordingId)
}

export type GapRow = { readonly camera: Input; readonly firstFrame: number; readonly frames: number; readonly cause: string }

/** Adds frames to the gaps of a camera, or of the sound: one that touches the last one of the same cause makes it longer. */
export function addGap(db: Database, recordingId: string, gap: GapRow): void {
  db.transaction(() => {
    const grown = db.run(
      'update gap set frames = max(frames, ? - first_frame) where recording_id = ? and camera = ? and first_frame + frames >= ? and first_frame <= ? and cause = ?',
      gap.firstFrame + gap.frames,
      recordingId,
      gap.camera,
      gap.firstFrame,
      gap.firstFrame,
      gap.cause,
    )
    if (grown === 0)
      db.run(
        'insert or ignore into gap (recording_id, camera, first_frame, frames, cause) values (?, ?, ?, ?, ?)',
        recordingId,
        gap.camera,
        gap.firstFrame,
        gap.frames,
        gap.cause,
      )
  })
}

export function listGaps(db: Database, recordingId: string): GapRow[] {
  const gap = z.object({ camera: z.enum(inputs), first_frame: z.int(), frames: z.int(), cause: z.string() })
  return db
    .all('select camera, first_frame, frames, cause from gap where recording_id = ? order by first_frame, camera', recordingId)
    .map((found) => {
      const r = gap.parse(found)
      return { camera: r.camera, firstFrame: r.first_frame, frames: r.frames, cause: r.cause }
    })
}
