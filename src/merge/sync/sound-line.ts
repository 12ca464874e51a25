// How far the right film's sound lags the left one's all through two films: looked at in places from the beginning to the end, and a line through what they tell.
// Reads a bounded stretch at each place; never believes a line that the places do not lie on.

import { EzrecError } from '../../base/errors.ts'
import { fitDrift, leastSpanMs, medianOf, type DriftFit, type TimedOffset } from './drift-fit.ts'
import { measurePieces } from './sound-pieces.ts'
import { soundRate, type ReadStretch } from './sound-stretch.ts'

export type SoundLineOptions = {
  readonly read: { readonly left: ReadStretch; readonly right: ReadStretch }
  readonly seconds: { readonly left: number; readonly right: number }
  /** As their beginnings tell it. */
  readonly offsetMs: number
}

/** Of a place: three pieces. */
const placeSeconds = 12
/** From one place to the next, in films of some minutes. */
const stepSeconds = 60
/** A line wants four points, each place may give three, and some are silent. */
const fewestPlaces = 4
/** 24 places cost some ten seconds of processor time, in whatever film. */
const mostPlaces = 24
/** Around what the place before told. */
const reachMs = 1_000
/** Half a frame of 25 a second: what lies further from its line is no drift. */
const mostResidualMs = 20

/** `undefined` where no line is told: films of little more than a minute, silence, a film with a jump. Errors: canceled. */
export async function measureSoundLine({ read, seconds, offsetMs }: SoundLineOptions, signal: AbortSignal): Promise<DriftFit | undefined> {
  const points: TimedOffset[] = []
  let expectedMs = offsetMs
  for (const at of placesBetween(Math.max(0, -offsetMs / 1_000), Math.min(seconds.left, seconds.right - offsetMs / 1_000))) {
    const from = Math.max(0, at + expectedMs / 1_000)
    const begunMs = (from - at) * 1_000
    const look = async (): Promise<TimedOffset[]> =>
      measurePieces(await read.left(at, placeSeconds), await read.right(from, placeSeconds), { rate: soundRate, reachMs })
    const told = await look().catch((error: unknown) => {
      if (signal.aborted) throw new EzrecError('canceled', 'the measurement was stopped', { hint: 'nothing was written', cause: error })
      return [] // sound that does not decode tells nothing, and nobody asked for it
    })
    points.push(...told.map((each) => ({ atMs: at * 1_000 + each.atMs, offsetMs: begunMs + each.offsetMs })))
    expectedMs = begunMs + (medianOf(told.map((each) => each.offsetMs)) ?? expectedMs - begunMs)
  }
  const fit = fitDrift(points)
  return fit?.driftPpm !== undefined && fit.residualMs <= mostResidualMs ? fit : undefined
}

/** Where the looks begin, in seconds of the left film, the last one just before the end of what both films hold. Pure. */
export function placesBetween(from: number, end: number): number[] {
  const span = end - from - placeSeconds
  if (span * 1_000 < leastSpanMs) return []
  const count = Math.max(fewestPlaces, Math.min(mostPlaces, 1 + Math.round(span / stepSeconds)))
  return Array.from({ length: count }, (_, n) => from + (span * n) / (count - 1))
}
