// One life of the program, from its start until it is idle or killed: traced, struck at one call, or left alone.
// Never judges what it left behind.

import { existsSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { EzrecError } from '../../src/base/errors.ts'
import { startChild, type Child } from '../../src/base/process.ts'
import { changingCalls } from './census.ts'
import type { Said } from './match-day.ts'
import type { Strike } from './points.ts'

export type LifeOptions = {
  readonly home: string
  readonly footage: string
  /** From 1: a later life begins at a later hour. */
  readonly life: number
  /** Becomes TMPDIR of all its processes. */
  readonly mark: string
  /** In front of the PATH. */
  readonly programs: string
  readonly compileCache: string
  readonly strike?: Strike | undefined
  /** Both threads' calls are written into this folder. */
  readonly traceFolder?: string | undefined
  readonly signal: AbortSignal
}

export type LifeEnd = {
  readonly said: readonly Said[]
  /** The strike came to pass: the program was killed, or one that it had started. */
  readonly struck: boolean
  readonly exit: number | string | null
  readonly stderr: string
}

const box = fileURLToPath(import.meta.resolve('./box.ts'))
const longestMs = 60_000

const acknowledged = z.object({ id: z.string(), callerId: z.string(), endsAtMs: z.number(), cancelled: z.boolean() })
const saidSchema: z.ZodType<Said> = z.discriminatedUnion('is', [
  z.object({ is: z.literal('ready'), mainThread: z.int(), diskThread: z.int() }),
  z.object({ is: z.literal('found'), bookings: z.array(acknowledged), planned: z.array(z.string()) }),
  acknowledged.extend({ is: z.literal('acknowledged') }),
  z.object({ is: z.literal('idle') }),
])

/** Errors: internal when it does not begin; timeout when it does not end. */
export async function live(options: LifeOptions): Promise<LifeEnd> {
  const { home, footage, life, mark, strike, signal } = options
  const struckMark = await armPrograms(mark, strike)
  await using child = await startChild(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', box, JSON.stringify({ home, footage, life })],
    {
      stdin: 'pipe',
      stdout: 'pipe',
      signal,
      env: {
        TMPDIR: mark,
        UV_THREADPOOL_SIZE: '1', // one thread does all the disk's work: its calls can be counted
        NODE_COMPILE_CACHE: options.compileCache,
        PATH: `${options.programs}:${pathOfChildren}`,
      },
    },
  )
  const said: Said[] = []
  const ready = Promise.withResolvers<Extract<Said, { is: 'ready' }>>()
  createInterface({ input: child.stdout ?? process.stdin }).on('line', (line) => {
    const parsed = saidSchema.parse(JSON.parse(line))
    said.push(parsed)
    if (parsed.is === 'ready') ready.resolve(parsed)
  })
  void child.exited.then(() =>
    ready.reject(new EzrecError('internal', `the program did not begin: ${child.stderrTail().slice(-500)}`, { hint: 'run it by hand' })),
  )
  const threads = await ready.promise
  const tracers = await attachAll(options, { main: threads.mainThread, disk: threads.diskThread })
  child.stdin?.end('go\n')
  let late = false
  const timer = setTimeout(() => ((late = true), void child.stop()), longestMs)
  const { code, signal: killedBy } = await child.exited
  clearTimeout(timer)
  await Promise.all(tracers.map(({ exited }) => exited))
  if (late)
    throw new EzrecError('timeout', `life ${life} was not idle after ${longestMs / 1_000} s`, { hint: 'look into the log of its home' })
  const struck = killedBy === 'SIGKILL' || existsSync(struckMark)
  return { said, struck, exit: killedBy ?? code, stderr: child.stderrTail().slice(-2_000) }
}

/** What the program finds its programs by, behind the stand-in. */
const pathOfChildren = '/usr/local/bin:/usr/bin:/bin'

/** Tells the stand-in whom to kill; answers where it notes that it has. */
async function armPrograms(mark: string, strike: Strike | undefined): Promise<string> {
  const struck = path.join(mark, 'struck')
  await mkdir(mark, { recursive: true })
  for (const name of ['strike', 'struck']) await rm(path.join(mark, name), { recursive: true, force: true })
  if (strike && strike.actor !== 'main' && strike.actor !== 'disk')
    await writeFile(path.join(mark, 'strike'), `${strike.actor} ${strike.n}\n`)
  return struck
}

async function attachAll({ strike, traceFolder, mark }: LifeOptions, threads: Readonly<Record<'main' | 'disk', number>>): Promise<Child[]> {
  if (traceFolder !== undefined) {
    const trace = (actor: 'main' | 'disk'): Promise<Child> =>
      attach(threads[actor], ['-e', `trace=${changingCalls.join(',')}`, '-o', path.join(traceFolder, actor)])
    return Promise.all([trace('main'), trace('disk')])
  }
  if (!strike || (strike.actor !== 'main' && strike.actor !== 'disk')) return []
  const inject = `inject=${strike.call}:signal=SIGKILL:when=${strike.n}`
  return [await attach(threads[strike.actor], ['-e', `trace=${strike.call}`, '-e', inject, '-o', path.join(mark, 'trace')])]
}

/** A tracer of one thread; resolves when it watches. It ends with the thread. Errors: program_missing, forbidden. */
async function attach(thread: number, args: readonly string[]): Promise<Child> {
  const watching = Promise.withResolvers<void>()
  const tracer = await startChild('strace', ['-p', String(thread), '-y', '-s', '0', ...args], {
    onStderrLine: (line) => {
      if (line.includes('attached')) watching.resolve()
    },
  })
  void tracer.exited.then(() =>
    watching.reject(
      new EzrecError('forbidden', `a thread cannot be traced: ${tracer.stderrTail().slice(-300)}`, {
        hint: 'run it as root, or allow ptrace',
      }),
    ),
  )
  await watching.promise
  return tracer
}
