// `lab crash`: a whole box is killed at the n-th write, sync, rename, link, unlink or start of a process, and started again. In the end
// every invariant must hold and the match be published. Where it is killed follows from the seed and from a census of one undisturbed life.

import { mkdir, rm, stat } from 'node:fs/promises'
import { globSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { createHash } from 'node:crypto'
import path from 'node:path'
import { messageOf } from '../../src/base/errors.ts'
import type { Context, Point, Scenario } from '../harness.ts'
import { openResultsFile } from './results-file.ts'
import { makeFfmpegStandIn } from './ffmpeg-stand-in.ts'
import { makeFootage } from './footage.ts'
import { judgeDay } from './judge-day.ts'
import { live, type LifeEnd } from './life.ts'
import { footageSeconds } from './match-day.ts'
import { openCensus, type Rig } from './open-census.ts'
import { choosePoints, type CrashPoint } from './points.ts'

export const crashScenario: Scenario = {
  kind: 'lab',
  name: 'crash',
  summary: 'kills a box at its n-th write, sync, rename, link, unlink or spawn; it must heal (--points, --seed, --shard 1/2)',
  run: crashRun,
}

async function* crashRun(context: Context): AsyncGenerator<Point> {
  const { shard, runs, seed, say } = context
  const rig = await openRig(context)
  const code = await codeDigest()
  const census = await openCensus(rig, path.join(context.cacheFolder, 'lab', 'crash-census.json'), code)
  const points = choosePoints(census, runs, context.random).filter(({ number }) => number % shard.of === shard.number % shard.of)
  const file = path.join(context.cacheFolder, 'lab', `crash-${shard.number}-of-${shard.of}.ndjson`)
  const results = await openResultsFile(file, `${runs} points, seed ${seed}, shard ${shard.number}/${shard.of}, code ${code}`)
  say(
    `${census.length} calls in one life, ${points.length} points, ${results.known.size} of them judged before; results in ${results.file}`,
  )
  const done: { kind: string; point: Point }[] = []
  const judge = async (each: CrashPoint): Promise<Point> => results.known.get(nameOf(each)) ?? strikeOnce(rig, each)
  for await (const [each, point] of atOnce(points, lanes, judge)) {
    if (context.signal.aborted) break // whatever this one says comes of that
    if (!results.known.has(point.name)) await results.add(point)
    done.push({ kind: each.kind, point })
    yield point
  }
  if (done.length === points.length) await results.finish()
  yield summaryOf(points.length, done)
}

/** A life waits for its disk and for programs to start about a third of its time. */
const lanes = availableParallelism() + 1

/** The answers for all items, as they come, at most `lanes` being worked on at a time. */
async function* atOnce<T, R>(items: readonly T[], most: number, work: (item: T) => Promise<R>): AsyncGenerator<readonly [T, R]> {
  const running = new Map<T, Promise<readonly [T, R]>>()
  for (const item of [...items, undefined]) {
    if (item !== undefined)
      running.set(
        item,
        work(item).then((result) => [item, result] as const),
      )
    while (running.size >= most || (item === undefined && running.size > 0)) {
      const [first, result] = await Promise.race(running.values())
      running.delete(first)
      yield [first, result]
    }
  }
}

const nameOf = ({ number, kind, strikes }: CrashPoint): string =>
  `point ${number}: ${kind}, ${strikes.map(({ actor, call, n }) => `${actor} ${call} ${n}`).join(', then ')}`

async function openRig({ folder, signal }: Context): Promise<Rig> {
  const footage = path.join(folder, 'footage.ts')
  await makeFootage(footage, footageSeconds, signal)
  return { folder, footage, signal, programs: await makeFfmpegStandIn(folder), compileCache: path.join(folder, 'compiled') }
}

async function strikeOnce(rig: Rig, point: CrashPoint): Promise<Point> {
  const startedMs = performance.now()
  const home = path.join(rig.folder, `point-${point.number}`)
  const mark = path.join(rig.folder, `mark-${point.number}`)
  await mkdir(home)
  const lives: LifeEnd[] = []
  const faults: string[] = []
  try {
    for (const strike of [...point.strikes, undefined]) {
      const end = await live({ ...rig, home, mark, life: lives.length + 1, strike })
      lives.push(end)
      if (strike && end.exit !== 'SIGKILL' && end.exit !== 0) break // it fell over by itself
      if (end.exit === 0 && (strike === undefined || strike === point.strikes.at(-1))) break // it lived through it
    }
    faults.push(...(await judgeDay(home, lives, mark, rig.signal)))
  } catch (error) {
    faults.push(messageOf(error))
  }
  if (faults.length === 0) for (const folder of [home, mark]) await rm(folder, { recursive: true, force: true })
  const seconds = Math.round(performance.now() - startedMs) / 1_000
  return { name: nameOf(point), faults, figures: { struck: lives.filter(({ struck }) => struck).length, lives: lives.length, seconds } }
}

function summaryOf(wanted: number, done: readonly { readonly kind: string; readonly point: Point }[]): Point {
  const kinds = new Map<string, { points: number; struck: number; faults: number }>()
  for (const { kind, point } of done) {
    const of = kinds.get(kind) ?? { points: 0, struck: 0, faults: 0 }
    kinds.set(kind, {
      points: of.points + 1,
      struck: of.struck + (Number(point.figures['struck']) > 0 ? 1 : 0),
      faults: of.faults + (point.faults.length > 0 ? 1 : 0),
    })
  }
  const seconds = done.map(({ point }) => Number(point.figures['seconds'])).toSorted((a, b) => a - b)
  const struck = done.filter(({ point }) => Number(point.figures['struck']) > 0).length
  return {
    name: 'all points',
    faults: [
      ...(done.length === wanted ? [] : [`stopped after ${done.length} of ${wanted} points: the same command goes on`]),
      ...(struck >= done.length * leastStruckShare
        ? []
        : [`only ${struck} of ${done.length} strikes came to pass: the experiment is not believed`]),
    ],
    figures: {
      points: done.length,
      struck,
      kills: done.reduce((sum, { point }) => sum + Number(point.figures['struck']), 0),
      faulty: done.filter(({ point }) => point.faults.length > 0).length,
      secondsMedian: seconds[seconds.length >> 1] ?? null,
      secondsMax: seconds.at(-1) ?? null,
      kinds: Object.fromEntries([...kinds].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    },
  }
}

/** Lives differ a little from the one that was counted: a few points lie behind the end of theirs. */
const leastStruckShare = 0.9

/** Which code is being tried: points of another do not count. */
async function codeDigest(): Promise<string> {
  const root = path.join(import.meta.dirname, '..', '..')
  const hash = createHash('sha256')
  for (const name of globSync('{src,services,config,lab}/**/*.{ts,sql}', { cwd: root }).toSorted()) {
    const { size, mtimeMs } = await stat(path.join(root, name))
    hash.update(`${name} ${size} ${mtimeMs}\n`)
  }
  return hash.digest('hex').slice(0, 12)
}
