// Runs the real program in a home of its own for tests of the whole path: small pictures, a rig drawn once, everything cleaned up.
// Never fakes a part of the product: services, ffmpeg and database are the real ones.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import { layouts } from '../config/picture-words.ts'
import { repositoryFolder } from '../bin/cli.ts'
import { readFilmCounters } from '../lab/film-counters.ts'
import { errnoOf } from '../src/base/errors.ts'
import { runChild, startChild, type Child } from '../src/base/process.ts'
import { inputs } from '../src/capture/input.ts'
import { cameras } from '../src/capture/take.ts'
import { verdictSchema } from '../src/publish/verdict.ts'

export const rigEnvironment = {
  RESOLUTION: '640x360',
  CAMERA_LEFT: 'simulated:left',
  CAMERA_RIGHT: 'simulated:right',
  CAMERA_LEAD_IN_SECONDS: '5',
  MERGE_PRESET: 'ultrafast',
  API_HOST: '127.0.0.1',
  BOOKING_MAX_HOURS: '1',
  CACHE_DIR: path.join(repositoryFolder, '.ezrec', 'test-cache'),
} as const

export type Home = AsyncDisposable & {
  readonly folder: string
  /** What a program is started with to be of the same user; empty for our own. */
  readonly runner: readonly string[]
  /** Starts a verb; standard output is kept. */
  start(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Running>
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended>
}

export type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string }
export type Running = { readonly child: Child; readonly ended: Promise<Ended> }

