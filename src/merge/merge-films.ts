// Two finished films become one, by the same layout, encode and checks as a live merge: one pass, nothing kept between but what is given out.
// Never writes a file: the caller's sink does. Never waits for a film that is over: its half shows a card until the other one ends.

import type { Turn } from '../../config/picture-words.ts'
import type { EncodeOptions } from '../adapters/ffmpeg.ts'
import { EzrecError } from '../base/errors.ts'
import type { Camera } from '../capture/take.ts'
import { drawCard } from './card.ts'
import { payloadOf, picturesIn, readFragment, type Run } from './cmaf.ts'
import { startEncoder, type Encoder } from './encoder.ts'
import type { FilmCalibration } from './film-calibration.ts'
import { openFilmExposure } from './film-exposure.ts'
import type { FilmFacts } from './film-facts.ts'
import { openFilmReader, type FilmPicture, type FilmReader } from './film-reader.ts'
import { openFilmTelling, type FilmTelling, type ToldFilms } from './film-telling.ts'
import type { Rate } from './film-timing-policy.ts'
import type { Layout } from './layouts/canvas.ts'
import { pictureBytes, turnedSize, type PictureSize } from './picture.ts'
import type { FilmSound } from './sound/film-sound.ts'
import { addSound, addSoundTrack, silentUnit } from './sound/sound-track.ts'
import type { FilmDrift } from './sync/film-drift.ts'
import type { FilmOffset } from './sync/film-offset.ts'
import type { FilmOpening } from './sync/film-opening.ts'
import { openVerifier, type Verifier } from './verifier.ts'

/** Where the merged film goes, in order. */
export type FilmSink = {
  init(init: Buffer): Promise<void>
  /** A chunk of which every picture was decoded: its samples end to end, and where each stands. */
  chunk(payload: Buffer, runs: readonly Run[]): Promise<void>
}

export type MergeFilmsOptions = {
  readonly films: Readonly<Record<Camera, FilmFacts>>
  /** Of the merged film. */
  readonly rate: Rate
  readonly turns: Readonly<Record<Camera, Turn>>
  /** For the films as they are when turned. */
  readonly layout: Layout
  /** By how many frames of the merged film the right one lags the left one: its pictures are taken so much later. */
  readonly shift: number
  /** Through the film it may become another one: two clocks run apart. */
  readonly drift?: FilmDrift | undefined
  /** Asked when it has seen enough whether that shift is right. */
  readonly opening?: FilmOpening | undefined
  /** Of a panorama: both pictures are brought to one light. */
  readonly calibration?: FilmCalibration | undefined
  /** Of a film with sound: that of one of the two. */
  readonly sound?: FilmSound | undefined
  readonly encode: Pick<EncodeOptions, 'preset' | 'crf' | 'maxRateKbps' | 'qp' | 'chunkFrames'>
  readonly sink: FilmSink
  /** A canvas with all that the layout draws, before it is encoded: more may be drawn on it; `lost`: cameras that are a card in it. */
  readonly onCanvas?: ((frame: number, canvas: Buffer, lost: number) => void) | undefined
  readonly onFrame: (frames: number) => void
  /** The init segment with the first chunk, once it was decoded. */
  readonly onFirstChunk?: ((film: Buffer) => void) | undefined
}

/** `isPlaced` is false when the opening wants another shift: what the sink was given is then of no use. */
export type MergedFilms = ToldFilms & {
  readonly frames: number
  readonly isPlaced: boolean
  /** What the decoder of each film complained of. */
  readonly complaints: Readonly<Partial<Record<Camera, string | undefined>>>
}

