// One life of the merge of a recording: from the last chunk on, frame by frame, until the film's end. Any trouble ends the life;
// the next one goes on from the chunks that stand. Never touches capture and never counts frames to pair them.

import type { Turn } from '../../config/picture-words.ts'
import type { EncodeOptions } from '../adapters/ffmpeg.ts'
import type { Database } from '../adapters/sqlite.ts'
import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import { soundForm } from '../capture/drivers/sound-arguments.ts'
import type { SegmentLog } from '../capture/segment-log.ts'
import { cameras, type Camera } from '../capture/take.ts'
import type { FilmGrid } from '../check/timeline.ts'
import type { FilmScore } from './branding/film-score.ts'
import { drawCard } from './card.ts'
import { decodeTimes, mergedUntil } from './chunk-store.ts'
import { startEncoder, type Encoder } from './encoder.ts'
import { lastExposure } from './exposure-store.ts'
import type { FilmCalibration } from './film-calibration.ts'
import { openFilmExposure, type ExposureNote, type FilmExposure } from './film-exposure.ts'
import { landPieces, type LandPiecesOptions } from './land-pieces.ts'
import { openFilmWatch } from './film-watch.ts'
import type { Layout } from './layouts/canvas.ts'
import { openPace, type Pace } from './pace.ts'
import { pictureBytes, turnedSize, type PictureSize } from './picture.ts'
import { openSmallPictures } from './preview/small-pictures.ts'
import type { FilmRig, FilmRigOptions } from './rig/film-rig.ts'
import type { FilmSync } from './sync/film-sync.ts'
import { openRecordingSync } from './sync/recording-sync.ts'
import { openFilmSound, type FilmSound } from './sound/film-sound.ts'
import { soundTrack } from './sound/sound-track.ts'
import { decodedPictures } from './framed-pictures.ts'
import { openTelling } from './missing-frames.ts'
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
  /** Of both cameras, before they are turned. */
  readonly camera: PictureSize
  readonly turns: Readonly<Record<Camera, Turn>>
  /** The film has a track of sound. */
  readonly sound: boolean
  readonly layout: Layout
  /** Of the pictures as they are turned: the cameras are then brought in step by what both see. */
  readonly calibration?: FilmCalibration | undefined
  /** An eye on the rig: ends this life where the film is to be drawn otherwise. */
  readonly openRig?: ((onNote: FilmRigOptions['onNote']) => FilmRig) | undefined
  readonly encode: EncodeOptions
  /** A text that stands on the film. */
  readonly score?: Pick<FilmScore, 'drawOn'> | undefined
  /** Frames of the film as it stands now: it moves when the booking's end does. */
  readonly frames: () => number
  readonly encoderProgram?: string | undefined // ffmpeg, unless it says otherwise
  /** Whether the board is hot or slows itself down; never, where nobody looks. */
  readonly isStrained?: (() => boolean) | undefined
}

/** Resolves when every frame of the film stands in a verified chunk, or when the frames to come are to be drawn otherwise. */
export async function followOnce(options: FollowerOptions, signal: AbortSignal): Promise<void> {
  const from = mergedUntil(options.db, options.recordingId)
  if (from.frames >= options.frames()) return
  const life = new AbortController()
  const lifeSignal = AbortSignal.any([signal, life.signal])
  const open = (camera: Camera, fromFrame: number): TrackReader =>
    openTrackReader({
      ...options,
      camera,
      read: decodedPictures(options.camera, options.turns[camera]),
      fromFrame,
      signal: lifeSignal,
    })
  const told: Told = { missing: [], shown: [], synced: [], exposed: [], small: [], looked: [] }
  const rig = options.openRig?.((look) => void told.looked.push(look))
  const sync = await openSync(options, open, told, lifeSignal)
  const readers = { left: open('left', from.frames), right: open('right', from.frames + (sync?.shift ?? 0)) }
  const sound = options.sound ? openSound(options, lifeSignal) : undefined
  const pace = openPace(options.encode.preset, { fixed: options.encode.qp !== undefined || options.encode.encoder === 'v4l2m2m' })
  const compose = openComposer(options, readers, told, { sync, eyes: [sync, rig] }, from.frames)
  try {
    for (let at = from; at.frames < options.frames(); at = mergedUntil(options.db, options.recordingId)) {
      if (at.frames > from.frames && rig?.turnsAt(at.frames) === true) return
      const encoder = await startEncoder({ ...options.encode, preset: pace.preset }, options.encoderProgram)
      try {
        const landed = landPieces(encoder, { ...options.encode, ...options, ...told, from: at, sound, signal: lifeSignal })
        const composed = composeStretch(options, compose, encoder, { pace, rig }, at.frames)
        await Promise.all([composed, landed].map((part) => part.catch((error: unknown) => endLife(life, error))))
      } finally {
        await encoder.close()
      }
    }
  } finally {
    life.abort()
    await Promise.all([...cameras.map((camera) => readers[camera].close()), sound?.close()])
  }
}

