// Two films that exist become one, in a file.
// Never touches the two films, and never a file that is there, unless told to.

import { forecastFilm, tellFilm, type Profile } from '../../config/film-profiles.ts'
import { bookendSlots, type BookendSlot } from '../../config/picture-words.ts'
import type { BrandingSettings, Settings } from '../../config/settings.ts'
import type { EncodeOptions } from '../../src/adapters/ffmpeg.ts'
import { turnsOf, type Arrangement } from '../../src/capture/arrangement.ts'
import { cameras, type Camera } from '../../src/capture/take.ts'
import { descriptionOf, payloadsOf, type BookendFilm } from '../../src/merge/branding/bookend-film.ts'
import { longestBookendSeconds } from '../../src/merge/branding/bookend-policy.ts'
import { bookendForFilm } from '../../src/merge/branding/fix-bookends.ts'
import { faultOf } from '../../src/merge/branding/venue-file.ts'
import { brandFilm, overlaid } from '../../src/merge/branding/branding.ts'
import type { FilmCalibration } from '../../src/merge/film-calibration.ts'
import { readFilmFacts } from '../../src/merge/film-facts.ts'
import { higherRate } from '../../src/merge/film-timing-policy.ts'
import { openLayout } from '../../src/merge/layouts/layout-of.ts'
import { mergeFilms, shiftOf, type MergedFilms } from '../../src/merge/merge-films.ts'
import type { Preset } from '../../src/merge/pace.ts'
import { turnedSize } from '../../src/merge/picture.ts'
import { assertFits } from '../../src/merge/stitch/calibration.ts'
import { openFilmDrift, type ToldDrift } from '../../src/merge/sync/film-drift.ts'
import { measureFilmOffset, type FilmOffset } from '../../src/merge/sync/film-offset.ts'
import { openFilmOpening, type FilmOpening } from '../../src/merge/sync/film-opening.ts'
import { chooseSound, openChosenSound, type SoundChoice } from './choose-sound.ts'
import { openFilmFile, type FilmFile } from './film-file.ts'
import { readGivenScore, type GivenScore } from './film-score.ts'
import type { MergedFilm } from './merge-recording.ts'
import { openPicturesBeside, type Beside } from './pictures-beside.ts'
import { openProgress } from './progress.ts'
import { driftFacts, driftLines } from './told-drift.ts'
import { linesOf, tellGaps } from './told-gaps.ts'

export type TwoFilms = {
  /** Absolute, all three. */
  readonly left: string
  readonly right: string
  readonly out: string
  readonly force: boolean
  readonly arrangement: Arrangement
  readonly preset: Preset | undefined
  /** Those of the settings, without it. */
  readonly size: Profile | undefined
  readonly merge: Settings['merge']
  readonly branding: BrandingSettings
  /** Where intros and outros are kept as they were made. */
  readonly bookendFolder: string
  /** Of a panorama. */
  readonly calibration: FilmCalibration | undefined
  /** Whose sound the film has: the left one's where that has any, when nothing is said. */
  readonly sound: SoundChoice | undefined
  /** What stands on it from when to when. */
  readonly score: GivenScore | undefined
  readonly beside: Beside
  readonly say: (line: string) => void
}

/** What a pass gave; `matchFrames` without intro and outro. */
type PassedFilms = MergedFilms & { readonly matchFrames: number; readonly sound: Camera | null; readonly followed: ToldDrift }

