// How two films were kept in step, as programs are answered and as people are told: in the words of a recording's certificate.
// Tells no drift that was not measured.

import type { ToldDrift } from '../../src/merge/sync/film-drift.ts'

export type DriftFacts = {
  /** Null where neither pictures nor sound tell it, and over less than a minute. */
  readonly drift: {
    readonly by: 'pictures' | 'sound'
    /** How fast the offset grows. */
    readonly driftPpm: number
    readonly residualMs: number
    readonly windows: number
    readonly outliers: number
  } | null
  /** By how many frames the right pictures were taken later. */
  readonly correctedFrames: ToldDrift['correctedFrames']
}

/** Pure. */
export function driftFacts({ drift, correctedFrames }: ToldDrift): DriftFacts {
  if (!drift) return { drift: null, correctedFrames }
  const { by, driftPpm, residualMs, windows, outliers } = drift
  return { drift: { by, driftPpm: rounded(driftPpm, 10), residualMs: rounded(residualMs, 100), windows, outliers }, correctedFrames }
}

/** Pure. */
export function driftLines(told: ToldDrift): string[] {
  const {
    drift,
    correctedFrames: { first, last },
  } = driftFacts(told)
  if (!drift && first === last) return []
  const shifts = `its pictures are taken ${first} frames later at the beginning and ${last} at the end`
  if (!drift) return [`the right film was brought in step: ${shifts}`]
  const perHour = rounded(Math.abs(drift.driftPpm) * 3.6, 1)
  return [
    `the right film comes ${drift.driftPpm < 0 ? 'sooner' : 'later'} by ${perHour} ms an hour (${drift.driftPpm} ppm, by ${drift.by}): ${shifts}`,
  ]
}

const rounded = (value: number, parts: number): number => Math.round(value * parts) / parts + 0 // -0 is 0