/** Resolves when all frames are in the sink. Errors: media_unreadable, upstream_unavailable, and the sink's own. */
export async function mergeFilms(options: MergeFilmsOptions, signal: AbortSignal): Promise<MergedFilms> {
  const { films, rate, turns, layout, encode } = options
  const open = (camera: Camera): Promise<FilmReader> =>
    openFilmReader(films[camera], rate, turns[camera], layout.pictures?.[camera].slice(1))
  await using children = new AsyncDisposableStack() // what was started ends, also where the next one cannot be
  const kept = <T extends { close(): Promise<void> }>(child: T): T => children.adopt(child, (each) => each.close())
  const readers = { left: kept(await open('left')), right: kept(await open('right')) }
  const encoder = kept(await startEncoder({ ...encode, ...layout.canvas, fps: rate.num / rate.den }))
  const end = async (): Promise<void> => void (await Promise.all([encoder.close(), readers.left.close(), readers.right.close()]))
  const stopped = (): EzrecError => new EzrecError('canceled', 'the merge was stopped', { hint: 'nothing was written' })
  if (signal.aborted) throw stopped() // nobody would be told of it any more
  signal.addEventListener('abort', end, { once: true })
  const size = (camera: Camera): PictureSize => turnedSize(films[camera], turns[camera].rotation)
  const telling = openFilmTelling({
    fps: rate.num / rate.den,
    size: { left: size('left'), right: size('right') },
    startsAt: { left: 0, right: -options.shift },
  })
  let trouble: unknown
  let isMisplaced = false
  const pass = async (): Promise<number> => {
    const frames = await compose(options, readers, { encoder, telling })
    isMisplaced = frames === undefined && trouble === undefined
    if (frames === undefined) await end()
    return frames ?? -1
  }
  // The first trouble is the one that is told; closing ends the other part, whose trouble only follows from it.
  const fail = async (error: unknown): Promise<number> => {
    trouble ??= error
    await end()
    return -1
  }
  try {
    const [composed, landed] = await Promise.all([pass().catch(fail), land(options, encoder, telling).catch(fail)])
    if (signal.aborted) throw stopped()
    const complaints = { left: readers.left.complaint(), right: readers.right.complaint() }
    if (isMisplaced) return { ...telling.told(), frames: 0, isPlaced: false, complaints }
    if (trouble !== undefined) throw trouble
    if (landed !== composed)
      throw new EzrecError('internal', `${composed} frames went into the encoder, ${landed} came out`, { hint: 'report this' })
    return { ...telling.told(), frames: landed, isPlaced: true, complaints }
  } finally {
    signal.removeEventListener('abort', end)
  }
}

/** `undefined` when the opening wants another shift. */
async function compose(
  { films, rate, turns, layout, shift, drift, opening, calibration, encode, onCanvas, onFrame }: MergeFilmsOptions,
  readers: Readonly<Record<Camera, FilmReader>>,
  { encoder, telling }: { readonly encoder: Encoder; readonly telling: FilmTelling },
): Promise<number | undefined> {
  const canvases = layout.canvases ?? [0, 1].map(() => Buffer.alloc(pictureBytes(layout.canvas)))
  const cards = openFilmCards((camera) => layout.cardSize?.(camera) ?? turnedSize(films[camera], turns[camera].rotation))
  const exposure =
    layout.expose && calibration
      ? openFilmExposure({ calibration, fps: rate.num / rate.den, last: undefined, onNote: () => undefined })
      : undefined
  let written: Promise<void> = Promise.resolve()
  let frame = 0
  const isRightShift = async (): Promise<boolean> => opening === undefined || shiftOf(await opening.offset(), rate) === shift
  for (; ; frame += 1) {
    if (frame === opening?.frames && !(await isRightShift())) return undefined
    const place = frame % encode.chunkFrames
    if (place === 0) drift?.begin(frame)
    const [left, right] = await Promise.all([readers.left.at(frame), at(readers.right, frame + (drift?.shift ?? shift))])
    if (left.is === 'ended' && right.is === 'ended') break
    telling.see(frame, { left, right })
    const canvas = canvases[frame % 2]
    if (!canvas) continue
    if (frame < (opening?.frames ?? 0)) opening?.see(frame, { left: newOf(left), right: newOf(right) })
    drift?.see(frame, { left, right })
    if (place === 0) exposure?.begin(frame, encode.chunkFrames)
    exposure?.see({ left: newOf(left), right: newOf(right) })
    if (exposure) layout.expose?.({ right: exposure.at(frame) })
    if (place === encode.chunkFrames - 1) {
      exposure?.end(frame)
      drift?.end(frame)
    }
    const lost = { left: isLost(left), right: isLost(right) }
    layout.compose({ left: cards('left', left), right: cards('right', right) }, canvas, lost)
    onCanvas?.(frame, canvas, Number(lost.left) + Number(lost.right))
    await written
    written = encoder.write(canvas)
    written.catch(() => undefined) // told by the await of the next turn
    onFrame(frame + 1)
  }
  await written
  if (frame < (opening?.frames ?? 0) && !(await isRightShift())) return undefined
  encoder.end()
  return frame
}

