// The sound of a film as it is needed chunk by chunk: access units on a grid of their own from the film's first instant, as they were captured.
// Never holds the film up: what does not come in time is silence, and told. Never encodes: a unit is copied or left out.

import type { Clock } from '../../base/clock.ts'
import type { Logger } from '../../base/logger.ts'
import { soundForm } from '../../capture/drivers/sound-arguments.ts'
import type { SegmentLog } from '../../capture/segment-log.ts'
import type { FilmGrid, PlacedSegment } from '../../check/timeline.ts'
import type { GapRow } from '../chunk-store.ts'
import { openPlacement, type FramedPicture, type FramedPicturesOptions } from '../framed-pictures.ts'
import { feedTake } from '../take-feed.ts'
import { openTrackReader, type Shown } from '../track-reader.ts'
import { silentUnit, unitsPerSecond } from './sound-track.ts'
import { readSoundUnits } from './sound-units.ts'

export type FilmSound = {
  /** The first unit that begins at or after a frame of the film. */
  unitAt(frame: number): number
  /** Units `[from, end)` of the film, silent ones where there is no sound, and the film's frames that lack it. In growing order. */
  between(from: number, end: number): Promise<{ readonly units: readonly Buffer[]; readonly gaps: readonly GapRow[] }>
  /** The gap to tell when units `[from, end)` do not decode. */
  damaged(from: number, end: number): readonly GapRow[]
  close(): Promise<void>
}

export type FilmSoundOptions = {
  readonly grid: FilmGrid
  /** The first unit that will be asked for. */
  readonly fromUnit: number
  readonly log: SegmentLog
  readonly clock: Clock
  readonly logger: Logger
  readonly signal: AbortSignal
}

/** From the first sample that a unit plays until the unit can arrive: the encoder's priming of one unit, the unit itself, and the one that
 *  it looks ahead. Microseconds. Source: FFmpeg, libavcodec/aacenc.c. */
const encoderDelayUs = (3 * soundForm.unitSamples * 1e6) / soundForm.sampleRate

/** A hole of one or two units is the clock of the microphone against ours: the unit before it is heard twice. */
export const longestRepeat = 2

/** The encoder makes four bytes of samples that are all zero (now and then 21, to say who it is), and over two hundred of the faintest noise: no microphone that is on is so still. */
const stillBytes = 32

/** So long, and it is told as silent: a muted one. */
const stillUnits = 10 * unitsPerSecond

/** A microphone that hangs is ended by its own chain sooner than this. */
const patienceMs = 5_000

/** The film's grid in units of sound: a unit stands where its samples were captured. */
export const soundGridOf = (grid: FilmGrid): FilmGrid => ({
  ...grid,
  originUs: grid.originUs + encoderDelayUs,
  startsAtMs: grid.startsAtMs + encoderDelayUs / 1_000, // by which takes of another boot are placed
  fps: unitsPerSecond,
})

export function openFilmSound({ grid, fromUnit, ...options }: FilmSoundOptions): FilmSound {
  const soundGrid = soundGridOf(grid)
  const reader = openTrackReader({
    ...options,
    camera: 'sound',
    grid: soundGrid,
    fromFrame: fromUnit,
    read: unitsOfTake,
    longestRepeat,
    patienceMs,
  })
  const { unitAt, gap } = soundPlaces(grid.fps)
  let stillFor = 0
  let isBroken = false
  /** Trouble with the sound is told once and costs the sound, until the follower's next life. */
  const at = async (unit: number): Promise<Shown> => {
    if (isBroken) return { is: 'missing', cause: 'sound-unreadable' }
    try {
      return await reader.at(unit)
    } catch (err) {
      options.signal.throwIfAborted()
      isBroken = true
      options.logger.error({ err }, 'the sound cannot be read, the film goes on without it')
      return { is: 'missing', cause: 'sound-unreadable' }
    }
  }
  return {
    unitAt,
    between: async (from, end) => {
      const units: Buffer[] = []
      const gaps: GapRow[] = []
      for (let unit = from; unit < end; unit += 1) {
        const shown = await at(unit)
        units.push(shown.is === 'missing' ? silentUnit : shown.data)
        stillFor = shown.is !== 'missing' && shown.data.length <= stillBytes ? stillFor + 1 : 0
        const cause = shown.is === 'missing' ? shown.cause : stillFor > stillUnits ? 'silent' : undefined
        if (cause !== undefined) gaps.push(...gap(unit, unit + 1, cause))
      }
      return { units, gaps }
    },
    damaged: (from, end) => gap(from, end, 'sound-damaged'),
    close: () => reader.close(),
  }
}

/** Where units stand among the frames of a film, and what is told of those that are missing. Pure. */
export function soundPlaces(fps: number): {
  readonly unitAt: FilmSound['unitAt']
  readonly gap: (from: number, end: number, cause: string) => GapRow[]
} {
  const frameOf = (unit: number): number => Math.floor((unit * fps) / unitsPerSecond + 1e-6)
  return {
    unitAt: (frame) => Math.max(0, Math.ceil((frame * unitsPerSecond) / fps - 1e-6)),
    gap: (from, end, cause) =>
      frameOf(end) > frameOf(from) ? [{ camera: 'sound', firstFrame: frameOf(from), frames: frameOf(end) - frameOf(from), cause }] : [],
  }
}

/** A take's units, as they stand in its files. */
async function* unitsOfTake(
  options: FramedPicturesOptions,
  start: PlacedSegment,
  signal: AbortSignal,
): AsyncGenerator<FramedPicture, undefined> {
  const { log, clock, logger, fromFrame } = options
  const takeId = start.take.id
  const placeOf = openPlacement(takeId, options)
  const units = readSoundUnits(start.firstTicks)
  const onUnreadable = (number: number, err: unknown): void =>
    logger.error({ camera: 'sound', take: takeId, segment: number, err }, 'a segment cannot be read, the film goes on without it')
  for await (const piece of feedTake({ log, takeId, fromNumber: start.number, clock, signal, onUnreadable }))
    for (const { ticks, data } of units.push(piece)) {
      const place = placeOf(ticks)
      if (place && place.frame >= fromFrame) yield { ...place, takeId, data }
    }
  return undefined
}
