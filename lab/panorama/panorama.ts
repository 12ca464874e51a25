// `bench panorama`: what our panorama costs and what it is worth, beside ffmpeg's filters, the original's loop and the floor of decoding and encoding.
// Never skips a peer: one that cannot run is a fault.

import { rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { EzrecError } from '../../src/base/errors.ts'
import type { Context, Point, Scenario } from '../harness.ts'
import { ourMerge, type OurMerge } from '../our-merge.ts'
import { costOf, median, type Cost, type Job } from '../run-job.ts'
import { quality as encodeQuality, type Preset } from './encode-options.ts'
import { calibration, panorama } from './geometry.ts'
import type { Quality } from './judge-picture.ts'
import { ensureMaterial, plainMaterial, type Material } from './material.ts'
import { ensureOpenCv } from './opencv.ts'
import { decodeJob, encodeJob, originalJob } from './peers.ts'
import { perspectiveJob } from './perspective.ts'
import { qualityOf } from './quality.ts'
import { rigPoints } from './rig-points.ts'
import { costFaults, ownFaults, ratiosOf, trueFaults, type Rounds } from './targets.ts'

export type OpenOurs = (context: Context) => OurMerge

const openOurs: OpenOurs = ({ folder, signal }) => ourMerge(path.join(folder, 'home'), encodeQuality, signal)

/** Below this many seconds of film the start of the programs weighs too much: all is run and looked at, no ratio is judged. */
const leastJudgedSeconds = 5
/** dB by which so short a film may miss its target. */
const shortFilmSlack = 0.3

export const panoramaScenario = (open: OpenOurs = openOurs): Scenario => ({
  kind: 'bench',
  name: 'panorama',
  summary:
    'what a panorama costs and what it is worth, beside ffmpeg, the original and the floor (--seconds 10; python3-opencv is installed)',
  usualRuns: 3,
  run: (context) => measurePanorama(context, open(context)),
})

const presets = ['veryfast', 'ultrafast'] as const satisfies readonly Preset[]

async function* measurePanorama(context: Context, ours: OurMerge): AsyncGenerator<Point> {
  const { say, signal, folder } = context
  const opencv = await ensureOpenCv(say, signal)
  const seconds = context.seconds?.[0] ?? 10
  const isJudged = seconds >= leastJudgedSeconds
  const material = await ensureMaterial(plainMaterial(seconds), context)
  const truth = path.join(folder, 'calibration.json')
  await writeFile(truth, JSON.stringify(calibration))
  say('stitching raw pictures for the floor')
  const raw = path.join(folder, 'panorama.yuv')
  await perspectiveJob(material, 'linear', 'raw', folder)(signal)
  const measured = await measureAll(jobsOf(material, { raw, truth, ours, folder }), isJudged ? context.runs : 1, context)
  await rm(raw)
  const rounds = (name: JobName): Rounds => measured.get(name)?.rounds ?? []

  for (const name of ['original', ...presets.map((preset) => `perspective ${preset}` as const), 'perspective cubic'] as const)
    yield await pointOf(name, measured, material, signal, name === 'original' ? { opencv } : {})
  for (const preset of presets) {
    yield {
      name: `floor ${preset}`,
      faults: [...faultsOf(measured, 'decode'), ...faultsOf(measured, `encode ${preset}`)],
      figures: { decode: told(rounds('decode')), encode: told(rounds(`encode ${preset}`)) },
    }
  }
  for (const preset of presets) {
    const beside = {
      original: rounds('original'),
      perspective: rounds(`perspective ${preset}`),
      decode: rounds('decode'),
      encode: rounds(`encode ${preset}`),
    }
    const ratios = ratiosOf(rounds(`ours ${preset}`), beside)
    const point = await pointOf(`ours ${preset}`, measured, material, signal, { ...ratios, judged: isJudged }, (seen) =>
      trueFaults(seen, isJudged ? 0 : shortFilmSlack),
    )
    yield { ...point, faults: [...point.faults, ...(isJudged ? costFaults(preset, ratios) : [])] }
  }
  yield await ownCalibration(material, ours, context)
  yield* rigPoints(seconds, ours, context)
}

type JobName = 'original' | 'decode' | 'perspective cubic' | `${'ours' | 'perspective' | 'encode'} ${(typeof presets)[number]}`

/** In the order in which they take turns: what is compared stands next to each other. */
function jobsOf(
  material: Material,
  { raw, truth, ours, folder }: { readonly raw: string; readonly truth: string; readonly ours: OurMerge; readonly folder: string },
): ReadonlyMap<JobName, Job> {
  const window = `0,0,${panorama.width},${panorama.height}`
  return new Map<JobName, Job>([
    ...presets.flatMap((preset): [JobName, Job][] => [
      [
        `ours ${preset}`,
        async () => {
          const output = path.join(folder, `ours-${preset}.mp4`)
          await ours.panorama({ ...material, out: output, preset, calibration: truth, window })
          return { output }
        },
      ],
      [`perspective ${preset}`, perspectiveJob(material, 'linear', { preset }, folder)],
      [`encode ${preset}`, encodeJob(raw, preset, folder)],
    ]),
    ['decode', decodeJob(material)],
    ['original', originalJob(material, folder)],
    ['perspective cubic', perspectiveJob(material, 'cubic', { preset: 'veryfast' }, folder)],
  ])
}

type Measured = ReadonlyMap<JobName, { readonly rounds: Cost[]; readonly faults: string[] }>

/** All jobs once, then all of them again. One that fails is not tried again. */
async function measureAll(jobs: ReadonlyMap<JobName, Job>, times: number, { say, signal }: Context): Promise<Measured> {
  const measured = new Map<JobName, { rounds: Cost[]; faults: string[] }>()
  for (const name of jobs.keys()) measured.set(name, { rounds: [], faults: [] })
  for (let n = 1; n <= times; n += 1)
    for (const [name, job] of jobs) {
      const found = measured.get(name)
      if (found === undefined || found.faults.length > 0) continue
      try {
        found.rounds.push(await costOf(job, signal))
        say(`round ${n} of ${times}: ${name}  ${found.rounds.at(-1)?.cpuSeconds} processor seconds`)
      } catch (error) {
        if (!(error instanceof EzrecError) || error.code === 'canceled') throw error
        found.faults.push(`it could not be measured: ${error.message}`)
      }
    }
  return measured
}

const faultsOf = (measured: Measured, name: JobName): string[] => measured.get(name)?.faults ?? ['it was not run']

async function pointOf(
  name: JobName,
  measured: Measured,
  { truth }: Material,
  signal: AbortSignal,
  more: Readonly<Record<string, unknown>> = {},
  judge: (quality: Quality) => string[] = () => [],
): Promise<Point> {
  const rounds = measured.get(name)?.rounds ?? []
  const output = rounds.at(-1)?.output
  const faults = faultsOf(measured, name)
  if (output === undefined) return { name, faults: faults.length > 0 ? faults : ['it made no film'], figures: more }
  const quality = await qualityOf(output, truth, signal)
  return { name, faults: [...faults, ...judge(quality)], figures: { ...told(rounds), ...more, quality } }
}

/** Medians over the rounds, and all processor seconds. */
const told = (rounds: Rounds) => ({
  cpuSeconds: median(rounds.map(({ cpuSeconds }) => cpuSeconds)),
  wallSeconds: median(rounds.map(({ wallSeconds }) => wallSeconds)),
  fps: median(rounds.map(({ fps }) => fps)),
  allCpuSeconds: rounds.map(({ cpuSeconds }) => cpuSeconds),
})

async function ownCalibration(material: Material, ours: OurMerge, { folder, signal }: Context): Promise<Point> {
  const name = 'our own calibration'
  const file = path.join(folder, 'own-calibration.json')
  const out = path.join(folder, 'own.mp4')
  try {
    await ours.calibrate({ ...material, out: file })
    await ours.panorama({ ...material, out, preset: 'veryfast', calibration: file, window: `0,0,${panorama.width},${panorama.height}` })
  } catch (error) {
    if (!(error instanceof EzrecError) || error.code === 'canceled') throw error
    return { name, faults: [`it could not be measured: ${error.message}`], figures: {} }
  }
  const quality = await qualityOf(out, material.truth, signal)
  return { name, faults: ownFaults(quality), figures: { quality } }
}
