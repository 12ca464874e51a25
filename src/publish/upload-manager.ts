// The publish step of a recording: its body goes to the store chunk by chunk while the match is on; header, confirmation and row come last.
// After the end only the last chunk and the header are left to do, whatever the length. Nothing local is removed here.

import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Database } from '../adapters/sqlite.ts'
import type { Clock } from '../base/clock.ts'
import type { BookendSlot } from '../../config/picture-words.ts'
import { EzrecError, messageOf } from '../base/errors.ts'
import { removeUnfinished } from '../base/files.ts'
import type { Logger } from '../base/logger.ts'
import { filmFrames, type Recording } from '../capture/recording.ts'
import { findRecording, stepStateOf } from '../capture/recording-store.ts'
import { cameras, type Camera } from '../capture/take.ts'
import { chunkFile, listChunks, listGaps, readInit, readLedger, type Chunk, type GapRow } from '../merge/chunk-store.ts'
import { payloadOf, pictureTrack } from '../merge/cmaf.ts'
import { timesBegun } from '../merge/film-encoder.ts'
import { formOf } from '../merge/layouts/layout-of.ts'
import { bookendFrames, bookendLedger, findBookend } from '../merge/branding/bookend-store.ts'
import { listPictureFaults } from '../merge/picture-faults.ts'
import { forgetSmallPictures } from '../merge/preview/small-picture-store.ts'
import { makePoster, posterFile } from '../merge/poster.ts'
import { readBookendPayload } from './film-bookends.ts'
import { headerRoom, progressiveHeader } from './progressive-mp4.ts'
import type { Deposit, FilmStore } from './stores/store.ts'
import { plannedObject } from './planned-object.ts'
import { verdictOf } from './verdict.ts'
import { findVideoOf, noteBody, notePublished, openVideo, restartBody, type Video } from './video.ts'

export type PublishOptions = {
  readonly db: Database
  readonly clock: Clock
  readonly logger: Logger
  readonly store: FilmStore
  readonly recordingsFolder: string
  readonly chunkSeconds: number
  /** The longest booking there may be: an end can move that far, and the header must have room for it. */
  readonly longestMs: number
  /** Of its pictures, at most. */
  readonly maxRateKbps?: number
}

const pollMs = 30

/** What sound and the encoder's short excesses may add to the highest rate of the pictures. */
const soundShare = 1.2

/** Resolves when the film is published, or when the signal aborts. Safe to run again at any time: it goes on where the rows say. */
export async function publishRecording(options: PublishOptions, recordingId: string, signal: AbortSignal): Promise<void> {
  const { db, clock } = options
  const recording = mustFind(db, recordingId)
  const video = findVideoOf(db, recordingId) ?? openVideo(db, plannedObject(options, recording), clock.nowMs())
  await removeUnfinished(path.join(options.recordingsFolder, recording.folder), posterFile) // of a life that was killed
  await removeUnfinished(path.dirname(options.store.pathOf(video.objectKey)), path.basename(posterKey(video)))
  if (video.published || video.removed) return
  const poster = posterOnce(options, recording, video, signal)
  try {
    for (let made: Video | undefined = video; made; made = findVideoOf(db, recordingId)) {
      if ((await uploadOnce(options, recording, made, poster, signal)) !== 'again') return
    }
  } finally {
    await poster.done()
  }
}

/** The body as it grows, then the header. `again`: the row asks for the body anew, from the chunks as they are now. Because the booking was
 *  moved past what the header has room for (the next one was cancelled), or because the film itself was begun anew. */
async function uploadOnce(
  options: PublishOptions,
  recording: Recording,
  video: Video,
  poster: Poster,
  signal: AbortSignal,
): Promise<'over' | 'again'> {
  const { db, clock, store } = options
  const deposit = await store.deposit(video.objectKey, {
    headerBytes: video.headerBytes,
    bodyBytes: video.bodyBytes,
    longestBytes: video.headerBytes + Math.ceil((options.longestMs / 8) * (options.maxRateKbps ?? 0) * soundShare),
    signal,
  })
  try {
    let body = deposit.bodyBytes === video.bodyBytes ? { bytes: video.bodyBytes, chunks: video.bodyChunks } : { bytes: 0, chunks: 0 }
    while (!signal.aborted) {
      const merged = stepStateOf(db, recording.id, 'merge') === 'done' // asked before the chunks are: what was merged is then all there
      const room = roomFor(options, mustFind(db, recording.id))
      const filmBegun = timesBegun(db, recording.id)
      if (room > video.headerBytes || filmBegun !== video.filmBegun) {
        restartBody(db, video.id, Math.max(room, video.headerBytes), filmBegun)
        return 'again'
      }
      for (const chunk of listChunks(db, recording.id, body.chunks)) {
        if (body.bytes === 0) body = await appendBookend(options, recording, video, { deposit, body }, 'intro')
        await deposit.append(await readPayload(path.join(options.recordingsFolder, recording.folder), chunk))
        body = { bytes: body.bytes + chunk.payloadBytes, chunks: chunk.number + 1 }
        noteBody(db, video.id, body, clock.nowMs())
        poster.make(chunk.number)
      }
      if (merged) {
        await finish(options, recording, video, { deposit, body })
        return 'over'
      }
      await clock.sleep(pollMs, signal)
    }
    return 'over'
  } finally {
    await deposit.close()
  }
}

type Body = { readonly bytes: number; readonly chunks: number }

