// One way to run an experiment: seeded, point by point, told on the way, judged at the end, the same answer from the same seed.
// Never knows what an experiment does; what a failed point left on disk is kept and named.

import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { EzrecError, messageOf } from '../src/base/errors.ts'
import { seededRandom } from '../src/capture/pitch/random.ts'

/** As Debian names them. */
export const architectures = ['amd64', 'arm64'] as const
export type Architecture = (typeof architectures)[number]

/** What is asked for, on one line of JSON. */
export type Order = {
  /** How often: runs, points or cuts, as the experiment calls them. */
  readonly runs: number
  /** The part of the points that is done here: `number` (from 1) `of` so many. */
  readonly shard: { readonly number: number; readonly of: number }
  readonly seed: number
  /** Lengths of sessions, for experiments that have them. */
  readonly seconds: readonly number[] | undefined
  /** The Debian that is installed on, for an experiment that installs. */
  readonly suite?: 'bookworm' | 'trixie'
  /** And the processor that it is for. */
  readonly arch?: Architecture | undefined
  /** Where films go, for a measurement that publishes. */
  readonly store?: 'folder' | 's3'
  /** Where the simulated match is kept between experiments. */
  readonly cacheFolder: string
}

export type Context = Order & {
  /** A folder of this experiment alone. */
  readonly folder: string
  /** Uniform in [0, 1), from the seed. */
  readonly random: () => number
  readonly say: (line: string) => void
  readonly signal: AbortSignal
}

export type Point = {
  readonly name: string
  /** Empty when it went as it should. */
  readonly faults: readonly string[]
  readonly figures: Readonly<Record<string, unknown>>
}

/** What a point without a name yet came to. */
export type Outcome = Pick<Point, 'faults' | 'figures'>

export type Scenario = {
  readonly kind: 'lab' | 'bench'
  readonly name: string
  readonly summary: string
  /** How often, when nobody says. */
  readonly usualRuns?: number
  readonly run: (context: Context) => AsyncIterable<Point>
}

export type Report = {
  readonly scenario: string
  readonly seed: number
  readonly passed: boolean
  readonly wallSeconds: number
  readonly points: readonly (Point & { readonly passed: boolean })[]
}

/** Runs all points; one that throws is a failed point and the last. `out` only when somebody stopped it: what is there is told. */
export async function runScenario(scenario: Scenario, order: Order, say: (line: string) => void, signal: AbortSignal): Promise<Report> {
  const folder = await mkdtemp(path.join(os.tmpdir(), `ezrec-${scenario.name}-`))
  const points: (Point & { passed: boolean })[] = []
  const startedMs = performance.now()
  const note = (point: Point): void => {
    const passed = point.faults.length === 0
    points.push({ ...point, passed })
    say(`${passed ? 'ok  ' : 'FAIL'} ${point.name}  ${JSON.stringify(point.figures)}`)
    for (const fault of point.faults) say(`     ${fault}`)
  }
  try {
    for await (const point of scenario.run({ ...order, folder, random: seededRandom(order.seed), say, signal })) note(point)
  } catch (error) {
    note({ name: 'the experiment came to its end', faults: [inFull(error)], figures: {} })
  }
  const passed = points.length > 0 && points.every((point) => point.passed)
  if (passed) await rm(folder, { recursive: true, force: true })
  else say(`kept for a look: ${folder}`)
  const wallSeconds = Math.round((performance.now() - startedMs) / 100) / 10
  return { scenario: scenario.name, seed: order.seed, passed, wallSeconds, points }
}

/** With the mend, where there is one. */
const inFull = (error: unknown): string => (error instanceof EzrecError ? `${error.message}; ${error.hint}` : messageOf(error))
