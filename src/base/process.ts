// The one door for child processes: argument arrays, a small environment, own process group, drained stderr, and an end that is sure.
// Never runs a shell; never believes an exit code alone (the caller counts what came out).

import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { EzrecError, errnoOf, isShortage } from './errors.ts'
import { passOnPriority } from './priority.ts'

export type ChildOptions = {
  /** A number is a descriptor of ours, which stays ours to close. */
  readonly stdin?: 'ignore' | 'pipe' | number
  readonly stdout?: 'ignore' | 'pipe' | 'inherit' | number
  /** `tail` keeps the last 8 KB for the cause; `inherit` shows it. Always drained. */
  readonly stderr?: 'tail' | 'inherit'
  /** Readable pipes from the child's descriptor 3 on. */
  readonly extraPipes?: number
  /** Added to the small default environment (PATH, HOME, LANG, TZ, TMPDIR, NODE_COMPILE_CACHE). Never a secret. */
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** Aborting stops the child by `stopSignals`. */
  readonly signal?: AbortSignal
  /** The ladder of a stop, one rung each `stopStepMs`; the last must be SIGKILL. */
  readonly stopSignals?: readonly NodeJS.Signals[]
  readonly stopStepMs?: number
  readonly onStderrLine?: (line: string) => void
}

/** For `env` of a program that takes and frees blocks of some megabytes over and over, as an encoder of raw pictures does: glibc then keeps them.
 *  Measured with 3392x1080: else each picture's block is given back and faulted in anew, 148,700 page faults in 150 frames instead of 16,300,
 *  0.53 s in the kernel instead of 0.20. The first is as high as every glibc allows. Other C libraries do not read them. */
export const keepsLargeBlocks = {
  MALLOC_MMAP_THRESHOLD_: String(32 * 1024 * 1024),
  MALLOC_TRIM_THRESHOLD_: String(1024 * 1024 * 1024),
  MALLOC_TOP_PAD_: String(64 * 1024 * 1024),
} as const

export type ChildExit = { readonly code: number | null; readonly signal: NodeJS.Signals | null }

export type Child = {
  readonly pid: number
  readonly command: string
  /** Present when asked for by `stdin: 'pipe'` and `stdout: 'pipe'`. */
  readonly stdin: Writable | null
  readonly stdout: Readable | null
  readonly pipes: readonly Readable[]
  /** Resolves once, when the process has ended and its pipes are closed. Never rejects. */
  readonly exited: Promise<ChildExit>
  stderrTail(): string
  /** Walks down the ladder until it has ended; the whole process group gets the signals. */
  stop(): Promise<ChildExit>
  kill(signal: NodeJS.Signals): void
  [Symbol.asyncDispose](): Promise<void>
}

/** Starts a program. Rejects with `program_missing` when it cannot be started, with `upstream_unavailable` when the machine has no process,
 *  descriptor or memory for it just now. */
export async function startChild(command: string, args: readonly string[], options: ChildOptions = {}): Promise<Child> {
  const spawned = begin(command, args, {
    stdio: [
      options.stdin ?? 'ignore',
      options.stdout ?? 'ignore',
      options.stderr === 'inherit' ? 'inherit' : 'pipe',
      ...Array.from({ length: options.extraPipes ?? 0 }, () => 'pipe' as const),
    ],
    env: { ...smallEnvironment(), ...options.env },
    detached: true, // a process group of its own: a Ctrl-C in the terminal is ours to hand on, and the group is ours to end
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  })
  const exited = new Promise<ChildExit>((resolve) => {
    spawned.once('close', (code, signal) => resolve({ code, signal }))
    spawned.once('error', () => resolve({ code: null, signal: null }))
  })
  const stderrTail = drain(spawned, options.onStderrLine)
  await new Promise<void>((resolve, reject) => {
    spawned.once('spawn', resolve)
    spawned.once('error', (error) => reject(startError(command, error)))
  })
  const { pid } = spawned
  if (pid === undefined) throw startError(command, new Error('no process id'))
  void passOnPriority(pid)
  spawned.stdin?.on('error', () => undefined) // EPIPE: the reader's end is told by `exited`
  let ended = false
  void exited.then(() => (ended = true))
  const kill = (signal: NodeJS.Signals): void => {
    if (!ended) signalGroup(pid, signal) // afterwards the id may be another program's
  }
  let stopping: Promise<ChildExit> | undefined
  const stop = (): Promise<ChildExit> =>
    (stopping ??= stopByLadder(exited, kill, options.stopSignals ?? ['SIGTERM', 'SIGKILL'], options.stopStepMs ?? 3_000))
  if (options.signal?.aborted === true) void stop()
  else options.signal?.addEventListener('abort', stop, { once: true })
  void exited.then(() => options.signal?.removeEventListener('abort', stop))
  const pipes = spawned.stdio.slice(3).filter((pipe): pipe is Readable => pipe !== null && pipe !== undefined && 'read' in pipe)
  return {
    pid,
    command,
    stdin: spawned.stdin,
    stdout: spawned.stdout,
    pipes,
    exited,
    stderrTail,
    stop,
    kill,
    [Symbol.asyncDispose]: async () => void (await stop()),
  }
}