/** By how many frames of the merged film the right one is taken later; films that nothing tells of are taken to begin together. */
export const shiftOf = (offset: FilmOffset, { num, den }: Rate): number =>
  offset.is === 'measured' ? Math.round((offset.offsetMs * num) / (den * 1_000)) : 0

const newOf = (shown: FilmPicture): Buffer | undefined => (shown.is === 'picture' ? shown.data : undefined)

/** A film that had not begun shows its card. */
const at = (reader: FilmReader, frame: number): Promise<FilmPicture> | FilmPicture => (frame < 0 ? { is: 'hole' } : reader.at(frame))

const isLost = (shown: FilmPicture): boolean => shown.is === 'hole' || shown.is === 'ended'

/** The film's picture, or the card that stands for it. */
function openFilmCards(size: (camera: Camera) => PictureSize): (camera: Camera, shown: FilmPicture) => Buffer {
  const drawn = new Map<string, Buffer>()
  return (camera, shown) => {
    if (shown.is === 'picture' || shown.is === 'repeat') return shown.data
    const cause = shown.is === 'ended' ? 'film-ended' : 'frames-dropped'
    const card = drawn.get(camera + cause) ?? drawCard(size(camera), camera, cause)
    drawn.set(camera + cause, card)
    return card
  }
}

/** Takes the encoder's pieces to the sink, each with its sound and decoded first. */
async function land({ sink, sound, onFirstChunk }: MergeFilmsOptions, encoder: Encoder, telling: FilmTelling): Promise<number> {
  let verifier: Verifier | undefined
  let init = Buffer.alloc(0)
  let frames = 0
  const decodes = async (fragment: Buffer, pictures: number): Promise<boolean> => (await verifier?.count(fragment)) === pictures
  /** With silence where it is the sound that does not decode; if it is a picture, that fails, too. */
  const withSound = async (fragment: Buffer, pictures: number): Promise<Buffer | undefined> => {
    if (!sound) return (await decodes(fragment, pictures)) ? fragment : undefined
    const [from, end] = [sound.unitAt(frames), sound.unitAt(frames + pictures)]
    const { units, gaps } = await sound.between(from, end)
    const whole = addSound(fragment, units)
    if (await decodes(whole, pictures)) {
      telling.miss(gaps)
      return whole
    }
    telling.miss(sound.damaged(from, end))
    const silent = addSound(
      fragment,
      units.map(() => silentUnit),
    )
    return (await decodes(silent, pictures)) ? silent : undefined
  }
  try {
    for await (const piece of encoder.pieces()) {
      if (piece.is === 'init') {
        init = Buffer.from(sound ? addSoundTrack(piece.bytes) : piece.bytes)
        await sink.init(init)
        verifier = openVerifier(init)
        continue
      }
      const { runs, firstIsKey } = readFragment(piece.bytes)
      const pictures = picturesIn({ runs })
      const chunk = firstIsKey && pictures > 0 ? await withSound(piece.bytes, pictures) : undefined
      if (!chunk)
        throw new EzrecError('media_unreadable', `after frame ${frames} the encoder gave a chunk that does not decode`, {
          hint: 'try again; if it happens again, look at the memory of this machine',
          facts: { pictures },
        })
      if (frames === 0) onFirstChunk?.(Buffer.concat([init, chunk]))
      await sink.chunk(payloadOf(chunk), readFragment(chunk).runs)
      frames += pictures
    }
  } finally {
    await verifier?.close()
  }
  return frames
}
