// How far the right one of two films lags the left one, from their first seconds: by what both see where they overlap, else by what both hear.
// Never guesses: what neither tells is told with both reasons. Never reads more of a film than it needs.

import type { Turn } from '../../../config/picture-words.ts'
import { ffmpegBase } from '../../adapters/ffmpeg.ts'
import { EzrecError } from '../../base/errors.ts'
import { runChild } from '../../base/process.ts'
import type { Camera } from '../../capture/take.ts'
import { filmInputArgs, type FilmFacts } from '../film-facts.ts'
import { firstPictureAt } from '../first-picture.ts'
import { openFilmReader } from '../film-reader.ts'
import type { Rate } from '../film-timing-policy.ts'
import { turnedSize, type PictureSize } from '../picture.ts'
import type { Calibration } from '../stitch/calibration.ts'
import { openOffsetMeter, type OffsetVerdict } from './offset-meter.ts'
import { measureSoundOffset, type SoundOffset } from './sound-offset.ts'

/** What the right film shows of an instant stands later in it by `offsetMs` than what the left one shows of it, each from its first picture. */
export type FilmOffset =
  | { readonly is: 'measured'; readonly by: 'pictures' | 'sound'; readonly offsetMs: number; readonly confidence: number }
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
const soundRate = 8_000

/** Errors: media_unreadable when a film cannot be decoded; canceled. */
export async function measureFilmOffset(options: FilmOffsetOptions, signal: AbortSignal): Promise<FilmOffset> {
  const seen = options.calibration && (await measurePictures(options, options.calibration, signal))
  if (seen?.is === 'measured') return { is: 'measured', by: 'pictures', offsetMs: seen.offsetMs, confidence: seen.confidence }
  const heard = await measureSound(options.films, signal).catch((error: unknown) => {
    if (signal.aborted) throw error
    return undefined // sound that does not decode tells nothing, and nobody asked for it
  })
  if (heard?.is === 'measured') return { is: 'measured', by: 'sound', offsetMs: heard.offsetMs, confidence: heard.confidence }
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

type FilmSource = Pick<FilmFacts, 'form' | 'file'>

/** `undefined` when not both carry sound. */
async function measureSound(films: FilmOffsetOptions['films'], signal: AbortSignal): Promise<SoundOffset | undefined> {
  if (!films.left.hasSound || !films.right.hasSound) return undefined
  const left = await readFilmSound(films.left, signal)
  const right = left && (await readFilmSound(films.right, signal))
  return right && measureSoundOffset(left, right, { rate: soundRate, reachMs: reachSeconds * 1_000 })
}

/** The first sound of a film from its first picture on, one channel; `undefined` when no picture decodes. */
async function readFilmSound({ form, file }: FilmSource, signal: AbortSignal): Promise<Float32Array | undefined> {
  const start = await firstPictureAt({ form, file }, signal)
  if (start === undefined) return undefined
  const { code, stdout, stderr } = await runChild('ffmpeg', filmSoundArgs({ form, file }, start), {
    signal,
    timeoutMs: 120_000,
  })
  if (code !== 0)
    throw new EzrecError('media_unreadable', `the sound of ${file} cannot be decoded`, {
      hint: 'play the film with ffplay to see where it is damaged',
      facts: { path: file, stderr: stderr.slice(-300) },
    })
  return Float32Array.from({ length: Math.floor(stdout.length / 2) }, (_, n) => stdout.readInt16LE(2 * n) / 32_768)
}

/** Samples from the first picture on, which stands at `start` by the file's stamps: what is missing before is silence, what is earlier is cut. */
export const filmSoundArgs = ({ form, file }: FilmSource, start: number): string[] =>
  [
    [...ffmpegBase, '-copyts', ...filmInputArgs(form, file), '-map', '0:a:0'],
    ['-af', `asetpts=PTS-(${start.toFixed(6)})/TB,atrim=start=0:end=${lookSeconds},aresample=${soundRate}:async=1:first_pts=0`],
    ['-ac', '1', '-f', 's16le', 'pipe:1'],
  ].flat()
