// A whole recording on the simulated rig as somebody would start it: the command line in a process of its own, in a home of its own.
// Never looks inside: what it answers and what is on disk is what is judged.

import path from 'node:path'
import { z } from 'zod'
import { readDatabase } from '../src/adapters/sqlite.ts'
import { systemClock } from '../src/base/clock.ts'
import { EzrecError } from '../src/base/errors.ts'
import { startChild, type Child } from '../src/base/process.ts'
import { inputs } from '../src/capture/input.ts'

export type SessionRun = {
  readonly child: Child
  /** Its exit code and its answer, once it has ended; errors: internal when it answered nothing that could be read. */
  readonly ended: Promise<{ readonly code: number | null; readonly answer: SessionAnswer }>
}

const answerSchema = z.object({
  recordingId: z.string(),
  status: z.string(),
  startsAt: z.string(),
  endsAt: z.string(),
  publishedAt: z.string().nullable(),
  publishSeconds: z.number().nullable(),
  gaps: z.array(z.object({ camera: z.enum(inputs), fromSeconds: z.number(), seconds: z.number(), cause: z.string() })),
  video: z.object({
    path: z.string(),
    width: z.number().nullable(),
    fps: z.number().nullable(),
    frames: z.int().nullable(),
    bytes: z.int().nullable(),
  }),
})

export type SessionAnswer = z.output<typeof answerSchema>

/** Settings of a box that is asked more often than anybody asks. */
export const askedWithoutLimit = { API_REQUESTS_PER_MINUTE: '100000000', API_OPEN_REQUESTS_PER_MINUTE: '100000000' } as const

const program = path.join(import.meta.dirname, '..', 'bin', 'ezrec.ts')

export type SessionRunOptions = {
  readonly home: string
  readonly cacheFolder: string
  readonly seconds: number
  /** Becomes TMPDIR of every process of the session: that is how they are found. */
  readonly mark: string
  readonly signal: AbortSignal
  /** Where its API listens; anywhere when not given. */
  readonly port?: number
  /** Settings over the usual ones of a session. */
  readonly variables?: Readonly<Record<string, string>>
}

export async function startSession({
  home,
  cacheFolder,
  seconds,
  mark,
  signal,
  port,
  variables = {},
}: SessionRunOptions): Promise<SessionRun> {
  const flags = ['--disable-warning=ExperimentalWarning', program, '--home', home]
  const child = await startChild(process.execPath, [...flags, 'record', '--seconds', String(seconds), '--json'], {
    stdout: 'pipe',
    signal,
    stopSignals: ['SIGINT', 'SIGTERM', 'SIGKILL'],
    stopStepMs: 20_000,
    env: {
      CAMERA_LEFT: 'simulated:left',
      CAMERA_RIGHT: 'simulated:right',
      RESOLUTION: '640x360',
      MERGE_PRESET: 'ultrafast',
      API_HOST: '127.0.0.1',
      ...(port === undefined ? {} : { API_PORT: String(port) }),
      ...variables,
      CACHE_DIR: cacheFolder,
      TMPDIR: mark,
    },
  })
  let said = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-65_536)))
  const ended = child.exited.then(({ code }) => {
    const answer = answerSchema.safeParse(parseJson(said))
    if (answer.success) return { code, answer: answer.data }
    throw new EzrecError('internal', `the session ended with ${code} and answered ${JSON.stringify(said.slice(0, 500))}`, {
      hint: 'look into the logs of its home',
      facts: { stderr: child.stderrTail().slice(-1_000) },
    })
  })
  ended.catch(() => undefined) // told to whoever awaits it
  return { child, ended }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // said by the caller, with the text
  }
}

/** The first instant of the film, once it is booked. */
export async function filmStart(home: string, signal: AbortSignal): Promise<number> {
  for (; !signal.aborted; await systemClock.sleep(100, signal)) {
    const found = bookedIn(home)
    if (found !== undefined) return found
  }
  throw new EzrecError('internal', 'the session ended before anything was booked', { hint: 'look into the logs of its home' })
}

function bookedIn(home: string): number | undefined {
  try {
    using db = readDatabase(path.join(home, 'ezrec.sqlite'))
    const row = db.get('select starts_at_ms from booking')
    return row && z.object({ starts_at_ms: z.int() }).parse(row).starts_at_ms
  } catch {
    return undefined // not yet made, or being made
  }
}
