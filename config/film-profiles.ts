// The profiles of a film's size, under names that a venue knows what to make of, and how large a film by one of them may become.
// Pure. Whatever the preset of the encoder, the highest rate of a profile is the same: the forecast holds for a busy box, too.

export const profileNames = ['small', 'standard', 'fine', 'best'] as const
export type ProfileName = (typeof profileNames)[number]

export type Profile = {
  /** x264's constant rate factor: the quality aimed at. */
  readonly crf: number
  /** Never more than this, whatever is on. */
  readonly maxRateKbps: number
}

export const profiles: Readonly<Record<ProfileName, Profile>> = {
  small: { crf: 26, maxRateKbps: 3_000 },
  standard: { crf: 23, maxRateKbps: 6_000 },
  fine: { crf: 21, maxRateKbps: 10_000 },
  best: { crf: 18, maxRateKbps: 20_000 },
}

export type SizeSettings = Profile & {
  /** x264's constant quantiser: quality alone decides, and no rate bounds the film. */
  readonly qp?: number | undefined
}

/** Of both cameras together: no canvas has more pixels. */
export type FilmedPixels = { readonly width: number; readonly height: number; readonly fps: number; readonly sound: boolean }

export type SizeForecast = {
  readonly gigabytesPerHour: number
  /** False where nothing bounds the rate: then it is what a lively film takes. */
  readonly isHighest: boolean
}

/** What an hour of film takes at most. Gigabytes are 10^9 bytes, as disks and bills count them. */
export const forecastSize = (size: SizeSettings, filmed: FilmedPixels): SizeForecast => ({
  gigabytesPerHour: gigabytes(filmRateKbps(size, filmed), 3_600_000),
  isHighest: size.qp === undefined,
})

/** A film of this length at this rate. */
const gigabytes = (rateKbps: number, ms: number): number => (rateKbps * ms) / 8e9

/** The rate that room is kept for: picture and sound. */
export function filmRateKbps({ maxRateKbps, qp }: SizeSettings, { width, height, fps, sound }: FilmedPixels): number {
  const pictures = qp === undefined ? maxRateKbps : (width * height * 2 * fps * bitsPerPixel * 2 ** ((dearestQp - qp) / 6)) / 1_000
  return Math.round(pictures + (sound ? soundKbps : 0))
}

/** As src/capture encodes it; a test compares. */
export const soundKbps = 96

/** Four times what the simulated match took at this quantiser with the fastest preset: 0.13 bits a pixel. Six steps of it are half the bits. */
const bitsPerPixel = 0.5
const dearestQp = 23

/** What is known of one film: its length as booked, and what of it is made. */
export type FilmSoFar = { readonly totalMs: number; readonly mergedMs?: number; readonly mergedBytes?: number }

export type FilmForecast = {
  readonly gigabytesPerHour: number
  /** Of the whole film. */
  readonly gigabytes: number
  /** `highest`: it takes no more. `guess`: nothing bounds it. `measured`: by what is made of it so far. */
  readonly basis: 'highest' | 'guess' | 'measured'
}

/** So much of a film says what the rest will be like. */
const tellingMs = 20_000

export function forecastFilm(
  size: SizeSettings,
  filmed: FilmedPixels,
  { totalMs, mergedMs = 0, mergedBytes = 0 }: FilmSoFar,
): FilmForecast {
  const measured = mergedMs >= tellingMs
  const { gigabytesPerHour: expected, isHighest } = forecastSize(size, filmed)
  const gigabytesPerHour = measured ? (mergedBytes * 3.6e6) / mergedMs / 1e9 : expected
  return {
    gigabytesPerHour: round(gigabytesPerHour),
    gigabytes: round((gigabytesPerHour * (totalMs + (measured ? 0 : bufferMs))) / 3.6e6),
    basis: measured ? 'measured' : isHighest ? 'highest' : 'guess',
  }
}

/** The encoder may be so far ahead of the highest rate: it tells in a short film. The index in front of the film, some MB, is not counted. */
const bufferMs = 2_000

const round = (value: number): number => Math.round(value * 1_000) / 1_000

/** `at most 2.7 GB per hour, 4.1 GB in all`. */
export const tellFilm = ({ gigabytesPerHour, gigabytes: whole, basis }: FilmForecast): string =>
  `${basisWords[basis]} ${tellGigabytes(gigabytesPerHour)} per hour, ${tellGigabytes(whole)} in all`

const basisWords = { highest: 'at most', guess: 'perhaps', measured: 'about' } as const

/** `at most 2.7 GB per hour`. */
export const tellForecast = ({ gigabytesPerHour, isHighest }: SizeForecast): string =>
  `${isHighest ? basisWords.highest : basisWords.guess} ${tellGigabytes(gigabytesPerHour)} per hour`

export const tellGigabytes = (value: number): string => (value < 0.0995 ? `${Math.ceil(value * 1_000)} MB` : `${value.toFixed(1)} GB`)
