// Runs a job and says what it cost: processor seconds of everything it waited for, wall seconds, frames a second.
// Only one job at a time: the kernel adds up the children of this whole process.

import { EzrecError } from '../src/base/errors.ts'
import { runChild } from '../src/base/process.ts'
import { processorSeconds } from '../src/system/processor-time.ts'

/** `output` is the film it made, if it makes one. */
export type Job = (signal: AbortSignal) => Promise<{ readonly output?: string; readonly frames?: number }>

export type Cost = {
  readonly cpuSeconds: number
  readonly wallSeconds: number
  readonly fps: number
  readonly frames: number
  readonly output: string | undefined
}

/** Frames are counted afterwards, in the film, where the job does not tell them. Errors: those of the job; `internal` when it made nothing. */
export async function costOf(job: Job, signal: AbortSignal): Promise<Cost> {
  const [startedMs, spent] = [performance.now(), processorSeconds()]
  const { output, frames: told } = await job(signal)
  const cpuSeconds = round(processorSeconds() - spent)
  const wallSeconds = round((performance.now() - startedMs) / 1_000)
  const frames = told ?? (output === undefined ? 0 : await framesIn(output, signal))
  if (frames === 0)
    throw new EzrecError('internal', 'a job of the bench made no frame', { hint: 'run its program alone and see what it says' })
  return { cpuSeconds, wallSeconds, fps: round(frames / wallSeconds), frames, output }
}

/** Runs a program of a job to its end. Errors: `internal` when it fails: a peer that fails is not a slow one. */
export async function mustRun(program: string, args: readonly string[], signal: AbortSignal, cwd?: string): Promise<string> {
  const { code, stdout, stderr } = await runChild(program, args, { signal, timeoutMs: 1_800_000, ...(cwd === undefined ? {} : { cwd }) })
  if (code === 0) return stdout.toString('utf8')
  throw new EzrecError('internal', `${program} ended with ${code}: ${stderr.trim().slice(-500)}`, {
    hint: 'run it alone and see what it says',
  })
}

export async function framesIn(film: string, signal: AbortSignal): Promise<number> {
  const asked = [
    '-v',
    'error',
    '-select_streams',
    'v:0',
    '-count_packets',
    '-show_entries',
    'stream=nb_read_packets',
    '-of',
    'csv=p=0',
    film,
  ]
  return Number.parseInt(await mustRun('ffprobe', asked, signal), 10) || 0
}

/** The middle of some figures. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const half = sorted.length / 2
  return round(((sorted[Math.ceil(half) - 1] ?? Number.NaN) + (sorted[Math.floor(half)] ?? Number.NaN)) / 2)
}

export const round = (value: number, digits = 3): number => Math.round(value * 10 ** digits) / 10 ** digits
