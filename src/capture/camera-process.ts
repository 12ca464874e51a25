// One camera kept running while it is wanted: a take ends, the next one begins, sooner or later by how long the last one lived.
// Never looks at the other camera: a dead one costs its neighbour nothing.

import type { Clock } from '../base/clock.ts'
import { makeFolder } from '../base/files.ts'
import { newId } from '../base/ids.ts'
import type { Logger } from '../base/logger.ts'
import { endByIdentity } from '../base/process-identity.ts'
import { backoffMs } from '../base/retry.ts'
import type { RecorderLock, TakeOrder } from './camera-chain.ts'
import { holdOrphan, openSpares, type Chain, type Spares } from './chain.ts'
import { causeOf } from './drivers/failure-cause.ts'
import type { CameraCommand } from './drivers/driver.ts'
import { endAbandonedTake, readJournal, removeUnbegun } from './recovery.ts'
import { takeFolder } from './segment-log.ts'
import type { Camera, Take } from './take.ts'

export type CameraProcessOptions = {
  readonly camera: Camera
  readonly rigId: string
  readonly takesFolder: string
  readonly command: CameraCommand
  /** Both cameras of the rig begin now; a later take, and a camera without the other, begins alone. */
  readonly together?: boolean
  readonly segmentMs: number
  readonly stallMs: number
  readonly startMs: number
  readonly clock: Clock
  /** When it is, by the box's time; `undefined` while that is doubtful. */
  readonly dateMs: () => number | undefined
  /** Whose life the chains watch. */
  readonly recorder?: RecorderLock
  /** Rejects when no take may begin: its disk is not there. */
  readonly beforeTake?: () => Promise<void>
  /** Chains started ahead; of its own when none are given. */
  readonly spares?: Spares
  /** A take that an earlier recorder left running: it is gone on with. */
  readonly orphan?: Take | undefined
  readonly log: Logger
}

type Running = { readonly chain: Chain; readonly folder: string }

/** Takes, one after the other, until the signal aborts; returns when the last one is closed on disk. */
export async function keepCamera(options: CameraProcessOptions, signal: AbortSignal): Promise<void> {
  const { clock, log, camera, orphan } = options
  await using spares = options.spares
    ? borrowed(options.spares)
    : openSpares(camera, options.takesFolder, (line) => log.warn({ camera, line }, 'a camera chain says'))
  const closings = new Set<Promise<void>>()
  let shortLives = 0
  let together = options.together === true && !orphan
  let running: Running | undefined = orphan && { chain: holdOrphan(orphan.chain, clock), folder: orphan.folder }
  if (orphan) log.info({ camera, take: orphan.id }, 'a take of an earlier recorder goes on')
  while (!signal.aborted) {
    const startedUs = clock.monotonicUs()
    running ??= await begin(options, spares, together).catch((error: unknown) => {
      log.error({ camera, err: error }, 'a take could not be begun')
      return undefined // as a take that ended at once: the other camera must not pay for it
    })
    if (running) {
      await untilOver(running, signal, clock)
      const closing = close(running, options).finally(() => closings.delete(closing))
      closings.add(closing) // the next take does not wait for the files of this one
    }
    running = undefined
    together = false
    if (signal.aborted) break
    const livedMs = (clock.monotonicUs() - startedUs) / 1_000
    shortLives = livedMs > 10_000 ? 0 : shortLives + 1
    const waitMs = shortLives <= 1 ? 0 : 50 + backoffMs(shortLives, { baseMs: 200, capMs: 5_000 })
    log.warn({ camera, livedMs: Math.round(livedMs), waitMs }, 'camera ended, starting it again')
    await clock.sleep(waitMs, signal)
  }
  await Promise.all(closings)
}

/** Whoever opened them closes them. */
const borrowed = ({ begin: beginChain }: Spares): Spares => ({ begin: beginChain, [Symbol.asyncDispose]: () => Promise.resolve() })

async function begin(options: CameraProcessOptions, spares: Spares, together: boolean): Promise<Running> {
  const { camera, rigId, command, segmentMs, stallMs, startMs, recorder } = options
  const takeId = newId()
  const folder = takeFolder(options.takesFolder, takeId, camera, options.dateMs())
  await options.beforeTake?.()
  await makeFolder(folder)
  const chain = await spares.begin({
    takeId,
    rigId,
    camera,
    folder,
    segmentMs,
    stallMs,
    startMs,
    ...(recorder ? { recorder } : {}),
    command: {
      program: command.program,
      args: [...(together ? command.args : (command.argsAlone ?? command.args))],
      stopSignals: ladder(command),
    },
  })
  return { chain, folder }
}

/** A chain that was asked to end gets as long as its camera's ladder and a slow disk may need. */
const endsWithinMs = 8_000

/** Resolves when the next take may begin: the camera is free. After an abort, when all is written. */
async function untilOver({ chain, folder }: Running, signal: AbortSignal, clock: Clock): Promise<void> {
  const done = new AbortController()
  const asked = new Promise<void>((resolve) =>
    signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve(), { once: true, signal: done.signal }),
  )
  const over = await Promise.race([chain.over, asked])
  done.abort()
  if (over === undefined) {
    chain.stop()
    const late = new AbortController()
    await Promise.race([chain.exited, clock.sleep(endsWithinMs, late.signal).then(() => (late.signal.aborted ? undefined : chain.kill()))])
    late.abort()
    return
  }
  if (over.told) return
  const take = await readJournal(folder).catch(() => undefined)
  if (take?.source && !take.ended) await endByIdentity(take.source, clock) // its chain is gone: nobody else would, and a camera has one user
}

/** What the chain had to write is written, or adopted. Never rejects. */
async function close({ chain, folder }: Running, { camera, clock, log }: CameraProcessOptions): Promise<void> {
  try {
    await chain.exited
    const take = await readJournal(folder)
    if (take === undefined) await removeUnbegun(folder)
    if (take && take.ended === undefined) await endAbandonedTake(take, 'killed', clock)
    const { ended } = (await readJournal(folder)) ?? {}
    const told = { camera, take: take?.id, cause: ended?.cause, detail: ended?.detail }
    if (ended === undefined || ended.cause === 'stopped') return log.info(told, 'take ended')
    const { code, fault, mend } = causeOf(ended.detail)
    log.error({ ...told, code, hint: mend }, code === 'unknown' ? 'take ended' : fault)
  } catch (error) {
    log.error({ camera, folder, err: error }, 'a take could not be closed, the next start adopts it')
  }
}

const ladder = (command: CameraCommand): TakeOrder['command']['stopSignals'] =>
  command.stopSignals.filter((signal) => signal === 'SIGINT' || signal === 'SIGTERM' || signal === 'SIGKILL')