/** The body with the intro or the outro behind what it holds, or as it was when the film has none. */
async function appendBookend(
  options: PublishOptions,
  recording: Recording,
  video: Video,
  { deposit, body }: { readonly deposit: Deposit; readonly body: Body },
  slot: BookendSlot,
): Promise<Body> {
  const payload = await readBookendPayload(options, recording.id, path.join(options.recordingsFolder, recording.folder), slot)
  if (!payload) return body
  await deposit.append(payload)
  const grown = { ...body, bytes: body.bytes + payload.length }
  noteBody(options.db, video.id, grown, options.clock.nowMs())
  return grown
}

/** A chunk's samples, if its file is still what was verified. */
async function readPayload(folder: string, chunk: Chunk): Promise<Buffer> {
  const file = await readFile(path.join(folder, chunkFile(chunk.number)))
  if (createHash('sha256').update(file).digest('hex') !== chunk.sha256)
    throw new EzrecError('media_unreadable', `chunk ${chunk.number} is not what was written`, {
      hint: 'check the disk: the footage is still in the segments',
      facts: { chunk: chunk.number },
    })
  return payloadOf(file)
}

/** Header room for the recording as it stands. */
function roomFor({ db, chunkSeconds }: PublishOptions, { id, startsAtMs, endsAtMs, fps, sound }: Recording): number {
  const { intro, outro } = bookendFrames(db, id)
  return headerRoom((endsAtMs - startsAtMs) / 1_000 + (intro + outro) / fps, fps, chunkSeconds, { sound })
}

/** Header from the ledger's rows alone, then the store's word, then ours. */
async function finish(
  options: PublishOptions,
  { id }: Recording,
  video: Video,
  { deposit, body }: { readonly deposit: Deposit; readonly body: Body },
): Promise<void> {
  const { db, clock, store } = options
  const init = readInit(db, id)
  const chunks = readLedger(db, id)
  if (!init || chunks.length === 0) {
    await store.discard(video.objectKey) // the step fails for good: nothing would ever go on with this body
    forgetSmallPictures(db, id)
    throw new EzrecError('camera_missing', 'there is nothing to publish', {
      hint: 'no camera gave a picture: look at the gaps of this recording',
      facts: { recording: id },
    })
  }
  const frames = chunks.reduce(
    (sum, chunk) => sum + (chunk.runs.find(({ track }) => track === pictureTrack)?.sampleSizes.length ?? 0) / 4,
    0,
  )
  const gaps = listGaps(db, id)
  if (cameras.every((camera) => missingFrames(gaps, camera) >= frames)) {
    await store.discard(video.objectKey)
    forgetSmallPictures(db, id)
    throw new EzrecError('camera_missing', 'no camera gave a picture in this booking', {
      hint: 'run ./ezrec cameras test and look at the causes told in recording.json',
      facts: { recording: id },
    })
  }
  const recording = mustFind(db, id)
  const intro = findBookend(db, id, 'intro')
  const withoutOutro = (intro?.payloadBytes ?? 0) + chunks.reduce((sum, chunk) => sum + chunk.payloadBytes, 0)
  if (body.bytes === withoutOutro) await appendBookend(options, recording, video, { deposit, body }, 'outro')
  const outro = findBookend(db, id, 'outro')
  const whole = [...bookendLedger(intro), ...chunks, ...bookendLedger(outro)]
  const { bytes, objectKey } = await deposit.finish(progressiveHeader(init, whole, video.headerBytes))
  const verdict = verdictOf({
    fps: recording.fps,
    framesExpected: filmFrames(recording),
    framesDecoded: frames,
    pictureTicks: chunks.flatMap(({ runs }) => runs.filter(({ track }) => track === pictureTrack).map(({ sampleTicks }) => sampleTicks)),
    gaps,
    pictureFaults: listPictureFaults(db, id),
    isInterrupted: isInterrupted(db, recording.bookingId),
  })
  notePublished(
    db,
    video,
    {
      ...formOf(recording).canvas,
      fps: recording.fps,
      frames: (intro?.frames ?? 0) + frames + (outro?.frames ?? 0),
      bytes,
      status: verdict.partialBecause.length > 0 ? 'partial' : 'complete',
    },
    clock.nowMs(),
    { objectKey, verdict },
  )
}

const missingFrames = (gaps: readonly GapRow[], camera: Camera): number =>
  gaps.filter((gap) => gap.camera === camera).reduce((sum, gap) => sum + gap.frames, 0)

const isInterrupted = (db: Database, bookingId: string): boolean =>
  typeof db.get('select interrupted_at_ms from booking where id = ?', bookingId)?.['interrupted_at_ms'] === 'number'

const posterKey = ({ objectKey }: Video): string => objectKey.replace(/\.mp4$/, '.jpg')

type Poster = { make(chunk: number): void; done(): Promise<void> }

/** The poster is made beside the film, from the first chunk that comes; trouble with it is told and goes no further. */
function posterOnce(options: PublishOptions, recording: Recording, video: Video, signal: AbortSignal): Poster {
  const { logger, store } = options
  let made: Promise<void> | undefined
  const make = async (chunk: number): Promise<void> => {
    const file = await makePoster(path.join(options.recordingsFolder, recording.folder), chunk, 1280, signal)
    await store.put(posterKey(video), await readFile(file))
  }
  return {
    make: (chunk) => {
      made ??= make(chunk).catch((error: unknown) => logger.warn({ recording: recording.id, err: error }, `no poster: ${messageOf(error)}`))
    },
    done: async () => made,
  }
}

function mustFind(db: Database, recordingId: string): Recording {
  const found = findRecording(db, recordingId)
  if (!found) throw new EzrecError('not_found', 'there is no such recording', { hint: 'nothing to do', facts: { recording: recordingId } })
  return found
}
