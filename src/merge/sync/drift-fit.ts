// The straight line through the offsets of a recording: where the right camera stood against the left one, and how fast it drifts away.
// Pure. A window that was misled does not bend the line.

/** An offset, and the middle of the window that it was measured in; milliseconds of the film. */
export type TimedOffset = { readonly atMs: number; readonly offsetMs: number }

export type DriftFit = {
  /** On the line, in the middle of the film's windows. */
  readonly offsetMs: number
  readonly atMs: number
  /** How much the offset grows, in parts per million of the time; `undefined` over less than a minute. */
  readonly driftPpm: number | undefined
  /** Root of the mean square of what the line leaves, of the windows that count. */
  readonly residualMs: number
  readonly windows: number
  /** Windows that were left out. */
  readonly outliers: number
}

/** A slope over less time says more of the noise than of the clocks. */
export const leastSpanMs = 60_000
/** Median deviations (scaled to standard ones) from which on a window does not count; and never less than so many milliseconds. */
const outlierAt = 3.5
const leastToleranceMs = 2
/** More pairs of points than these make say the same. */
const mostForSlope = 120

/** Theil and Sen's line first, which half of the points may not bend; then least squares over those that lie near it. `undefined` without points. */
export function fitDrift(points: readonly TimedOffset[]): DriftFit | undefined {
  const times = points.map(({ atMs }) => atMs)
  const hasSlope = points.length >= 4 && Math.max(...times) - Math.min(...times) >= leastSpanMs
  const slope = hasSlope ? slopeOf(points) : 0
  const level = medianOf(points.map(({ atMs, offsetMs }) => offsetMs - slope * atMs))
  if (level === undefined) return undefined
  const rests = points.map(({ atMs, offsetMs }) => Math.abs(offsetMs - slope * atMs - level))
  const tolerance = Math.max(leastToleranceMs, outlierAt * 1.4826 * (medianOf(rests) ?? 0))
  const near = points.filter((_, n) => (rests[n] ?? 0) <= tolerance)
  const [meanAt, mean] = [meanOf(near.map(({ atMs }) => atMs)), meanOf(near.map(({ offsetMs }) => offsetMs))]
  const spread = near.reduce((sum, { atMs }) => sum + (atMs - meanAt) ** 2, 0)
  const steep =
    hasSlope && spread > 0 ? near.reduce((sum, { atMs, offsetMs }) => sum + (atMs - meanAt) * (offsetMs - mean), 0) / spread : undefined
  const squares = near.reduce((sum, { atMs, offsetMs }) => sum + (offsetMs - mean - (steep ?? 0) * (atMs - meanAt)) ** 2, 0)
  return {
    offsetMs: mean,
    atMs: meanAt,
    driftPpm: steep === undefined ? undefined : steep * 1e6,
    residualMs: Math.sqrt(squares / near.length),
    windows: near.length,
    outliers: points.length - near.length,
  }
}

/** On the line at a time of the film, milliseconds. */
export const offsetAt = ({ offsetMs, atMs, driftPpm = 0 }: DriftFit, ms: number): number => offsetMs + driftPpm * 1e-6 * (ms - atMs)

/** The line through the windows of a film's chunks, each in the middle of what it looked at. */
export function fitWindows(chunks: readonly WindowedChunk[], fps: number): DriftFit | undefined {
  let from = 0
  const points: TimedOffset[] = []
  for (const { firstFrame, frames, window } of chunks) {
    if (!window) continue
    const end = firstFrame + frames
    if (window.is === 'measured') points.push({ atMs: ((from + end) * 500) / fps, offsetMs: window.offsetMs })
    from = end
  }
  return fitDrift(points)
}

export type WindowedChunk = {
  readonly firstFrame: number
  readonly frames: number
  readonly window?: { readonly is: 'measured'; readonly offsetMs: number } | { readonly is: 'refused' } | undefined
}

/** The median of the slopes of all pairs. */
function slopeOf(points: readonly TimedOffset[]): number {
  const step = Math.ceil(points.length / mostForSlope)
  const some = points.filter((_, n) => n % step === 0)
  const slopes = some.flatMap((a, n) =>
    some.slice(n + 1).flatMap((b) => (b.atMs === a.atMs ? [] : [(b.offsetMs - a.offsetMs) / (b.atMs - a.atMs)])),
  )
  return medianOf(slopes) ?? 0
}

/** `undefined` of nothing. */
export function medianOf(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b)
  const upper = sorted[sorted.length >> 1]
  const lower = sorted[(sorted.length - 1) >> 1]
  return upper === undefined || lower === undefined ? undefined : (upper + lower) / 2
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length
