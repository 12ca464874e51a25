// The program that stands between one camera and the disk, a process of its own per camera: starts the camera, writes its segments,
// sees that pictures keep coming, and ends both when its standard input ends (the recorder asked, or is gone).
// Knows no database, no network and no other camera. Its argument is the take's folder, for people who look; its story is the journal there.

import path from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { bootId, systemClock } from '../base/clock.ts'
import { messageOf } from '../base/errors.ts'
import { processStartTicks, startChild } from '../base/process.ts'
import { openJournal } from './journal.ts'
import { openSegmentWriter } from './segment-writer.ts'

const takeOrder = z.object({
  takeId: z.string(),
  rigId: z.string(),
  camera: z.enum(['left', 'right']),
  folder: z.string(),
  segmentMs: z.int().positive(),
  /** No picture for this long: the camera hangs. */
  stallMs: z.int().positive(),
  /** The same until the first picture: sensors need time to start. */
  startMs: z.int().positive(),
  command: z.object({ program: z.string(), args: z.array(z.string()), stopSignals: z.array(z.enum(['SIGINT', 'SIGTERM', 'SIGKILL'])) }),
})

/** What the recorder hands over. The folder exists and is empty. */
export type TakeOrder = z.infer<typeof takeOrder>

/** Runs one take to its end. */
export async function runChain(order: TakeOrder, stopAsked: AbortSignal): Promise<void> {
  const clock = systemClock
  const journal = await openJournal(path.join(order.folder, 'journal.ndjson'))
  const ending = Promise.withResolvers<{ cause: string; detail?: string }>()
  const { takeId, rigId, camera } = order
  const startTicks = processStartTicks(process.pid) ?? 0
  await journal.add(
    { is: 'begun', version: 1, takeId, rigId, camera, bootId: bootId(), atMs: clock.nowMs(), pid: process.pid, startTicks },
    { sync: true },
  )
  const end = async (cause: string, detail?: string): Promise<void> => {
    await journal.add({ is: 'ended', cause, atMs: clock.nowMs(), ...(detail ? { detail } : {}) }, { sync: true })
    await journal.close()
  }

  const source = await startChild(order.command.program, order.command.args, {
    stdout: 'pipe',
    stopSignals: order.command.stopSignals,
    stopStepMs: 1_000,
  }).catch((error: unknown) => messageOf(error))
  if (typeof source === 'string') return end('camera-missing', source)
  await journal.add({ is: 'source', pid: source.pid, startTicks: processStartTicks(source.pid) ?? 0 })

  const writer = openSegmentWriter({
    folder: order.folder,
    journal,
    clock,
    segmentMs: order.segmentMs,
    onFailure: (error) => ending.resolve({ cause: 'disk', detail: messageOf(error) }),
  })
  source.stdout?.on('data', (piece: Buffer) => writer.push(piece))
  void source.exited.then(({ code, signal }) =>
    ending.resolve({ cause: 'camera-ended', detail: lastWords(signal ?? `exit ${code}`, source.stderrTail()) }),
  )
  stopAsked.addEventListener('abort', () => ending.resolve({ cause: 'stopped' }), { once: true })
  if (stopAsked.aborted) ending.resolve({ cause: 'stopped' })
  const watch = watchPictures(
    () => writer.frames,
    order,
    () => ending.resolve({ cause: 'stalled', detail: lastWords('no picture', source.stderrTail()) }),
  )

  const { cause, detail } = await ending.promise
  clearInterval(watch)
  await source.stop()
  await writer.close()
  await end(cause, detail)
}

/** Liveness is pictures that keep coming, not a process that lives. */
function watchPictures(frames: () => number, order: TakeOrder, stalled: () => void): NodeJS.Timeout {
  let seen = 0
  let sinceUs = systemClock.monotonicUs()
  return setInterval(() => {
    const nowUs = systemClock.monotonicUs()
    const now = frames()
    if (now !== seen) [seen, sinceUs] = [now, nowUs]
    else if (nowUs - sinceUs > (seen === 0 ? order.startMs : order.stallMs) * 1_000) stalled()
  }, 250)
}

const lastWords = (what: string, stderr: string): string => `${what}: ${stderr.trim().split('\n').slice(-3).join(' | ')}`.slice(0, 500)

/** The first line of standard input is the order, so that nothing of it stands in an argument list; its end asks for ours. */
async function readOrder(stop: AbortController): Promise<TakeOrder> {
  const lines = createInterface({ input: process.stdin })
  const first = await new Promise<string>((resolve) => lines.once('line', resolve).once('close', () => resolve('')))
  lines.once('close', () => stop.abort())
  return takeOrder.parse(JSON.parse(first))
}

if (import.meta.main) {
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort())
  await runChain(await readOrder(stop), stop.signal)
  process.stdin.destroy()
}
