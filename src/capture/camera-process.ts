// One camera, or the microphone, kept running while it is wanted: a take ends, the next one begins, sooner or later by how long the last one lived.
// Never looks at the other camera: a dead one costs its neighbour nothing.

import { existsSync } from 'node:fs'
import type { Clock } from '../base/clock.ts'
import { makeFolder } from '../base/files.ts'
import { newId } from '../base/ids.ts'
import type { Logger } from '../base/logger.ts'
import { endByIdentity } from '../base/process-identity.ts'
import type { RecorderLock, TakeOrder } from './camera-chain.ts'
import { holdOrphan, openSpares, type Chain, type Spares } from './chain.ts'
import { cameraNodes, untilDevicesChange } from './device-nodes.ts'
import { causeOf } from './drivers/failure-cause.ts'
import type { CameraCommand } from './drivers/driver.ts'
import { thisMachine } from './drivers/machine.ts'
import type { Input } from './input.ts'
import { endAbandonedTake, readJournal, removeUnbegun } from './recovery.ts'
import { isLasting, lastingWaitMs, openTelling, soundLifeMs, usualWaitMs, type EndCause, type Telling } from './retry-policy.ts'
import { takeFolder } from './segment-log.ts'
import { soundCauseOf } from './sound/sound-cause.ts'
import type { Take } from './take.ts'

export type CameraProcessOptions = {
  readonly camera: Input
  readonly rigId: string
  readonly takesFolder: string
  readonly command: CameraCommand
  /** Both cameras of the rig begin now; a later take, and a camera without the other, begins alone. */
  readonly together?: boolean
  readonly segmentMs: number
  readonly stallMs: number
  readonly startMs: number
  /** The longest wait between two short lives. */
  readonly longestWaitMs?: number
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
  /** Where a camera that is plugged in again appears; `/dev` by default. */
  readonly devFolder?: string
  readonly log: Logger
}

type Running = { readonly chain: Chain; readonly folder: string }

/** Takes, one after the other, until the signal aborts; returns when the last one is closed on disk. */
export async function keepCamera(options: CameraProcessOptions, signal: AbortSignal): Promise<void> {
  const { clock, log, camera, orphan, longestWaitMs, devFolder = thisMachine.devFolder } = options
  await using spares = options.spares
    ? borrowed(options.spares)
    : openSpares(camera, options.takesFolder, (line) => log.warn({ camera, line }, 'a camera chain says'))
  const closings = new Set<Promise<void>>()
  const telling = openTelling()
  let shortLives = 0
  let failures = 0 // of a cause that lasts, in a row
  let found: EndCause | undefined // why the newest life ended of which that is known: files are closed beside the next life
  let together = options.together === true && !orphan
  let running: Running | undefined = orphan && { chain: holdOrphan(orphan.chain, clock), folder: orphan.folder }
  if (orphan) log.info({ camera, take: orphan.id }, 'a take of an earlier recorder goes on')
  while (!signal.aborted) {
    const startedUs = clock.monotonicUs()
    const before = failures > 0 ? await cameraNodes(devFolder) : ''
    running ??= await begin(options, spares, together).catch((error: unknown) => {
      log.error({ camera, err: error }, 'a take could not be begun')
      return undefined // as a take that ended at once: the other camera must not pay for it
    })
    if (running) {
      await untilOver(running, signal, clock)
      const closing = close(running, options, telling)
        .then((cause) => void (found = cause))
        .finally(() => closings.delete(closing))
      closings.add(closing) // the next take does not wait for the files of this one
    }
    running = undefined
    together = false
    if (signal.aborted) break
    const livedMs = (clock.monotonicUs() - startedUs) / 1_000
    shortLives = livedMs > soundLifeMs ? 0 : shortLives + 1
    if (shortLives === 0) {
      telling.forget()
      found = undefined
    }
    const waitMs = usualWaitMs(shortLives, longestWaitMs)
    log[failures > 1 ? 'debug' : 'warn']({ camera, livedMs: Math.round(livedMs), waitMs }, 'camera ended, starting it again')
    if (await untilPresent(options, signal)) {
      shortLives = failures = 0
      continue
    }
    await clock.sleep(waitMs, signal)
    failures = shortLives > 0 && isLastingCause(found) ? failures + 1 : 0
    if (failures <= 1) continue // once more at once: it may have been a moment's trouble
    // Only a device says when it is back; who waits for anything else must go and see.
    const restMs =
      Math.min(lastingWaitMs(failures - 1), options.command.presentWhile === undefined ? longestBlindWaitMs : Infinity) - waitMs
    if (failures === 2) log.warn({ camera, restMs }, 'this camera is tried more rarely from now on, and at once when a device appears')
    if (await untilDevicesChange({ devFolder, before, waitMs: restMs, clock }, signal)) failures = 0
  }
  await Promise.all(closings)
}

const longestBlindWaitMs = 5_000

const isLastingCause = (cause: EndCause | undefined): boolean => cause !== undefined && isLasting(cause)

/** Waits while the camera is visibly not there, which costs nothing; true when it had to. */
async function untilPresent({ camera, command, clock, log }: CameraProcessOptions, signal: AbortSignal): Promise<boolean> {
  const device = command.presentWhile
  if (device === undefined || existsSync(device)) return false
  log.error({ camera, device }, 'the camera is not there, waiting for it')
  while (!signal.aborted && !existsSync(device)) await clock.sleep(presentPollMs, signal)
  if (!signal.aborted) log.info({ camera, device }, 'the camera is there again')
  return true
}

const presentPollMs = 100

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

/** What the chain had to write is written, or adopted; why it ended, unless that was asked for. Never rejects. */
async function close(
  { chain, folder }: Running,
  { camera, clock, log }: CameraProcessOptions,
  telling: Telling,
): Promise<EndCause | undefined> {
  try {
    await chain.exited
    const take = await readJournal(folder)
    if (take === undefined) await removeUnbegun(folder)
    if (take && take.ended === undefined) await endAbandonedTake(take, 'killed', clock)
    const { ended } = (await readJournal(folder)) ?? {}
    const told = { camera, take: take?.id, cause: ended?.cause, detail: ended?.detail }
    if (ended === undefined || ended.cause === 'stopped') {
      log.info(told, 'take ended')
      return undefined
    }
    const cause = camera === 'sound' ? soundCauseOf(ended.detail) : causeOf(ended.detail)
    const { code, fault, mend } = cause
    const isNews = !isLasting(cause) || telling.isNews(code, clock.monotonicUs())
    log[isNews ? 'error' : 'debug']({ ...told, code, hint: mend }, code === 'unknown' ? 'take ended' : fault)
    const showedNothing = take !== undefined && take.opened.length === 0
    return showedNothing && ended.cause !== 'disk' ? cause : undefined // what it filmed is worth every try
  } catch (error) {
    log.error({ camera, folder, err: error }, 'a take could not be closed, the next start adopts it')
    return undefined
  }
}

const ladder = (command: CameraCommand): TakeOrder['command']['stopSignals'] =>
  command.stopSignals.filter((signal) => signal === 'SIGINT' || signal === 'SIGTERM' || signal === 'SIGKILL')