/** Nothing is measured without a calibration. */
function openSync(
  options: FollowerOptions,
  open: (camera: Camera, fromFrame: number) => TrackReader,
  { synced }: Told,
  signal: AbortSignal,
): Promise<FilmSync | undefined> {
  const { calibration, encode } = options
  const size = { left: sizeOf(options, 'left'), right: sizeOf(options, 'right') }
  return openRecordingSync({ ...options, calibration, size, fps: encode.fps, onNote: (note) => void synced.push(note), signal }, open)
}

/** From the first unit that no chunk holds. */
function openSound(options: FollowerOptions, signal: AbortSignal): FilmSound {
  const ticks = decodeTimes(options.db, options.recordingId).get(soundTrack) ?? 0
  return openFilmSound({ ...options, fromUnit: Math.round(ticks / soundForm.unitSamples), signal })
}

/** The first trouble is the one that is told; the rest follows from it. */
function endLife(life: AbortController, error: unknown): never {
  life.abort(error)
  throw error
}

/** Frame by frame until the film's end, or until a chunk after which another preset, or another drawing, is to go on. */
async function composeStretch(
  { clock, grid, encode, frames, isStrained, logger, recordingId }: FollowerOptions,
  compose: Compose,
  encoder: Encoder,
  { pace, rig }: { readonly pace: Pace; readonly rig: FilmRig | undefined },
  from: number,
): Promise<void> {
  let written: Promise<void> = Promise.resolve()
  let frame = from
  for (; frame < frames(); frame += 1) {
    const place = (frame - from) % encode.chunkFrames
    const lagSeconds = (clock.nowMs() - grid.startsAtMs) / 1_000 - frame / encode.fps
    if (frame > from && place === 0 && rig?.turnsAt(frame) === true) break
    if (frame > from && place === 0 && pace.judge(frame / encode.fps, lagSeconds, isStrained?.())) {
      logger.warn({ recording: recordingId, preset: pace.preset, lagSeconds }, 'the merge goes on with another preset')
      break
    }
    const canvas = await compose.draw(frame, place === 0)
    if (place === encode.chunkFrames - 1) compose.end(frame)
    await written
    written = encoder.write(canvas)
    written.catch(() => undefined) // told by the await of the next turn
  }
  await written
  if (frame >= frames()) compose.endFilm(frame)
  if ((frame - from) % encode.chunkFrames !== 0) compose.end(frame - 1) // the film's end, as it stands now, lies within a chunk
  encoder.end()
}

/** What the cameras gave to the frames that were composed, until their chunk has landed. */
type Told = Required<Pick<LandPiecesOptions, 'missing' | 'shown' | 'synced' | 'exposed' | 'small' | 'looked'>>

type Compose = {
  /** A frame of the film; whether a chunk begins with it. */
  draw(frame: number, isFirst: boolean): Promise<Buffer>
  /** With this frame its chunk ends: what was seen in it is told before it lands. */
  end(frame: number): void
  /** The film's end, as it stands now, lies before this frame. */
  endFilm(frames: number): void
}

