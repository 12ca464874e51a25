// One camera kept running while it is wanted: a take ends, the next one begins, sooner or later by how long the last one lived.
// Never looks at the other camera: a dead one costs its neighbour nothing.

import { rmdir } from 'node:fs/promises'
import path from 'node:path'
import type { Clock } from '../base/clock.ts'
import { makeFolder } from '../base/files.ts'
import { newId } from '../base/ids.ts'
import type { Logger } from '../base/logger.ts'
import { startChild, type Child } from '../base/process.ts'
import { backoffMs } from '../base/retry.ts'
import type { TakeOrder } from './camera-chain.ts'
import type { CameraCommand } from './drivers/driver.ts'
import { followJournal } from './journal.ts'
import { endAbandonedTake } from './recovery.ts'
import { takeFolder } from './segment-log.ts'
import { addToTake, beginTake, type Camera, type Take } from './take.ts'

export type CameraProcessOptions = {
  readonly camera: Camera
  readonly rigId: string
  readonly takesFolder: string
  readonly command: CameraCommand
  readonly segmentMs: number
  readonly stallMs: number
  readonly startMs: number
  readonly clock: Clock
  /** When it is, by the box's time; `undefined` while that is doubtful. */
  readonly dateMs: () => number | undefined
  readonly log: Logger
}

const chainProgram = path.join(import.meta.dirname, 'camera-chain.ts')

/** Takes, one after the other, until the signal aborts; returns when the last one is closed on disk. */
export async function keepCamera(options: CameraProcessOptions, signal: AbortSignal): Promise<void> {
  const { clock, log, camera } = options
  let shortLives = 0
  while (!signal.aborted) {
    const startedUs = clock.monotonicUs()
    const take = await runTake(options, signal).catch((error: unknown) => {
      log.error({ camera, err: error }, 'a take could not be begun')
      return undefined // as a take that ended at once: the other camera must not pay for it
    })
    if (signal.aborted) return
    const livedMs = (clock.monotonicUs() - startedUs) / 1_000
    shortLives = livedMs > 10_000 ? 0 : shortLives + 1
    const waitMs = shortLives <= 1 ? 50 : 50 + backoffMs(shortLives, { baseMs: 200, capMs: 5_000 })
    log.error(
      { camera, take: take?.id, cause: take?.ended?.cause, detail: take?.ended?.detail, livedMs: Math.round(livedMs), waitMs },
      'camera ended, starting it again',
    )
    await clock.sleep(waitMs, signal)
  }
}

async function runTake(options: CameraProcessOptions, signal: AbortSignal): Promise<Take | undefined> {
  const { camera, rigId, command, segmentMs, stallMs, startMs, clock } = options
  const takeId = newId()
  const folder = takeFolder(options.takesFolder, takeId, camera, options.dateMs())
  await makeFolder(folder)
  const order: TakeOrder = {
    takeId,
    rigId,
    camera,
    folder,
    segmentMs,
    stallMs,
    startMs,
    command: { program: command.program, args: [...command.args], stopSignals: ladder(command) },
  }
  const chain = await startChild(process.execPath, [chainProgram, folder], { stdin: 'pipe', stderr: 'tail' })
  chain.stdin?.write(`${JSON.stringify(order)}\n`)
  const stop = (): void => void chain.stdin?.end() // its standard input ending is the one way to ask
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  await endsInTime(chain, signal, clock)
  signal.removeEventListener('abort', stop)
  const take = await readTake(folder)
  if (!take) await rmdir(folder).catch(() => undefined) // it never began: an empty folder is nothing to keep; one with anything in it stays
  if (take && take.ended === undefined) await endAbandonedTake(take, 'killed', clock)
  return (await readTake(folder)) ?? take
}

/** A chain that was asked to end gets as long as its camera's ladder and a slow disk may need. */
async function endsInTime(chain: Child, signal: AbortSignal, clock: Clock): Promise<void> {
  const over = new AbortController()
  const asked = new Promise<void>((resolve) =>
    signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve(), { once: true, signal: over.signal }),
  )
  const late = asked.then(() => clock.sleep(8_000, over.signal)).then(() => (over.signal.aborted ? chain.exited : chain.stop()))
  await Promise.race([chain.exited, late])
  over.abort()
}

async function readTake(folder: string): Promise<Take | undefined> {
  const [first, ...rest] = await followJournal(path.join(folder, 'journal.ndjson'))
    .read()
    .catch(() => [])
  const take = first && beginTake(first, folder)
  if (take) for (const entry of rest) addToTake(take, entry)
  return take
}

const ladder = (command: CameraCommand): TakeOrder['command']['stopSignals'] =>
  command.stopSignals.filter((signal) => signal === 'SIGINT' || signal === 'SIGTERM' || signal === 'SIGKILL')