export async function mergeTwoFilms(order: TwoFilms, signal: AbortSignal): Promise<MergedFilm> {
  const { left, right, out, arrangement, calibration, say } = order
  const merge = { ...order.merge, ...order.size, ...(order.size ? { qp: undefined } : {}) }
  const films = { left: await readFilmFacts(left, signal), right: await readFilmFacts(right, signal) }
  for (const { file, remarks } of [films.left, films.right]) for (const remark of remarks) say(`note: ${file}: ${remark}`)
  const heard = chooseSound(films, order.sound, say)
  const rate = higherRate(films.left.rate, films.right.rate)
  const { num, den } = rate
  const turns = turnsOf(arrangement)
  const sizes = { left: turnedSize(films.left, turns.left.rotation), right: turnedSize(films.right, turns.right.rotation) }
  if (calibration) assertFits(calibration, sizes.left, sizes.right, turns)
  const layout = openLayout(arrangement, sizes, calibration)
  const overlay = await brandFilm(order.branding, layout.canvas, ({ file }, fault) =>
    say(`warning: the logo ${file} is left out: ${fault}`),
  )
  const drawn = { fps: num / den, canvas: layout.canvas, say }
  const openScore = order.score && (await readGivenScore(order.score, drawn, signal))
  const { chunkSeconds, crf, maxRateKbps, qp } = merge
  const encode = { preset: order.preset ?? merge.preset, crf, maxRateKbps, qp, chunkFrames: Math.round((chunkSeconds * num) / den) }
  const pass = async (offset: FilmOffset, opening?: FilmOpening): Promise<PassedFilms> => {
    const seconds = Math.max(films.left.seconds, films.right.seconds - offsetMsOf(offset) / 1_000)
    const shift = shiftOf(offset, rate)
    const drift = openFilmDrift({ calibration, size: sizes, fps: num / den, offset, shift })
    const drawScore = openScore?.()
    const pictures = openPicturesBeside(order.beside, drawn, signal)
    const onCanvas = (frame: number, canvas: Buffer, lost: number): void => {
      drawScore?.(frame, canvas)
      pictures.see(frame, canvas, lost)
    }
    const sound = await openChosenSound(heard, { films, fps: num / den, seconds, shift, drift }, say, signal)
    try {
      const made = { seconds: seconds + 2 * longestBookendSeconds, fps: num / den, chunkSeconds, sound: sound !== undefined }
      await using film = await openFilmFile(out, made)
      const onFrame = openProgress(Math.round((seconds * num) / den), say)
      const bookends = await openBookends(order, { ...encode, ...layout.canvas, fps: num / den }, made.sound, signal)
      const sink = { ...film, init: (init: Buffer) => bookends.begin(film, init) }
      const told = { onFrame, onCanvas, onFirstChunk: pictures.onFirstChunk }
      const merged = await mergeFilms(
        { films, rate, turns, layout: overlaid(layout, overlay), calibration, shift, drift, opening, sound, encode, sink, ...told },
        signal,
      )
      if (!merged.isPlaced) return { ...merged, matchFrames: 0, sound: null, followed: drift.told() }
      const more = await bookends.end(film)
      await film.finish(order.force)
      await pictures.write(merged.frames, { intro: bookends.introFrames(), all: merged.frames + more })
      const fault = sound?.fault()
      if (heard && fault !== undefined) say(`note: ${films[heard].file}: its sound is damaged, and silent there: ${fault}`)
      const frames = { matchFrames: merged.frames, frames: merged.frames + more }
      return { ...merged, ...frames, sound: sound ? (heard ?? null) : null, followed: drift.told() }
    } finally {
      await Promise.all([sound?.close(), pictures.close()])
    }
  }
  const measure = async (): Promise<FilmOffset> => {
    const told = await measureFilmOffset({ films, rate, turns, calibration }, signal)
    if (told.is === 'unknown') say(`note: the films are taken to begin together: ${told.why}`)
    return told
  }
  const filmed = { width: films.left.width, height: films.left.height, fps: num / den, sound: heard !== undefined }
  const longest = Math.max(films.left.seconds, films.right.seconds)
  say(`film: ${tellFilm(forecastFilm(merge, filmed, { totalMs: longest * 1_000 }))}`)
  // Most films of one rig begin together. With a calibration a pass that takes them to tells by its first seconds whether these do.
  const opening = calibration && openFilmOpening({ calibration, size: sizes, fps: num / den, measureWidely: measure })
  const first = opening && (await pass(together, opening))
  const offset = await (opening?.offset() ?? measure())
  const { frames, sound, matchFrames, complaints, followed, ...merged } = first?.isPlaced === true ? first : await pass(offset)
  const told = tellGaps({ ...merged, frames: matchFrames, fps: num / den, sound: sound !== null })
  for (const line of [...driftLines(followed), ...linesOf(told, complaints)]) say(`note: ${line}`)
  const damaged = cameras.filter((camera) => complaints[camera] !== undefined)
  const offsetMs = offset.is === 'measured' ? offset.offsetMs : null
  const placed = { offsetMs, ...driftFacts(followed) }
  return { layout: layout.name, ...layout.canvas, fps: num / den, frames, ...placed, sound, ...told, shown: merged.shown, damaged }
}

/** The intro goes in front of the first chunk, the outro behind the last one; one that cannot be had is left out, and told. */
async function openBookends({ branding, bookendFolder, say }: TwoFilms, encode: EncodeOptions, sound: boolean, signal: AbortSignal) {
  const made: Partial<Record<BookendSlot, BookendFilm>> = {}
  const leaveOut = (slot: BookendSlot, fault: string): void => {
    say(`warning: the ${slot} ${branding[slot] ?? ''} is left out: ${fault}`)
    delete made[slot]
  }
  for (const slot of bookendSlots) {
    const file = branding[slot]
    if (file === undefined) continue
    try {
      const onUnkept = (fault: string): void => say(`warning: the ${slot} is not kept for other films: ${fault}`)
      made[slot] = await bookendForFilm(file, { encode, sound, cacheFolder: bookendFolder, onUnkept }, signal)
    } catch (error) {
      if (signal.aborted) throw error
      leaveOut(slot, faultOf(error))
    }
  }
  const add = async (film: FilmFile, bookend: BookendFilm | undefined): Promise<number> => {
    const payloads = bookend ? payloadsOf(bookend.bytes) : []
    for (const [n, { runs }] of (bookend?.fragments ?? []).entries()) await film.chunk(payloads[n] ?? Buffer.alloc(0), runs)
    return bookend?.frames ?? 0
  }
  let before = 0
  return {
    begin: async (film: FilmFile, init: Buffer): Promise<void> => {
      await film.init(init)
      for (const slot of bookendSlots)
        if (made[slot] && made[slot].descriptionSha256 !== descriptionOf(init))
          leaveOut(slot, "its pictures are described otherwise than the film's")
      before = await add(film, made.intro)
    },
    introFrames: () => before,
    /** Resolves to the frames of both. */
    end: async (film: FilmFile): Promise<number> => before + (await add(film, made.outro)),
  }
}

const together: FilmOffset = { is: 'unknown', why: 'nobody has looked yet' }

const offsetMsOf = (offset: FilmOffset): number => (offset.is === 'measured' ? offset.offsetMs : 0)
