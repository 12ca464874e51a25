// `bench merge`: two films side by side in one pass, beside the chains of encodes that the original sends them through.
// Never skips a peer: one that cannot run is a fault.

import path from 'node:path'
import { EzrecError } from '../../src/base/errors.ts'
import type { Context, Point, Scenario } from '../harness.ts'
import { ourMerge, type OurMerge } from '../our-merge.ts'
import { quality } from '../panorama/encode-options.ts'
import { ensureMaterial, plainMaterial } from '../panorama/material.ts'
import { ensureOpenCv } from '../panorama/opencv.ts'
import { costOf, median, round, type Cost, type Job } from '../run-job.ts'
import { drawLogo, onePass, servicesChain, workerChain } from './chains.ts'

/** At most these shares of the processor time of the original's two chains. */
const mostOfServices = 1 / 4
const mostOfWorker = 1 / 6

const leastJudgedSeconds = 5

const openOurs = ({ folder, signal }: Context): OurMerge => ourMerge(path.join(folder, 'home'), quality, signal)

export const mergeScenario = (open: (context: Context) => OurMerge = openOurs): Scenario => ({
  kind: 'bench',
  name: 'merge',
  summary: 'side by side in one pass, beside the encodes of the original (--seconds 10; python3-opencv is installed)',
  usualRuns: 3,
  run: (context) => measureMerge(context, open(context)),
})

async function* measureMerge(context: Context, ours: OurMerge): AsyncGenerator<Point> {
  const { say, signal, folder } = context
  await ensureOpenCv(say, signal) // the films are drawn with it
  const seconds = context.seconds?.[0] ?? 10
  const isJudged = seconds >= leastJudgedSeconds
  const material = await ensureMaterial(plainMaterial(seconds), context)
  const films = { ...material, logo: await drawLogo(folder, signal) }
  const out = path.join(folder, 'ours.mp4')
  const jobs: ReadonlyMap<string, Job> = new Map([
    ['ours', () => ours.sideBySide({ ...films, out, preset: 'veryfast' }).then(() => ({ output: out }))],
    ['services chain', servicesChain(films, folder)],
    ['worker chain', workerChain(films, folder)],
    ['one pass by hand', onePass(films, 'veryfast', folder)],
  ])
  const costs = new Map<string, Cost[]>()
  const faults = new Map<string, string>()
  for (let n = 0; n < (isJudged ? context.runs : 1); n += 1)
    for (const [name, job] of jobs) {
      if (faults.has(name)) continue
      try {
        const cost = await costOf(job, signal)
        costs.set(name, [...(costs.get(name) ?? []), cost])
        say(`${name}  ${cost.cpuSeconds} processor seconds`)
      } catch (error) {
        if (!(error instanceof EzrecError) || error.code === 'canceled') throw error
        faults.set(name, `it could not be measured: ${error.message}`)
      }
    }
  for (const name of jobs.keys()) {
    const fault = faults.get(name)
    yield { name, faults: fault === undefined ? [] : [fault], figures: told(costs.get(name) ?? []) }
  }
  const share = (of: string): number =>
    round(median((costs.get('ours') ?? []).map(({ cpuSeconds }, n) => cpuSeconds / (costs.get(of)?.[n]?.cpuSeconds ?? Number.NaN))))
  const [ofServices, ofWorker, ofOnePass] = [share('services chain'), share('worker chain'), share('one pass by hand')]
  yield {
    name: 'ours beside the original',
    faults: isJudged
      ? [...above('the services chain', ofServices, mostOfServices), ...above('the worker chain', ofWorker, mostOfWorker)]
      : [],
    figures: { cpuOfServices: ofServices, cpuOfWorker: ofWorker, cpuOfOnePass: ofOnePass, judged: isJudged },
  }
}

const above = (what: string, found: number, most: number): string[] =>
  found <= most ? [] : [`it takes ${found} of the processor time of ${what}, not at most ${round(most)}`]

const told = (costs: readonly Cost[]) => ({
  cpuSeconds: median(costs.map(({ cpuSeconds }) => cpuSeconds)),
  wallSeconds: median(costs.map(({ wallSeconds }) => wallSeconds)),
  fps: median(costs.map(({ fps }) => fps)),
  frames: costs[0]?.frames ?? 0,
})
