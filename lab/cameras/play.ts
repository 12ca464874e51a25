// The play within the guest: cameras are listed and tried, a recorder films a booking, one accident after the other is done to its cameras.
// Runs as root in a guest that nothing else lives in; tells on standard output and never judges.

import { cp, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { judgeSettings } from '../../config/settings.ts'
import { openApp } from '../../src/app.ts'
import { systemClock } from '../../src/base/clock.ts'
import { EzrecError, messageOf } from '../../src/base/errors.ts'
import { readIfPresent } from '../../src/base/files.ts'
import { runChild, startChild } from '../../src/base/process.ts'
import { openSegmentLog, type SegmentLog } from '../../src/capture/segment-log.ts'
import { cameras, type Camera, type Take } from '../../src/capture/take.ts'
import type { Accident } from './accidents.ts'
import { dye, favourSensors, injure, loadCameras, namePlaces, placeOf } from './devices.ts'
import {
  busyFile,
  guestOrderSchema,
  guestOutFolder,
  listingFile,
  orderFile,
  swappedFile,
  trialFile,
  type GuestOrder,
  type StoryLine,
} from './story.ts'

const program = path.join(import.meta.dirname, '..', '..', 'bin', 'ezrec.ts')
const home = '/run/lab/home'
const flags = ['--disable-warning=ExperimentalWarning', program, '--home', home]

/** Longer than any limit: what takes longer has failed. */
const patienceMs = 30_000
const pollMs = 250

try {
  await play(guestOrderSchema.parse(JSON.parse(await readFile(path.join(guestOutFolder, orderFile), 'utf8'))))
  tell({ is: 'over' })
} catch (error) {
  tell({ is: 'failed', message: messageOf(error) })
}

async function play(order: GuestOrder): Promise<void> {
  const rig = { ...order.variables, CAMERA_LEFT: `v4l2:${placeOf('left')}`, CAMERA_RIGHT: `v4l2:${placeOf('right')}` }
  await loadCameras({ left: 0, right: 1 })
  await namePlaces()
  if (order.trials) {
    await ask(['cameras', 'list', '--json'], rig, listingFile)
    await ask(['cameras', 'test', '--seconds', '3', '--json'], rig, trialFile)
  }
  await film(rig, order)
  tell({ is: 'done', what: 'recorder stopped' })
  if (!order.trials) return
  await loadCameras({ left: 1, right: 0 })
  await dye(await namePlaces())
  await ask(['cameras', 'test', '--seconds', '3', '--json'], rig, swappedFile)
}

/** A verb of the command line, its answer kept. */
async function ask(words: readonly string[], variables: Readonly<Record<string, string>>, file: string): Promise<void> {
  const { stdout, stderr } = await runChild(process.execPath, [...flags, ...words], { env: variables, timeoutMs: 300_000 })
  await writeFile(path.join(guestOutFolder, file), stdout)
  tell({ is: 'done', what: stdout.length > 0 ? words.join(' ') : `${words.join(' ')} said nothing: ${stderr.slice(-300)}` })
}

async function film(variables: Readonly<Record<string, string>>, { accidents, leaps, settleMs, bookedMs }: GuestOrder): Promise<void> {
  await book(variables, bookedMs)
  await using recorder = await startChild(process.execPath, [...flags, 'recorder'], {
    env: variables,
    stopSignals: ['SIGINT', 'SIGTERM', 'SIGKILL'],
    stopStepMs: 30_000,
  })
  try {
    const log = openSegmentLog({ takesFolder: path.join(home, 'takes'), rigId: 'rig-1', sinceMs: 0, keepUntrusted: true })
    tell({ is: 'done', what: 'recorder started' })
    if (leaps) await letIdle(log)
    for (const accident of accidents) {
      const hit = await untilRecording(log, settleMs)
      await favourSensors()
      const { atMs, backMs } = await happen(accident)
      tell({ is: 'accident', ...accident, atMs, backMs })
      await untilAnother(log, accident.camera, hit[accident.camera])
    }
    await untilRecording(log, settleMs).catch((error: unknown) => tell({ is: 'done', what: messageOf(error) })) // judged by what there is
  } finally {
    await recorder.stop()
    for (const name of ['takes', 'logs']) await cp(path.join(home, name), path.join(guestOutFolder, 'home', name), { recursive: true })
  }
}

/** Not sooner: the clock of a guest that waits for a file of its host, and has no timer near, leaps by minutes. */
async function letIdle(log: SegmentLog): Promise<void> {
  await untilRecording(log, 0)
  const busy = await readIfPresent(busyFile)
  if (busy !== undefined) process.kill(Number(busy))
  tell({ is: 'done', what: 'both cameras give pictures' })
}

async function book(variables: Readonly<Record<string, string>>, bookedMs: number): Promise<void> {
  const { settings } = judgeSettings(variables, { home, cwd: home })
  using app = await openApp(settings, { service: 'ezrec' })
  const startsAtMs = Date.now()
  await app.bookings.create({ userId: 'local', callerId: 'accidents', startsAtMs, endsAtMs: startsAtMs + bookedMs })
}

async function happen({ kind, camera, awayMs }: Accident): Promise<{ atMs: number; backMs: number }> {
  const nodes = await namePlaces()
  const atMs = Date.now() // what is measured from here has the tool's own time in it
  const injury = await injure(kind, camera, nodes[camera])
  await systemClock.sleep(Math.max(0, atMs + awayMs - Date.now()))
  const backMs = awayMs === 0 ? atMs : Date.now()
  await injury.heal()
  return { atMs, backMs }
}

/** Until both cameras have recorded for some time in their newest takes: the ids of these. */
async function untilRecording(log: SegmentLog, settleMs: number): Promise<Record<Camera, string>> {
  for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += pollMs) {
    await log.refresh()
    const [left, right] = cameras.map((camera) => log.takes.findLast((take) => take.camera === camera))
    if (left && right && isSettled(left, settleMs) && isSettled(right, settleMs)) return { left: left.id, right: right.id }
    await systemClock.sleep(pollMs)
  }
  throw new EzrecError('timeout', `not both cameras record within ${patienceMs} ms`, { hint: 'look into the log of the recorder' })
}

/** Until a take that an accident has hit is over; what never notices it is judged later. */
async function untilAnother(log: SegmentLog, camera: Camera, hit: string): Promise<void> {
  for (let waitedMs = 0; waitedMs < patienceMs && log.takes.findLast((take) => take.camera === camera)?.id === hit; waitedMs += pollMs) {
    await systemClock.sleep(pollMs)
    await log.refresh()
  }
}

function isSettled({ ended, anchors }: Take, settleMs: number): boolean {
  const [first, last] = [anchors[0], anchors.at(-1)]
  return ended === undefined && first !== undefined && last !== undefined && last.utcMs - first.utcMs >= settleMs
}

function tell(line: StoryLine): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}
