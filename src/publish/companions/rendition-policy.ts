// Which films get a smaller version for phones, of what size, and when it may be made. Pure.
// A recording, and another film, always come first.

import { levelFor, type RawFormat } from '../../adapters/ffmpeg.ts'
import { evenBelow } from '../../merge/layouts/canvas.ts'

/** What every phone of the last ten years plays: this wide, level 4.1 and below. */
export const widestRendition = 1_920
const levels: readonly string[] = ['3.1', '3.2', '4.0']

/** The size of a film's rendition, its own shape within a pixel; `undefined` for a film that needs none. */
export function renditionSize(film: RawFormat): { readonly width: number; readonly height: number } | undefined {
  if (film.width <= widestRendition) return undefined
  for (let width = widestRendition; width >= 320; width -= 16) {
    const size = { width, height: Math.max(2, evenBelow((film.height * width) / film.width + 1)) }
    if (levels.includes(levelFor({ ...size, fps: film.fps }))) return size
  }
  return undefined
}

/** Its highest rate, from the film's own by the share of its pixels, and never less than a phone's picture needs. */
export function renditionRateKbps(
  film: Pick<RawFormat, 'width' | 'height'>,
  size: Pick<RawFormat, 'width' | 'height'>,
  filmMaxRateKbps: number,
): number {
  const share = (size.width * size.height) / (film.width * film.height)
  return Math.round(Math.max(1_500, Math.min(filmMaxRateKbps, filmMaxRateKbps * share * 1.25)))
}

export type Leisure = {
  readonly nowMs: number
  /** Recordings that are to come within a moment, on, or still being made into a film. */
  readonly openRecordings: number
  /** Of the next booking. */
  readonly nextStartsAtMs: number | undefined
}

/** Nothing is begun so shortly before a booking. */
const soonMs = 3 * 60_000

/** Why no rendition is made just now, in words; `undefined` when it may be. */
export function whyNotNow({ nowMs, openRecordings, nextStartsAtMs }: Leisure): string | undefined {
  if (openRecordings > 0) return 'a film is being recorded or made'
  return nextStartsAtMs !== undefined && nextStartsAtMs - nowMs < soonMs ? 'a booking starts soon' : undefined
}

/** So long at most: a small board needs two to four times the film's length. Milliseconds. */
export const mostRenditionMs = (filmSeconds: number): number => 600_000 + filmSeconds * 8_000
