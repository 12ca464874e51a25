// The program that stands between one camera and the disk, a process of its own per camera: starts the camera, writes its segments,
// sees that pictures keep coming, and ends both when the recorder asks. It outlives a recorder that was killed: the next one goes on with it.
// Knows no database, no network and no other camera. Its argument is the take's folder, for people who look; its story is the journal there.

import { rm } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { z } from 'zod'
import { lockHolder } from '../adapters/instance-lock.ts'
import { bootId, systemClock } from '../base/clock.ts'
import { messageOf } from '../base/errors.ts'
import { startChild, type Child } from '../base/process.ts'
import { processStartTicks } from '../base/process-look.ts'
import { isAlive, ownIdentity } from '../base/process-identity.ts'
import { closeFailedTake } from './failed-take.ts'
import { inputs } from './input.ts'
import { journalFile, openJournal, type Journal } from './journal.ts'
import { openSegmentWriter, type SegmentWriter, type UnfinishedSegment } from './segment-writer.ts'

const takeOrder = z.object({
  takeId: z.string(),
  rigId: z.string(),
  camera: z.enum(inputs),
  folder: z.string(),
  segmentMs: z.int().positive(),
  /** No picture for this long: the camera hangs. */
  stallMs: z.int().positive(),
  /** The same until the first picture: sensors need time to start. */
  startMs: z.int().positive(),
  /** Footage that may wait in memory for a slow disk. */
  maxQueuedBytes: z.int().positive().optional(),
  /** Whose life this chain watches once its standard input has ended without a word; without one it ends then. */
  recorder: z.object({ folder: z.string(), name: z.string() }).optional(),
  command: z.object({ program: z.string(), args: z.array(z.string()), stopSignals: z.array(z.enum(['SIGINT', 'SIGTERM', 'SIGKILL'])) }),
})

/** What the recorder hands over. The folder exists and is empty. */
export type TakeOrder = z.infer<typeof takeOrder>
export type RecorderLock = NonNullable<TakeOrder['recorder']>

/** Said on standard output as soon as the camera has ended by itself: the next take may begin while this one's files are closed. */
export const cameraIsFree = 'camera is free'

/** A recorder is started again within two seconds; a chain waits no longer than this for one. */
const orphanMs = 10_000

type TakeEnd = { readonly cause: string; readonly detail?: string }

/** Runs one take to its end. Rejects when its journal cannot be written: what is on disk is adopted by whoever looks next. */
export async function runChain(order: TakeOrder, stopAsked: AbortSignal): Promise<void> {
  const journal = await beginJournal(order)
  const source = await startChild(order.command.program, order.command.args, {
    stdout: 'pipe',
    stopSignals: order.command.stopSignals,
    stopStepMs: 1_000,
  }).catch((error: unknown) => messageOf(error))
  if (typeof source === 'string') return endTake(journal, { cause: `${thing(order)}-missing`, detail: source })
  await using _ = source // whatever happens here, no camera is left running
  await runCamera(order, source, journal, stopAsked)
}

/** Hands on each piece as it is read. What a stream does with one on its way to a listener costs as much as all that is done with it here. */
function takePieces(stream: Readable, take: (piece: Buffer) => void): void {
  const push = stream.push.bind(stream)
  stream.push = (piece: Buffer | null) => {
    if (piece === null) return push(piece)
    take(piece)
    return true
  }
  stream.on('data', take) // nothing comes this way unless Node no longer reads by `push`; it makes the stream flow
}

/** The take exists when this resolves. One that cannot begin leaves nothing behind. */
async function beginJournal({ takeId, rigId, camera, folder }: TakeOrder): Promise<Journal> {
  const file = journalFile(folder)
  try {
    const journal = await openJournal(file)
    const begun = { takeId, rigId, camera, bootId: bootId(), atMs: systemClock.nowMs(), ...ownIdentity() }
    await journal.add({ is: 'begun', version: 1, ...begun }, { sync: true })
    return journal
  } catch (error) {
    await rm(file, { force: true }).catch(() => undefined) // what went wrong first is what is told
    throw error
  }
}

async function endTake(journal: Journal, { cause, detail }: TakeEnd): Promise<void> {
  await journal.add({ is: 'ended', cause, atMs: systemClock.nowMs(), ...(detail ? { detail } : {}) }, { sync: true })
  await journal.close()
}

