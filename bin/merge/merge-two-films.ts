// Two films that exist become one, in a file.
// Never touches the two films, and never a file that is there, unless told to.

import type { Settings } from '../../config/settings.ts'
import { turnsOf, type Arrangement } from '../../src/capture/arrangement.ts'
import { brandFilm, overlaid } from '../../src/merge/branding/branding.ts'
import type { FilmCalibration } from '../../src/merge/film-calibration.ts'
import { readFilmFacts } from '../../src/merge/film-facts.ts'
import { higherRate } from '../../src/merge/film-timing-policy.ts'
import { openLayout } from '../../src/merge/layouts/layout-of.ts'
import { mergeFilms } from '../../src/merge/merge-films.ts'
import type { Preset } from '../../src/merge/pace.ts'
import { turnedSize } from '../../src/merge/picture.ts'
import { assertFits } from '../../src/merge/stitch/calibration.ts'
import { measureFilmOffset } from '../../src/merge/sync/film-offset.ts'
import { openFilmFile } from './film-file.ts'
import type { MergedFilm } from './merge-recording.ts'
import { openProgress } from './progress.ts'

export type TwoFilms = {
  /** Absolute, all three. */
  readonly left: string
  readonly right: string
  readonly out: string
  readonly force: boolean
  readonly arrangement: Arrangement
  readonly preset: Preset | undefined
  readonly merge: Settings['merge']
  readonly branding: Settings['branding']
  /** Of a panorama. */
  readonly calibration: FilmCalibration | undefined
  readonly say: (line: string) => void
}

export async function mergeTwoFilms(order: TwoFilms, signal: AbortSignal): Promise<MergedFilm> {
  const { left, right, out, arrangement, calibration, merge, say } = order
  const films = { left: await readFilmFacts(left, signal), right: await readFilmFacts(right, signal) }
  for (const { file, remarks } of [films.left, films.right]) for (const remark of remarks) say(`note: ${file}: ${remark}`)
  const rate = higherRate(films.left.rate, films.right.rate)
  const { num, den } = rate
  const turns = turnsOf(arrangement)
  const sizes = { left: turnedSize(films.left, turns.left.rotation), right: turnedSize(films.right, turns.right.rotation) }
  if (calibration) assertFits(calibration, sizes.left, sizes.right)
  const layout = openLayout(arrangement, sizes, calibration)
  const overlay = await brandFilm(order.branding, layout.canvas, ({ file }, fault) =>
    say(`warning: the logo ${file} is left out: ${fault}`),
  )
  const { chunkSeconds, crf, maxRateKbps } = merge
  const offset = await measureFilmOffset({ films, rate, turns, calibration }, signal)
  if (offset.is === 'unknown') say(`note: the films are taken to begin together: ${offset.why}`)
  const offsetMs = offset.is === 'measured' ? offset.offsetMs : null
  const shift = Math.round(((offsetMs ?? 0) * num) / (den * 1_000))
  const seconds = Math.max(films.left.seconds, films.right.seconds - (offsetMs ?? 0) / 1_000)
  await using film = await openFilmFile(out, { seconds, fps: num / den, chunkSeconds })
  const encode = { preset: order.preset ?? merge.preset, crf, maxRateKbps, chunkFrames: Math.round((chunkSeconds * num) / den) }
  const onFrame = openProgress(Math.round((seconds * num) / den), say)
  const frames = await mergeFilms(
    { films, shift, calibration, rate, turns, layout: overlaid(layout, overlay), encode, sink: film, onFrame },
    signal,
  )
  await film.finish(order.force)
  return { layout: layout.name, ...layout.canvas, fps: num / den, frames, offsetMs }
}
