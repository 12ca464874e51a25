// What must be true after processes were killed: a published film of full length with uniform times, no process left, and every invariant of
// the box. Each thing that is not so is one line.

import { setTimeout as delay } from 'node:timers/promises'
import path from 'node:path'
import { readDatabase } from '../../src/adapters/sqlite.ts'
import { runChild } from '../../src/base/process.ts'
import { askOracles } from '../../src/system/oracle.ts'
import { oracles } from '../../src/system/oracles.ts'
import type { SessionAnswer } from '../session-run.ts'
import { membersOf } from './process-tree.ts'

export type EndedRun = {
  readonly folder: string
  readonly home: string
  readonly code: number | null
  readonly answer: SessionAnswer
  readonly seconds: number
  readonly signal: AbortSignal
}

export async function judgeRun(run: EndedRun): Promise<string[]> {
  const { answer, seconds } = run
  const fps = answer.video.fps ?? 0
  return [
    ...(run.code === 0 ? [] : [`the session ended with ${run.code}`]),
    ...(answer.publishedAt === null ? ['nothing was published'] : []),
    ...(answer.video.frames === seconds * fps ? [] : [`the film has ${answer.video.frames} frames, not ${seconds * fps}`]),
    ...uniformityFaults(await timesOf(answer.video.path), seconds * fps, fps),
    ...honestyFaults(answer),
    ...(await leftFaults(run.folder)),
    ...(await oracleFaults(run)),
  ]
}

/** Times in 90 kHz ticks: from 0, all one frame apart. Pure. */
export function uniformityFaults(times: readonly number[], frames: number, fps: number): string[] {
  const off = times.findIndex((ticks, n) => ticks !== Math.round((n * 90_000) / fps))
  return [
    ...(times.length === frames ? [] : [`ffprobe counts ${times.length} frames, not ${frames}`]),
    ...(off < 0 ? [] : [`frame ${off} stands at ${times[off]} ticks`]),
  ]
}

/** A film with a gap is partial, one without is complete, and a gap has a cause. Pure. */
export function honestyFaults({ gaps, status }: Pick<SessionAnswer, 'gaps' | 'status'>): string[] {
  return [
    ...(gaps.length > 0 === (status === 'partial') ? [] : [`${gaps.length} gaps are told and the film is ${status}`]),
    ...gaps.filter(({ cause }) => cause === '').map(({ fromSeconds }) => `the gap at ${fromSeconds} s has no cause`),
  ]
}

/** The film's own ticks, by ffprobe. */
async function timesOf(film: string): Promise<number[]> {
  const args = ['-v', 'error', '-select_streams', 'v', '-show_entries', 'frame=pts', '-of', 'csv=p=0', film]
  const { stdout } = await runChild('ffprobe', args, { timeoutMs: 60_000 })
  return stdout
    .toString('utf8')
    .split('\n')
    .flatMap((line) => (/^\d+/.test(line) ? [Number.parseInt(line, 10)] : []))
}

/** A camera looks once a second whether it is orphaned. */
async function leftFaults(mark: string): Promise<string[]> {
  for (let tries = 0; tries < 30 && membersOf(mark).length > 0; tries += 1) await delay(100)
  return membersOf(mark).map(({ pid, commandLine }) => `process ${pid} was left: ${commandLine.slice(0, 200)}`)
}

async function oracleFaults({ home, signal }: EndedRun): Promise<string[]> {
  using db = readDatabase(path.join(home, 'ezrec.sqlite'))
  const [takesFolder, recordingsFolder, storeFolder] = ['takes', 'recordings', 'store'].map((name) => path.join(home, name))
  if (!takesFolder || !recordingsFolder || !storeFolder) return []
  const verdicts = await askOracles({ db, takesFolder, recordingsFolder, storeFolder, deep: true, signal }, oracles)
  return verdicts.flatMap(({ name, findings }) => findings.map((finding) => `${name}: ${finding.path}: ${finding.fault}`))
}
