// Whether a process grows: the line through its resident memory over the requests of the second half.
// Pure but for the one look at /proc.

import { readdirSync, readFileSync } from 'node:fs'

export type Sample = { readonly requests: number; readonly bytes: number }

/** Errors: when there is no such process. */
export function residentBytes(pid: number): number {
  const found = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))
  return Number(found?.[1] ?? Number.NaN) * 1_024
}

export const openDescriptors = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length

/** Bytes a request by least squares over the samples behind the middle of the requests; NaN with fewer than three. */
export function slopeOfSecondHalf(samples: readonly Sample[]): number {
  const middle = (samples.at(-1)?.requests ?? 0) / 2
  const late = samples.filter(({ requests }) => requests >= middle)
  if (late.length < 3) return Number.NaN
  const mean = (of: (sample: Sample) => number): number => late.reduce((sum, each) => sum + of(each), 0) / late.length
  const [x, y] = [mean(({ requests }) => requests), mean(({ bytes }) => bytes)]
  const spread = late.reduce((sum, { requests }) => sum + (requests - x) ** 2, 0)
  return late.reduce((sum, { requests, bytes }) => sum + (requests - x) * (bytes - y), 0) / spread
}
