// What each kill cost: footage by the burnt-in counters, what the film tells of it, and how long the part was away.
// Pure: counters and gaps in, seconds out.

import type { SessionAnswer } from '../session-run.ts'
import type { FilmCounters } from '../film-counters.ts'

export type Cost = {
  /** The longest that one camera showed nothing, by its counters. */
  readonly lostSeconds: number
  /** The most that what is told differs from that, for either camera. */
  readonly untoldSeconds: number
}

/** The footage of a killed chain may go back by what it had not yet written. */
const beforeSeconds = 1.5
const afterSeconds = 3.4

/** What was lost around the instant of a kill. */
export function costOf(atSeconds: number, counters: FilmCounters, gaps: SessionAnswer['gaps'], fps: number): Cost {
  const from = Math.max(0, Math.floor((atSeconds - beforeSeconds) * fps))
  const to = Math.min(counters.length, Math.ceil((atSeconds + afterSeconds) * fps))
  const costs = (['left', 'right'] as const).map((camera, n) => {
    const lost = counters.slice(from, to).filter((pair) => pair[n] === undefined).length / fps
    const told = gaps
      .filter((gap) => gap.camera === camera)
      .reduce((sum, gap) => sum + overlap(gap.fromSeconds, gap.fromSeconds + gap.seconds, from / fps, to / fps), 0)
    return { lost, untold: Math.abs(told - lost) }
  })
  return { lostSeconds: Math.max(...costs.map(({ lost }) => lost)), untoldSeconds: Math.max(...costs.map(({ untold }) => untold)) }
}

const overlap = (a: number, b: number, from: number, to: number): number => Math.max(0, Math.min(b, to) - Math.max(a, from))

/** The value that so large a share of all stays below or at. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0
}

/** Parts whose death may cost footage; that of the others costs time only. */
const capturing: ReadonlySet<string> = new Set(['chain', 'camera'])

export const most = { lostSeconds: 1.5, lostP99Seconds: 1, untoldSeconds: 0.2, restartSeconds: 2 } as const

/** What is wrong with one kill's consequences. */
export function faultsOf(
  part: string,
  { lostSeconds, untoldSeconds, restartSeconds }: Cost & { readonly restartSeconds: number },
): string[] {
  const allowed = capturing.has(part) ? most.lostSeconds : 0
  return [
    ...(lostSeconds > allowed ? [`${lostSeconds.toFixed(2)} s of a camera are lost, at most ${allowed} s may be`] : []),
    ...(untoldSeconds > most.untoldSeconds ? [`what is told of the loss is off by ${untoldSeconds.toFixed(2)} s`] : []),
    ...(restartSeconds > most.restartSeconds ? [`the next ${part} came after ${restartSeconds.toFixed(1)} s`] : []),
  ]
}
