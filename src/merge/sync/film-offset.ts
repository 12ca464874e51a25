// How far the right one of two films lags the left one, from their first seconds: by what both see where they overlap, else by what both hear, and that through to the end.
// Never guesses: what neither tells is told with both reasons. Never reads more of a film than it needs.

import type { Turn } from '../../../config/picture-words.ts'
import { EzrecError } from '../../base/errors.ts'
import type { Camera } from '../../capture/take.ts'
import type { FilmFacts } from '../film-facts.ts'
import { openFilmReader } from '../film-reader.ts'
import type { Rate } from '../film-timing-policy.ts'
import { turnedSize, type PictureSize } from '../picture.ts'
import type { Calibration } from '../stitch/calibration.ts'
import { offsetAt, type DriftFit } from './drift-fit.ts'
import { openOffsetMeter, type OffsetVerdict } from './offset-meter.ts'
import { measureSoundLine } from './sound-line.ts'
import { measureSoundOffset, type SoundOffset } from './sound-offset.ts'
import { agreedOffset, measurePieces } from './sound-pieces.ts'
import { openStretches, soundRate } from './sound-stretch.ts'

/** What the right film shows of an instant stands later in it by `offsetMs` than what the left one shows of it, each from its first picture. */
export type FilmOffset =
  | {
      readonly is: 'measured'
      readonly by: 'pictures' | 'sound'
      /** At the beginning. */
      readonly offsetMs: number
      readonly confidence: number
      /** Through both films; where their sound tells it. */
      readonly line?: DriftFit | undefined
    }
  | { readonly is: 'unknown'; readonly why: string }

export type FilmOffsetOptions = {
  readonly films: Readonly<Record<Camera, FilmFacts>>
  /** Of the merged film. */
  readonly rate: Rate
  readonly turns: Readonly<Record<Camera, Turn>>
  /** Of the films as they are when turned; without it only sound can tell. */
  readonly calibration?: Calibration | undefined
}

/** Films that began further apart are not of one match. */
const reachSeconds = 10
/** So much of each is looked at: what both share is then at least twenty. */
const lookSeconds = 30
/** Pictures are looked at no wider than this. */
const widest = 640

/** Errors: media_unreadable when a film cannot be decoded; canceled. */
export async function measureFilmOffset(options: FilmOffsetOptions, signal: AbortSignal): Promise<FilmOffset> {
  const seen = options.calibration && (await measurePictures(options, options.calibration, signal))
  if (seen?.is === 'measured') return { is: 'measured', by: 'pictures', offsetMs: seen.offsetMs, confidence: seen.confidence }
  const heard = await measureSound(options, signal).catch((error: unknown) => {
    if (signal.aborted) throw error
    return undefined // sound that does not decode tells nothing, and nobody asked for it
  })
  if (heard?.is === 'measured')
    return { is: 'measured', by: 'sound', offsetMs: heard.offsetMs, confidence: heard.confidence, line: heard.line }
  const whyUnseen = seen ? `the pictures do not tell (${seen.why})` : 'there is no calibration, so nobody knows where the pictures overlap'
  const whyUnheard = heard ? `the sound does not tell (${heard.why})` : 'not both films carry sound'
  return { is: 'unknown', why: `${whyUnseen}; ${whyUnheard}` }
}

async function measurePictures(
  { films, rate, turns }: FilmOffsetOptions,
  calibration: Calibration,
  signal: AbortSignal,
): Promise<OffsetVerdict> {
  const small = { left: reduced(films.left), right: reduced(films.right) }
  const size = { left: turnedSize(small.left, turns.left.rotation), right: turnedSize(small.right, turns.right.rotation) }
  const fps = rate.num / rate.den
  const meter = openOffsetMeter({ calibration, size, fps, reach: Math.round(reachSeconds * fps) })
  for (const camera of ['left', 'right'] as const) {
    const reader = await openFilmReader(small[camera], rate, turns[camera])
    try {
      for (let frame = 0; frame < lookSeconds * fps; frame += 1) {
        if (signal.aborted) throw new EzrecError('canceled', 'the measurement was stopped', { hint: 'nothing was written' })
        const shown = await reader.at(frame)
        if (shown.is === 'ended') break
        if (shown.is === 'picture') meter.see(camera, (frame * 1e6) / fps, shown.data)
      }
    } finally {
      await reader.close()
    }
  }
  return meter.judge()
}

/** As many pixels as are needed, and even. */
function reduced(film: FilmFacts): FilmFacts {
  const by = Math.max(1, film.width / widest)
  const even = (value: number): number => Math.max(2, 2 * Math.round(value / by / 2))
  return { ...film, ...({ width: even(film.width), height: even(film.height) } satisfies PictureSize) }
}

/** `undefined` when not both carry sound. */
async function measureSound(
  { films, calibration }: FilmOffsetOptions,
  signal: AbortSignal,
): Promise<(SoundOffset & { readonly line?: DriftFit | undefined }) | undefined> {
  const left = await openStretches(films.left, signal)
  const right = left && (await openStretches(films.right, signal))
  if (!right) return undefined
  const told = compareBeginnings(await left(0, lookSeconds), await right(0, lookSeconds))
  if (told.is === 'refused' || calibration) return told // what is followed by the pictures wants no line
  const seconds = { left: films.left.seconds, right: films.right.seconds }
  const line = await measureSoundLine({ read: { left, right }, seconds, offsetMs: told.offsetMs }, signal)
  return line ? { ...told, offsetMs: offsetAt(line, 0), line } : told
}

/** As a whole, which finds the faintest likeness; piece by piece where two clocks run so far apart that it is smeared. */
function compareBeginnings(left: Float32Array, right: Float32Array): SoundOffset {
  const options = { rate: soundRate, reachMs: reachSeconds * 1_000 }
  const whole = measureSoundOffset(left, right, options)
  if (whole.is === 'measured' || whole.why !== 'indistinct') return whole
  return agreedOffset(measurePieces(left, right, options)) ?? whole
}
