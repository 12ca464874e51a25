// One life of the merge of a recording: from the last chunk on, frame by frame, until the film's end. Any trouble ends the life;
// the next one goes on from the chunks that stand. Never touches capture and never counts frames to pair them.

import type { EncodeOptions } from '../adapters/ffmpeg.ts'
import type { Database } from '../adapters/sqlite.ts'
import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import type { SegmentLog } from '../capture/segment-log.ts'
import { cameras, type Camera } from '../capture/take.ts'
import { openPictureWatch, samplePicture, type PictureWatch } from '../check/picture-health.ts'
import type { FilmGrid } from '../check/timeline.ts'
import { drawCard } from './card.ts'
import { mergedUntil, type GapRow } from './chunk-store.ts'
import { startEncoder, type Encoder } from './encoder.ts'
import { landPieces } from './land-pieces.ts'
import type { Layout } from './layouts/canvas.ts'
import { notePictureFault } from './picture-faults.ts'
import { pictureBytes, type PictureSize } from './picture.ts'
import { openTrackReader, type Shown, type TrackReader } from './track-reader.ts'

export type FollowerOptions = {
  readonly db: Database
  readonly clock: Clock
  readonly logger: Logger
  readonly log: SegmentLog
  readonly recordingId: string
  /** Absolute: the recording's folder. */
  readonly folder: string
  readonly grid: FilmGrid
  readonly camera: PictureSize
  readonly layout: Layout
  readonly encode: EncodeOptions
  /** Frames of the film as it stands now: it moves when the booking's end does. */
  readonly frames: () => number
}

/** Resolves when every frame of the film stands in a verified chunk. */
export async function followOnce(options: FollowerOptions, signal: AbortSignal): Promise<void> {
  const from = mergedUntil(options.db, options.recordingId)
  if (from.frames >= options.frames()) return
  const life = new AbortController()
  const lifeSignal = AbortSignal.any([signal, life.signal])
  const open = (camera: Camera): TrackReader =>
    openTrackReader({ ...options, camera, size: options.camera, fromFrame: from.frames, signal: lifeSignal })
  const readers = { left: open('left'), right: open('right') }
  const encoder = await startEncoder(options.encode)
  const missing: GapRow[] = []
  try {
    const landed = landPieces(encoder, { ...options, from, missing, signal: lifeSignal })
    const composed = composeFilm(options, readers, encoder, from.frames, missing)
    await Promise.all([composed, landed].map((part) => part.catch((error: unknown) => endLife(life, error))))
  } finally {
    life.abort()
    await Promise.all([encoder.close(), ...cameras.map((camera) => readers[camera].close())])
  }
}

/** The first trouble is the one that is told; the rest follows from it. */
function endLife(life: AbortController, error: unknown): never {
  life.abort(error)
  throw error
}

async function composeFilm(
  options: FollowerOptions,
  readers: Readonly<Record<Camera, TrackReader>>,
  encoder: Encoder,
  from: number,
  missing: GapRow[],
): Promise<void> {
  const { layout, frames } = options
  const canvases = [0, 1].map(() => Buffer.alloc(pictureBytes(layout.canvas)))
  const cards = openCards(options.camera)
  const watches = { left: openPictureWatch(options.encode.fps), right: openPictureWatch(options.encode.fps) }
  const told = { left: openTelling('left', options.encode.fps), right: openTelling('right', options.encode.fps) }
  let written: Promise<void> = Promise.resolve()
  for (let frame = from; frame < frames(); frame += 1) {
    const [left, right] = await Promise.all([readers.left.at(frame), readers.right.at(frame)])
    for (const [camera, shown] of [
      ['left', left],
      ['right', right],
    ] as const) {
      missing.push(...told[camera].of(frame, shown))
      if (frame % options.encode.fps === 0) lookAt(options, watches[camera], camera, frame, shown)
    }
    const canvas = canvases[frame % 2]
    if (!canvas) continue
    layout.compose({ left: cards.pictureOf('left', left), right: cards.pictureOf('right', right) }, canvas)
    await written
    written = encoder.write(canvas)
    written.catch(() => undefined) // told by the await of the next turn
  }
  await written
  encoder.end()
}

/** Once a second: whether the camera shows anything. */
function lookAt(
  { db, clock, logger, recordingId, camera: size }: FollowerOptions,
  watch: PictureWatch,
  camera: Camera,
  frame: number,
  shown: Shown,
): void {
  if (shown.is === 'missing') return watch.miss()
  const stretch = watch.see(frame, samplePicture(shown.data, size.width, size.height))
  if (!stretch) return
  try {
    notePictureFault(db, recordingId, { camera, ...stretch }, clock.nowMs())
  } catch (error) {
    logger.warn({ recording: recordingId, camera, err: error }, 'a suspicion could not be noted') // the film is worth more
  }
}

/** The camera's picture, or the card that stands for it. */
function openCards(size: PictureSize): { pictureOf(camera: Camera, shown: Shown): Buffer } {
  const drawn = new Map<string, Buffer>()
  return {
    pictureOf: (camera, shown) => {
      if (shown.is !== 'missing') return shown.data
      const key = `${camera} ${shown.cause}`
      const card = drawn.get(key) ?? drawCard(size, camera, shown.cause)
      drawn.set(key, card)
      return card
    },
  }
}

/** A picture shown twice now and then keeps a camera's clock in step with the film; more than this a second are pictures that were lost. */
const repeatsASecond = 2

/** What is told of a camera's missing frames: those without a picture, and those that repeat one when they are many. */
function openTelling(camera: Camera, fps: number): { of(frame: number, shown: Shown): GapRow[] } {
  let repeats: number[] = []
  return {
    of: (frame, shown) => {
      if (shown.is === 'missing') return [{ camera, firstFrame: frame, frames: 1, cause: shown.cause }]
      if (shown.is === 'picture') return []
      repeats = [...repeats.filter((each) => each > frame - fps), frame]
      return repeats.length > repeatsASecond ? [{ camera, firstFrame: frame, frames: 1, cause: 'frames-dropped' }] : []
    },
  }
}