/** Most errors come as an event, a lack of memory is thrown. */
function begin(command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  try {
    return spawn(command, [...args], options)
  } catch (error) {
    throw error instanceof Error ? startError(command, error) : error
  }
}

export type RunOptions = Omit<ChildOptions, 'stdout' | 'stdin'> & {
  readonly input?: string | Uint8Array
  readonly timeoutMs?: number
  /** More output than this is an error, not memory. Default 16 MiB. */
  readonly maxOutputBytes?: number
}

export type RunResult = ChildExit & { readonly stdout: Buffer; readonly stderr: string }

/** Runs a program to its end and returns what it said; a non-zero exit is the caller's to judge. Errors: `program_missing`, `timeout`, `canceled`. */
export async function runChild(command: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  await using child = await startChild(command, args, {
    ...options,
    stdin: options.input === undefined ? 'ignore' : 'pipe',
    stdout: 'pipe',
  })
  const limit = options.maxOutputBytes ?? 16 * 1024 * 1024
  const pieces: Buffer[] = []
  let bytes = 0
  let reason: 'timeout' | 'too-much' | undefined
  child.stdout?.on('data', (piece: Buffer) => {
    bytes += piece.length
    if (bytes <= limit) pieces.push(piece)
    else {
      reason ??= 'too-much'
      void child.stop()
    }
  })
  if (options.input !== undefined) child.stdin?.end(options.input)
  const timer =
    options.timeoutMs === undefined ? undefined : setTimeout(() => ((reason ??= 'timeout'), void child.stop()), options.timeoutMs)
  const exit = await child.exited
  clearTimeout(timer)
  const facts = { program: command, stderr: child.stderrTail().slice(-500) }
  if (reason === 'timeout')
    throw new EzrecError('timeout', `${command} did not end within ${options.timeoutMs} ms`, {
      hint: 'look at the machine: it may be overloaded or the input damaged',
      facts,
    })
  if (reason === 'too-much')
    throw new EzrecError('internal', `${command} said more than ${limit} bytes`, {
      hint: 'report this: the output of this program should be small',
      facts,
    })
  if (options.signal?.aborted === true)
    throw new EzrecError('canceled', `${command} was stopped`, { hint: 'nothing to do: somebody asked for it', facts })
  return { ...exit, stdout: Buffer.concat(pieces), stderr: child.stderrTail() }
}

function smallEnvironment(): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const name of ['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR', 'NODE_COMPILE_CACHE']) {
    const value = inherited[name]
    if (value !== undefined) kept[name] = value
  }
  return kept
}

// The environment that children inherit, not settings: those are read by config/env.ts alone.
const inherited = process.env

function drain(spawned: ChildProcess, onLine: ((line: string) => void) | undefined): () => string {
  let tail = ''
  let partial = ''
  spawned.stderr?.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-8192)
    if (onLine === undefined) return
    const lines = (partial + text).split(/\r?\n|\r/)
    partial = (lines.pop() ?? '').slice(-8192)
    for (const line of lines) onLine(line)
  })
  spawned.stderr?.once('end', () => {
    if (partial !== '') onLine?.(partial)
  })
  return () => tail
}

async function stopByLadder(
  exited: Promise<ChildExit>,
  kill: (signal: NodeJS.Signals) => void,
  ladder: readonly NodeJS.Signals[],
  stepMs: number,
): Promise<ChildExit> {
  for (const signal of ladder) {
    kill(signal)
    let timer: NodeJS.Timeout | undefined
    const waited = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), stepMs)))
    const exit = await Promise.race([exited, waited])
    clearTimeout(timer)
    if (exit !== undefined) return exit
  }
  return exited
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal)
  } catch (error) {
    if (errnoOf(error) !== 'ESRCH') throw error // ESRCH: it has already ended
  }
}

function startError(command: string, cause: Error): EzrecError {
  if (isShortage(cause))
    return new EzrecError('upstream_unavailable', `could not start ${command}: ${cause.message}`, {
      hint: 'nothing to do if it passes, it is tried again; else see what else runs here, and raise the limits of processes, files or memory',
      facts: { program: command },
      cause,
    })
  return new EzrecError('program_missing', `could not start ${command}: ${cause.message}`, {
    hint: `install ${command} and see that it is in the PATH of this user`,
    facts: { program: command },
    cause,
  })
}