/** Composes one frame after the other; a canvas may be drawn on again when the next but one is asked for. */
function openComposer(
  options: FollowerOptions,
  readers: Readonly<Record<Camera, TrackReader>>,
  { missing, shown: given, exposed, small }: Told,
  { sync, eyes }: { readonly sync: FilmSync | undefined; readonly eyes: readonly (FilmSync | FilmRig | undefined)[] },
  fromFrame: number,
): Compose {
  const { layout, encode } = options
  const [even, odd] = layout.canvases ?? []
  const canvases = [even ?? Buffer.alloc(pictureBytes(layout.canvas)), odd ?? Buffer.alloc(pictureBytes(layout.canvas))] as const
  const cards = openCards((camera) => layout.cardSize?.(camera) ?? sizeOf(options, camera))
  const watch = openFilmWatch({ ...options, fps: encode.fps, fromFrame, sizeOf: (camera) => sizeOf(options, camera) })
  const exposure = openExposure(options, exposed)
  const pictures = openSmallPictures({
    canvas: layout.canvas,
    fps: encode.fps,
    onTrouble: (err, frame) => options.logger.error({ err, frame }, 'no small pictures of this film: it goes on without them'),
    onPicture: (each) => void small.push(each),
  })
  const gaps = { left: openTelling('left', encode.fps), right: openTelling('right', encode.fps) }
  const draw = async (frame: number, isFirst: boolean): Promise<Buffer> => {
    if (isFirst) for (const eye of eyes) eye?.begin(frame)
    if (isFirst) exposure?.begin(frame, encode.chunkFrames)
    const [left, right] = await Promise.all([readers.left.at(frame), readers.right.at(frame + (sync?.shift ?? 0))])
    for (const eye of eyes) eye?.see({ left, right })
    for (const [camera, shown] of [
      ['left', left],
      ['right', right],
    ] as const) {
      missing.push(...gaps[camera].of(frame, shown))
      given.push({ camera, frame, is: shown.is })
      watch.see(camera, frame, shown)
    }
    exposure?.see({ left: newOf(left), right: newOf(right) })
    if (exposure) layout.expose?.({ right: exposure.at(frame) })
    const canvas = canvases[frame % 2 === 0 ? 0 : 1]
    const lost = { left: left.is === 'missing', right: right.is === 'missing' }
    layout.compose({ left: cards.pictureOf('left', left), right: cards.pictureOf('right', right) }, canvas, lost)
    await options.score?.drawOn(canvas, frame, layout.canvas)
    pictures.see(frame, canvas, Number(lost.left) + Number(lost.right))
    return canvas
  }
  return {
    draw,
    end: (frame) => [...eyes, exposure].forEach((each) => each?.end(frame)),
    endFilm: watch.end,
  }
}

/** Of a panorama: both pictures are brought to one light. */
function openExposure(
  { db, recordingId, layout, calibration, encode }: FollowerOptions,
  exposed: ExposureNote[],
): FilmExposure | undefined {
  if (!layout.expose || !calibration) return undefined
  const last = lastExposure(db, recordingId)
  return openFilmExposure({ calibration, fps: encode.fps, last, onNote: (note) => void exposed.push(note) })
}

const newOf = (shown: Shown): Buffer | undefined => (shown.is === 'picture' ? shown.data : undefined)

const sizeOf = ({ camera: size, turns }: FollowerOptions, camera: Camera): PictureSize => turnedSize(size, turns[camera].rotation)

/** The camera's picture, or the card that stands for it. */
function openCards(size: (camera: Camera) => PictureSize): { pictureOf(camera: Camera, shown: Shown): Buffer } {
  const drawn = new Map<string, Buffer>()
  return {
    pictureOf: (camera, shown) => {
      if (shown.is !== 'missing') return shown.data
      const key = `${camera} ${shown.cause}`
      const card = drawn.get(key) ?? drawCard(size(camera), camera, shown.cause)
      drawn.set(key, card)
      return card
    },
  }
}