async function runCamera(order: TakeOrder, source: Child, journal: Journal, stopAsked: AbortSignal): Promise<void> {
  const ending = Promise.withResolvers<TakeEnd>()
  let failure: string | undefined
  const writer = openSegmentWriter({
    folder: order.folder,
    journal,
    clock: systemClock,
    segmentMs: order.segmentMs,
    ...(order.maxQueuedBytes === undefined ? {} : { maxQueuedBytes: order.maxQueuedBytes }),
    onFailure: (error) => ending.resolve({ cause: 'disk', detail: (failure = messageOf(error)) }),
    onJump: () => ending.resolve({ cause: 'stamps-jumped', detail: 'its time stamps jumped' }),
  })
  writer.tell({ is: 'source', pid: source.pid, startTicks: processStartTicks(source.pid) ?? 0 })
  if (source.stdout) takePieces(source.stdout, (piece) => writer.push(piece))
  void source.exited.then(({ code, signal }) =>
    ending.resolve({ cause: `${thing(order)}-ended`, detail: lastWords(signal ?? `exit ${code}`, source.stderrTail()) }),
  )
  stopAsked.addEventListener('abort', () => ending.resolve({ cause: 'stopped' }), { once: true })
  if (stopAsked.aborted) ending.resolve({ cause: 'stopped' })
  const watch = watchPictures(writer, order, () => {
    const nothing = order.camera === 'sound' ? 'no sound' : 'no picture'
    tellPeople(`${nothing} comes any more`) // the end of its program may take seconds more, and so may its files
    ending.resolve({ cause: 'stalled', detail: lastWords(nothing, source.stderrTail()) })
  })

  const end = await ending.promise
  clearInterval(watch)
  await source.stop()
  if ([`${thing(order)}-ended`, 'stalled', 'stamps-jumped'].includes(end.cause)) process.stdout.write(`${cameraIsFree}\n`)
  const unfinished = await writer.close()
  const isTold = unfinished === undefined && (await succeeds(endTake(journal, end)))
  if (!isTold)
    await endFailedTake(order, journal, unfinished === undefined ? end : { cause: 'disk', detail: failure ?? '' }, {
      unfinished,
      stopAsked,
    })
}

/** Our journal may be unusable, or its disk full: the end is told by other means, after everything that was told before. */
async function endFailedTake(
  { folder }: TakeOrder,
  journal: Journal,
  end: TakeEnd,
  { unfinished = [], stopAsked }: { readonly unfinished?: readonly UnfinishedSegment[] | undefined; readonly stopAsked: AbortSignal },
): Promise<void> {
  await succeeds(journal.sync())
  try {
    await closeFailedTake({ folder, ...end, unfinished, clock: systemClock, stopAsked, onRefused: tellPeople })
  } finally {
    await succeeds(journal.close())
  }
}

const succeeds = (work: Promise<void>): Promise<boolean> =>
  work.then(
    () => true,
    () => false,
  )

/** Each look wakes a process that should cost next to nothing. */
const watchMs = 250

/** Liveness is pictures that keep coming, not a process that lives. */
function watchPictures(writer: SegmentWriter, order: TakeOrder, stalled: () => void): NodeJS.Timeout {
  let seen = 0
  let sinceUs = systemClock.monotonicUs()
  const watch = setInterval(() => {
    const nowUs = systemClock.monotonicUs()
    if (writer.frames !== seen) {
      seen = writer.frames
      sinceUs = nowUs
      return
    }
    writer.flush() // no picture brings the next ones along
    if (nowUs - sinceUs > (seen === 0 ? order.startMs : order.stallMs) * 1_000) {
      clearInterval(watch)
      stalled()
    }
  }, watchMs)
  return watch
}

/** What a cause of an end is told of. */
const thing = ({ camera }: TakeOrder): 'camera' | 'microphone' => (camera === 'sound' ? 'microphone' : 'camera')

const lastWords = (what: string, stderr: string): string => `${what}: ${stderr.trim().split('\n').slice(-3).join(' | ')}`.slice(0, 500)

const tellPeople = (error: unknown): void => void process.stderr.write(`camera chain: ${messageOf(error)}\n`)

/** The first line of standard input is the order, so that nothing of it stands in an argument list; the line `stop` asks for the end. Input that
 *  ends without it is a recorder that was killed. `undefined` when no order came. */
async function readOrder(stop: AbortController): Promise<TakeOrder | undefined> {
  const lines = createInterface({ input: process.stdin })
  const order = Promise.withResolvers<TakeOrder | undefined>()
  let given: TakeOrder | undefined
  lines.on('line', (line) => {
    if (line === 'stop') stop.abort()
    else if (!given) order.resolve((given = takeOrder.parse(JSON.parse(line))))
  })
  lines.once('close', () => {
    order.resolve(undefined)
    if (given?.recorder && !stop.signal.aborted) void outliveRecorder(given.recorder, stop)
    else stop.abort()
  })
  return order.promise
}

/** Goes on for as long as there is a recorder that could ask for the end: the next one finds this take by its journal. */
async function outliveRecorder({ folder, name }: RecorderLock, stop: AbortController): Promise<void> {
  for (let aloneMs = 0; aloneMs < orphanMs; aloneMs += 250) {
    const holder = lockHolder(folder, name)
    if (holder && isAlive(holder)) aloneMs = 0
    await systemClock.sleep(250, stop.signal)
    if (stop.signal.aborted) return
  }
  stop.abort()
}

if (import.meta.main) {
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort())
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined) // the one who listened may have been killed
  try {
    const order = await readOrder(stop)
    if (order) {
      process.title = `camera-chain.ts ${order.folder}`
      await runChain(order, stop.signal)
    }
  } catch (error) {
    tellPeople(error)
    process.exitCode = 1
  }
  stop.abort() // nobody's life is watched any more: this process ends with its take
  process.stdin.destroy()
}
