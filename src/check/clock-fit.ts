// The straight line through a camera's clock against ours: how fast it runs, where it stood, and how sure that is.
// Pure: anchors in, a line out. For what is told of a whole take afterwards; where pictures go is decided by camera-clock.ts.

import type { Anchor } from '../capture/take.ts'
import { ticksToUs } from './camera-clock.ts'

/** Twice the standard error, as if late arrivals were independent of one another. */
export type Measured = { readonly value: number; readonly uncertainty: number }

export type ClockFit = {
  /** Parts per million; positive: the camera's clock runs slow against ours. `undefined` below 10 s of footage. */
  readonly driftPpm: Measured | undefined
  /** What the line stands on. Seconds of footage between the first and the last anchor of each run. */
  readonly seconds: number
  readonly anchors: number
  /** When a picture of run `run` with this time stamp was captured, on the monotonic clock of its boot. Microseconds. */
  at(run: number, ticks: number): Measured | undefined
}

type Point = { readonly x: number; readonly y: number }

/** The arrivals of a run as deviations: `x` camera time and `y` our time minus camera time, both from its first anchor; microseconds. */
type Run = {
  readonly first: Anchor
  readonly spanUs: number
  readonly points: readonly Point[]
  readonly meanX: number
  readonly meanY: number
}

/** A drift is told from so much footage on. */
const leastUs = 10e6

/** Of so many equal stretches of a run the soonest arrival counts: late ones say how busy the machine was. */
const stretches = 20

/** Anchors are whole microseconds, and a camera's stamps ninetieths of a millisecond. */
const resolutionUs = 12

/** One camera, one clock: its runs (takes) have each a zero of their own and share the drift. Least squares over the earliest arrivals. */
export function fitClock(runs: readonly (readonly Anchor[])[]): ClockFit {
  const each = runs.map((anchors) => runOf(anchors))
  const used = each.filter((run) => run !== undefined)
  const spread = sum(used, (run) => sum(run.points, ({ x }) => (x - run.meanX) ** 2))
  const span = sum(used, ({ spanUs }) => spanUs)
  const count = sum(used, ({ points }) => points.length)
  const hasSlope = span >= leastUs
  const slope = hasSlope ? sum(used, (run) => sum(run.points, ({ x, y }) => (x - run.meanX) * (y - run.meanY))) / spread : 0
  const rest = sum(used, (run) => sum(run.points, ({ x, y }) => (y - run.meanY - slope * (x - run.meanX)) ** 2))
  const freedom = count - used.length - (hasSlope ? 1 : 0)
  const variance = freedom > 0 ? Math.max(rest / freedom, resolutionUs ** 2 / 12) : undefined
  return {
    driftPpm: hasSlope && variance !== undefined ? { value: slope * 1e6, uncertainty: 2e6 * Math.sqrt(variance / spread) } : undefined,
    seconds: span / 1e6,
    anchors: sum(runs, ({ length }) => length),
    at: (number, ticks) => {
      const run = each[number]
      if (!run || variance === undefined) return undefined
      const x = ticksToUs(ticks - run.first.ticks)
      const far = hasSlope ? (x - run.meanX) ** 2 / spread : 0
      return {
        value: run.first.monotonicUs + x + run.meanY + slope * (x - run.meanX),
        uncertainty: 2 * Math.sqrt(variance * (1 / run.points.length + far)),
      }
    },
  }
}

function runOf(anchors: readonly Anchor[]): Run | undefined {
  const [first] = anchors
  if (!first) return undefined
  const points = soonest(
    anchors.map(({ ticks, monotonicUs }): Point => {
      const x = ticksToUs(ticks - first.ticks)
      return { x, y: monotonicUs - first.monotonicUs - x }
    }),
  )
  const spanUs = ticksToUs((anchors.at(-1) ?? first).ticks - first.ticks)
  return { first, spanUs, points, meanX: sum(points, ({ x }) => x) / points.length, meanY: sum(points, ({ y }) => y) / points.length }
}

/** The lower envelope: of each stretch the point that came soonest. A run of up to twenty seconds keeps all its anchors. */
function soonest(points: readonly Point[]): Point[] {
  if (points.length <= stretches) return [...points]
  const best: Point[] = []
  const lengthUs = (points.at(-1)?.x ?? 0) / stretches
  for (const point of points) {
    const stretch = Math.min(stretches - 1, Math.floor(point.x / lengthUs))
    const known = best[stretch]
    if (known === undefined || point.y < known.y) best[stretch] = point
  }
  return best.filter((point) => point !== undefined)
}

const sum = <T>(all: readonly T[], of: (each: T) => number): number => all.reduce((total, each) => total + of(each), 0)
