// `lab cameras`: the recorder with two real devices of Video4Linux, in a guest machine: unplugged, failing and hanging ones.
// What the guest leaves behind is judged here, in the guest's own seconds.

import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { EzrecError } from '../../src/base/errors.ts'
import { openSegmentLog } from '../../src/capture/segment-log.ts'
import type { Context, Point, Scenario } from '../harness.ts'
import { drawAccidents, type Accident } from './accidents.ts'
import { compileAhead } from './compile-ahead.ts'
import { openGuestSystem } from './guest-system.ts'
import { knowMachine, startGuest } from './guest.ts'
import { aroundMs, judgeAccident, limitsMs, type DoneAccident, type Evidence, type Told } from './judge-accident.ts'
import { listingFile, orderFile, swappedFile, trialFile, type GuestOrder } from './story.ts'

/** Small: every picture is drawn and encoded by an emulated processor. */
const fps = 10
const variables = {
  RESOLUTION: '320x180',
  RECORDING_FPS: String(fps),
  CLOCK_TRUST: 'always',
  CAMERA_BITRATE_KBPS: '250', // what is asked of the guest's small disk before the booking is taken
  MERGE_MAX_RATE_KBPS: '500',
  CACHE_DIR: '/run/lab/cache',
} as const

export const camerasScenario: Scenario = {
  kind: 'lab',
  name: 'cameras',
  summary: 'unplugs, breaks and hangs real devices in a guest machine, --points of each (ten), --seed; wants qemu',
  usualRuns: 10,
  run: camerasRun,
}

/** The least that says what the lab says, for the tests: one camera is unplugged and returns, nothing is listed or tried, and the guest's clock
 *  waits for nothing. */
export const camerasBounded: Scenario = {
  kind: 'lab',
  name: 'cameras-bounded',
  summary: 'one camera of a guest machine is unplugged and returns',
  run: boundedRun,
}

async function* camerasRun(context: Context): AsyncGenerator<Point> {
  const { folder, random, runs } = context
  const out = path.join(folder, 'out')
  const accidents = drawAccidents(runs, random)
  const points = await playAndJudge(context, { accidents, trials: true, leaps: false, settleMs: 2_500, bookedMs: 90 * 60_000 })
  yield await judgeListing(out)
  yield await judgeTrial('both cameras are tried', path.join(out, trialFile))
  yield* points
  yield await judgeSwapped(path.join(out, swappedFile))
  yield summary(points, accidents.length)
}

async function* boundedRun(context: Context): AsyncGenerator<Point> {
  const accidents: Accident[] = [{ kind: 'unplug', camera: 'left', awayMs: 1_500 }]
  const points = await playAndJudge(context, { accidents, trials: false, leaps: true, settleMs: aroundMs + 500, bookedMs: 20 * 60_000 })
  yield* points
  yield summary(points, accidents.length)
}

/** A point for each accident that happened. */
async function playAndJudge(context: Context, wanted: Omit<GuestOrder, 'variables'>): Promise<Point[]> {
  const out = path.join(context.folder, 'out')
  await mkdir(out)
  await writeFile(path.join(out, orderFile), JSON.stringify({ ...wanted, variables } satisfies GuestOrder))
  const done = await playInGuest(context, wanted)
  const evidence = await readEvidence(path.join(out, 'home'))
  return done.map((accident, n) => judgeAccident(n + 1, accident, evidence))
}

async function playInGuest(
  { cacheFolder, folder, say, signal }: Context,
  { accidents, leaps }: Pick<GuestOrder, 'accidents' | 'leaps'>,
): Promise<DoneAccident[]> {
  await knowMachine()
  const system = await openGuestSystem(cacheFolder, say, signal)
  const compiledFolder = path.join(cacheFolder, 'lab', 'compiled')
  if (leaps) await compileAhead(compiledFolder, signal)
  await using guest = await startGuest({ system, leaps, ...(leaps ? { compiledFolder } : {}), folder, signal })
  if (guest.accelerator === 'tcg') say(`an emulated guest takes about a minute an accident, and there are ${accidents.length}`)
  const done: DoneAccident[] = []
  for await (const line of guest.story) {
    if (line.is === 'failed') throw new EzrecError('internal', `in the guest: ${line.message}`, { hint: 'look into what was kept' })
    if (line.is === 'accident') done.push(line)
    if (line.is === 'accident') say(`accident ${done.length} of ${accidents.length}: ${line.kind} of ${line.camera}`)
    if (line.is === 'done') say(line.what)
    if (line.is === 'over') return done
  }
  throw new EzrecError('internal', 'the guest ended before its play did', { hint: 'look into the kernel log that was kept' })
}

