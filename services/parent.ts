// A thin parent: one child process per service, started again within two seconds, ended together.
// Knows nothing of what they do; on a Pi systemd is that parent.

import path from 'node:path'
import type { Clock } from '../src/base/clock.ts'
import type { Logger } from '../src/base/logger.ts'
import { startChild, type Child } from '../src/base/process.ts'
import { apiMemory } from './api-memory.ts'
import { helloLine, silenceMs } from './run-service.ts'

export type ParentOptions = {
  readonly home: string
  readonly services: readonly ServiceName[]
  /** Settings for all of them: variables by name. */
  readonly variables: Readonly<Record<string, string>>
  readonly clock: Clock
  readonly logger: Logger
  /** A service that says nothing for so long is ended and started again. */
  readonly silenceMs?: number
}

export type ServiceName = 'recorder' | 'worker' | 'api'

const program = path.join(import.meta.dirname, '..', 'bin', 'ezrec.ts')

/** Resolves when the signal has aborted and every service has ended. */
export async function keepServices(options: ParentOptions, signal: AbortSignal): Promise<void> {
  await Promise.all(options.services.map((name) => keepService(name, options, signal)))
}

async function keepService(name: ServiceName, options: ParentOptions, signal: AbortSignal): Promise<void> {
  const { variables, clock, logger } = options
  let quick = 0
  while (!signal.aborted) {
    const startedUs = clock.monotonicUs()
    const child = await startService(name, options)
    if (!child) {
      await clock.sleep(longestWaitMs, signal) // the machine has no process to give: the others go on
      continue
    }
    endWhenSilent(name, child, options)
    child.stdin?.write(helloLine(variables))
    const end = (): void => void child.stdin?.end()
    signal.addEventListener('abort', end, { once: true })
    const late = new AbortController()
    const exit = await Promise.race([child.exited, forcedEnd(signal, clock, late.signal)])
    late.abort()
    signal.removeEventListener('abort', end)
    if (exit === 'late') await child.stop()
    if (signal.aborted) return
    quick = clock.monotonicUs() - startedUs < 5_000_000 ? quick + 1 : 0
    const waitMs = Math.min(longestWaitMs, quick * 200)
    logger.error(
      { unit: name, exit: exit === 'late' ? 'late' : (exit.signal ?? exit.code), stderr: child.stderrTail().slice(-500), waitMs },
      'service ended, starting it again',
    )
    await clock.sleep(waitMs, signal)
  }
}

/** A service that ends at once, or cannot be started at all, is tried again this often. */
const longestWaitMs = 2_000

async function startService(name: ServiceName, { home, logger }: ParentOptions): Promise<Child | undefined> {
  const { flags, env } = name === 'api' ? apiMemory : { flags: [], env: {} }
  const args = [...flags, '--disable-warning=ExperimentalWarning', program, '--home', home, name, '--under-parent']
  try {
    return await startChild(process.execPath, args, { stdin: 'pipe', stderr: 'tail', extraPipes: 1, env })
  } catch (error) {
    logger.error({ unit: name, err: error, waitMs: longestWaitMs }, 'service cannot be started, trying again')
    return undefined
  }
}

/** A living process is no proof: one whose event loop does not turn any more is killed, and what follows is as after any end. */
function endWhenSilent(name: ServiceName, child: Child, { clock, logger, silenceMs: most = silenceMs }: ParentOptions): void {
  let heardUs = clock.monotonicUs()
  child.pipes[0]?.on('data', () => (heardUs = clock.monotonicUs())).on('error', () => undefined) // its end is told by `exited`
  let lookedUs = heardUs
  const timer = setInterval(() => {
    const lateMs = (clock.monotonicUs() - lookedUs) / 1_000 - most / 10
    lookedUs = clock.monotonicUs()
    if (lateMs > most / 10) heardUs = lookedUs // it was this process that stood still: what was said meanwhile is not read yet
    const silentMs = Math.round((clock.monotonicUs() - heardUs) / 1_000)
    if (silentMs < most) return
    logger.error({ unit: name, silentMs }, 'service stands still, it is killed and started again')
    child.kill('SIGKILL')
    heardUs = clock.monotonicUs()
  }, most / 10)
  void child.exited.then(() => clearInterval(timer))
}

/** A service that was asked to end gets this long to close what it holds. */
async function forcedEnd(signal: AbortSignal, clock: Clock, over: AbortSignal): Promise<'late'> {
  await new Promise<void>((resolve) =>
    signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve(), { once: true, signal: over }),
  )
  await clock.sleep(12_000, over)
  return 'late'
}