/** `asUser`: everything runs as this user, who owns the home and needs no name. Wants root. */
export async function openHome({ asUser }: { readonly asUser?: number } = {}): Promise<Home> {
  // The tests' own temporary folder is closed to other users.
  const folder = await mkdtemp(path.join(asUser === undefined ? tmpdir() : '/var/tmp', 'ezrec-home-'))
  const [runner, more] = asUser === undefined ? [[], {}] : await giveTo(asUser, folder)
  const children: Child[] = []
  const start: Home['start'] = async (args, env = {}) => {
    const program = [path.join(repositoryFolder, 'bin', 'ezrec.ts'), '--home', folder, ...args]
    let stderr = ''
    const [command = '', ...rest] = [...runner, process.execPath, '--disable-warning=ExperimentalWarning', ...program]
    const child = await startChild(command, rest, {
      stdout: 'pipe',
      env: { ...rigEnvironment, ...(asUser === undefined ? {} : { TMPDIR: folder }), ...more, ...env },
      onStderrLine: (line) => void (stderr += `${line}\n`),
    })
    children.push(child)
    let stdout = ''
    child.stdout?.setEncoding('utf8').on('data', (text: string) => void (stdout += text))
    return { child, ended: child.exited.then(({ code }) => ({ code, stdout, stderr })) }
  }
  return {
    folder,
    runner,
    start,
    run: async (args, env) => (await start(args, env)).ended,
    [Symbol.asyncDispose]: async () => {
      for (const child of children) await child.stop()
      for (const pid of processesOf(folder)) kill(pid)
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

/** How to become this user, of the low priority that a unit may give him, with a copy of the rig's pictures that he may read. */
async function giveTo(user: number, folder: string): Promise<[string[], Record<string, string>]> {
  const cache = path.join(folder, 'cache')
  const pictures = /^pitch-(left|right)-live-640x360-/
  await cp(rigEnvironment.CACHE_DIR, cache, {
    recursive: true,
    filter: (file) => file === rigEnvironment.CACHE_DIR || file.split(path.sep).some((name) => pictures.test(name)),
  })
  const { code, stderr } = await runChild('chown', ['-R', `${user}:${user}`, folder])
  assert.equal(code, 0, stderr)
  return [['setpriv', `--reuid=${user}`, `--regid=${user}`, '--clear-groups', 'nice', '-n', '15'], { CACHE_DIR: cache, HOME: folder }]
}

const sessionResult = z.object({
  bookingId: z.string(),
  recordingId: z.string(),
  layout: z.enum(layouts),
  status: z.enum(['complete', 'partial']),
  startsAt: z.iso.datetime(),
  endsAt: z.iso.datetime(),
  publishedAt: z.iso.datetime(),
  publishSeconds: z.number().nonnegative(),
  coverage: z.object({ left: z.number(), right: z.number(), sound: z.number().optional() }),
  gaps: z.array(z.object({ camera: z.enum(inputs), fromSeconds: z.number(), seconds: z.number(), cause: z.string() })),
  pictureFaults: z.array(z.object({ camera: z.enum(cameras), fault: z.string(), fromSeconds: z.number(), seconds: z.number() })),
  verdict: verdictSchema,
  video: z.object({
    id: z.string(),
    path: z.string(),
    width: z.int(),
    height: z.int(),
    fps: z.int(),
    frames: z.int(),
    durationSeconds: z.number(),
    bytes: z.int(),
    sha256: z.string().nullable(),
  }),
  shareUrl: z.string().regex(/\/s\/[\w-]{43}$/),
})

export type SessionAnswer = z.infer<typeof sessionResult>

/** The one JSON document of `record --json` and `demo --json`. */
export function readAnswer({ stdout, stderr }: Ended): SessionAnswer {
  assert.equal(stdout.trim().split('\n').length, 1, `one JSON document on stdout, got: ${stdout}\n${stderr}`)
  return sessionResult.parse(JSON.parse(stdout))
}

/** What ffprobe and the burnt-in counters say of a merged film. `counters` holds [left, right] per frame, `undefined` where a card stands. */
export async function examineFilm(file: string): Promise<{
  frames: number
  steps: readonly number[]
  firstBoxes: readonly string[]
  startsAt: number
  counters: readonly (readonly [number | undefined, number | undefined])[]
}> {
  const probe = await runChild('ffprobe', [
    '-v',
    'error',
    '-select_streams',
    'v:0',
    '-show_entries',
    'packet=pts',
    '-show_entries',
    'stream=width',
    '-of',
    'json',
    file,
  ])
  const { packets, streams } = z
    .object({ packets: z.array(z.object({ pts: z.int() })), streams: z.array(z.object({ width: z.int() })) })
    .parse(JSON.parse(probe.stdout.toString()))
  const width = streams[0]?.width ?? 0
  const counters = await readFilmCounters(file, width)
  const head = await readFile(file)
  const second = head.readUInt32BE(0)
  return {
    frames: counters.length,
    steps: [...new Set(packets.slice(1).map(({ pts }, n) => pts - (packets[n]?.pts ?? 0)))],
    startsAt: packets[0]?.pts ?? -1,
    firstBoxes: [head.toString('latin1', 4, 8), head.toString('latin1', second + 4, second + 8)],
    counters,
  }
}

/** How far two counters are apart on the loop of 500 scene frames. */
export const apart = (a: number, b: number): number => Math.min((a - b + 500) % 500, (b - a + 500) % 500)

/** Processes that carry a home in their arguments, with all they have started. */
export function processesOf(home: string): number[] {
  const parents = new Map(allProcesses().map((pid) => [pid, parentOf(pid)]))
  const own = new Set([...parents.keys()].filter((pid) => pid !== process.pid && commandLine(pid).includes(home)))
  const isBelow = (pid: number): boolean => own.has(pid) || (pid > 1 && parents.has(pid) && isBelow(parents.get(pid) ?? 0))
  return [...parents.keys()].filter((pid) => pid !== process.pid && isBelow(pid))
}

const allProcesses = (): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)

/** Field 4 of proc_pid_stat(5). */
const parentOf = (pid: number): number => Number(procFile(pid, 'stat').split(') ').at(-1)?.split(' ')[1] ?? 0)

const commandLine = (pid: number): string => procFile(pid, 'cmdline').replaceAll('\0', ' ')

function procFile(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'latin1')
  } catch {
    return '' // it has just ended
  }
}

/** The command line of a process that belongs to a home and matches, once there is one. */
export async function waitForProcess(home: string, matches: RegExp, timeoutMs = 30_000): Promise<number> {
  for (let waited = 0; waited < timeoutMs; waited += 100) {
    const pid = processesOf(home).find((each) => matches.test(commandLine(each)))
    if (pid !== undefined) return pid
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`no process of ${home} matches ${matches.source}`)
}

export const kill = (pid: number, signal: NodeJS.Signals = 'SIGKILL'): void => {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if (errnoOf(error) !== 'ESRCH') throw error // ESRCH: it has ended by itself
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Until stderr of a session says that the film is being recorded for at least so long, judged by the rows of its home. */
export async function untilRecording(home: string, forMs: number): Promise<void> {
  const { DatabaseSync } = process.getBuiltinModule('node:sqlite')
  for (let waited = 0; waited < 60_000; waited += 100) {
    await pause(100)
    try {
      using db = new DatabaseSync(path.join(home, 'ezrec.sqlite'), { readOnly: true, timeout: 2_000 })
      const starts = db.prepare('select starts_at_ms from booking order by created_at_ms desc limit 1').get()?.['starts_at_ms']
      if (typeof starts === 'number' && Date.now() >= starts + forMs) return
    } catch (error) {
      if (waited > 30_000) throw error // until then it may not be made yet
    }
  }
  throw new Error('no recording began')
}