async function readEvidence(home: string): Promise<Evidence> {
  const log = openSegmentLog({ takesFolder: path.join(home, 'takes'), rigId: 'rig-1', sinceMs: 0, keepUntrusted: true })
  await log.refresh()
  return { takes: log.takes, told: readTold(await readFile(path.join(home, 'logs', 'dual_recorder.log'), 'utf8')), fps }
}

const toldSchema = z.object({
  level: z.enum(['WARN', 'ERROR']),
  time: z.iso.datetime(),
  camera: z.enum(['left', 'right']),
  msg: z.string(),
})

/** The recorder's complaints of a camera. */
function readTold(log: string): Told[] {
  return log.split('\n').flatMap((line) => {
    const told = line === '' ? undefined : toldSchema.safeParse(JSON.parse(line)).data
    return told ? [{ atMs: Date.parse(told.time), camera: told.camera, what: told.msg }] : []
  })
}

const listingSchema = z.object({
  cameras: z.array(z.object({ camera: z.string(), ready: z.boolean(), fault: z.string().nullable(), remarks: z.array(z.string()) })),
})

async function judgeListing(out: string): Promise<Point> {
  const { cameras } = listingSchema.parse(JSON.parse(await readFile(path.join(out, listingFile), 'utf8')))
  return {
    name: 'both cameras are listed',
    faults: cameras.filter(({ ready }) => !ready).map(({ camera, fault }) => `${camera}: ${fault}`),
    figures: { remarks: cameras[0]?.remarks ?? [] },
  }
}

const trialSchema = z.object({
  cameras: z.tuple([
    z.object({ frames: z.int(), drops: z.int(), fault: z.string().nullable(), picture: z.object({ brightness: z.number() }).nullable() }),
    z.object({ frames: z.int(), drops: z.int(), fault: z.string().nullable(), picture: z.object({ brightness: z.number() }).nullable() }),
  ]),
})

type Trial = z.infer<typeof trialSchema>['cameras']

async function judgeTrial(name: string, file: string, more: (cameras: Trial) => string[] = () => []): Promise<Point> {
  const { cameras } = trialSchema.parse(JSON.parse(await readFile(file, 'utf8')))
  return {
    name,
    faults: [
      ...cameras.flatMap(({ frames, drops, fault }, n) =>
        frames > 2 * fps && drops === 0 && fault === null ? [] : [`camera ${n + 1}: ${frames} frames, ${drops} dropped, ${fault}`],
      ),
      ...more(cameras),
    ],
    figures: { frames: cameras.map(({ frames }) => frames), brightness: cameras.map(({ picture }) => picture?.brightness ?? null) },
  }
}

/** Left was painted white and right black, and their nodes have each other's numbers. */
const judgeSwapped = (file: string): Promise<Point> =>
  judgeTrial('found in the other order, each is still on its side', file, ([left, right]) =>
    (left.picture?.brightness ?? 0) > (right.picture?.brightness ?? 255) + 50 ? [] : ['left is not the white one'],
  )

function summary(points: readonly Point[], wanted: number): Point {
  const of = (name: string): number[] =>
    points.flatMap(({ figures }) => (typeof figures[name] === 'number' ? [figures[name]] : [])).toSorted((a, b) => a - b)
  const spread = (values: readonly number[]): { p50: number | null; max: number | null } => ({
    p50: values[Math.floor(values.length / 2)] ?? null,
    max: values.at(-1) ?? null,
  })
  return {
    name: 'all accidents',
    faults: points.length === wanted ? [] : [`only ${points.length} of ${wanted} accidents happened`],
    figures: { accidents: points.length, seenMs: spread(of('seenMs')), resumedMs: spread(of('resumedMs')), limitsMs },
  }
}
