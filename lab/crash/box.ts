// The program that is killed: a whole box in one process, walking every procedure of docs/design/lifecycle.md at full speed, from a booking
// to the film's manifest. Started again it goes on with what it finds. Its one argument is its order as JSON; it begins when told so.

import { readdirSync, readFileSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { z } from 'zod'
import { judgeSettings } from '../../config/settings.ts'
import { runVideoWorker } from '../../services/video-worker.ts'
import { formatOf, marginsOf, openApp, type App } from '../../src/app.ts'
import { EzrecError } from '../../src/base/errors.ts'
import type { Booking } from '../../src/booking/booking.ts'
import { findBookingByCaller, listBookings } from '../../src/booking/booking-store.ts'
import { readCapturePlan } from '../../src/booking/capture-plan.ts'
import { arrangementSchema } from '../../src/capture/arrangement.ts'
import { openEraser } from '../../src/capture/erase-outside.ts'
import { keepLedger } from '../../src/capture/ledger.ts'
import { endAbandonedTake, removeUnbegun } from '../../src/capture/recovery.ts'
import { findRecordingOf } from '../../src/capture/recording-store.ts'
import type { Recording } from '../../src/capture/recording.ts'
import { openSegmentLog } from '../../src/capture/segment-log.ts'
import { findVideoOf } from '../../src/publish/video.ts'
import { fastClock, type FastClock } from './fast-clock.ts'
import { fps, readFootage, size, type Footage } from './footage.ts'
import { kickoffMs, leadInMs, match, other, type Acknowledged, type Said } from './match-day.ts'
import { playTakes } from './play-takes.ts'
import { openPatience } from './settled.ts'

const orderSchema = z.object({ home: z.string(), footage: z.string(), life: z.int().positive() })
type Order = z.output<typeof orderSchema>

const variables = {
  CAMERA_LEFT: 'simulated:left',
  CAMERA_RIGHT: 'simulated:right',
  RESOLUTION: `${size.width}x${size.height}`,
  RECORDING_FPS: String(fps),
  CAMERA_SEGMENT_SECONDS: '1',
  CAMERA_LEAD_IN_SECONDS: String(leadInMs / 1_000),
  MERGE_CHUNK_SECONDS: '1',
  MERGE_PRESET: 'ultrafast',
}

/** A take's footage ends at most so long after its newest anchor. */
const afterAnchorMs = 2_500

await main(orderSchema.parse(JSON.parse(process.argv[2] ?? '')))

async function main({ home, footage, life }: Order): Promise<void> {
  const frames = await readFootage(footage)
  await stat(footage) // the thread that does the disk's work exists from now on
  tell({ is: 'ready', mainThread: process.pid, diskThread: threadNamed('libuv-worker') })
  for await (const _go of process.stdin) break
  const clock = fastClock(kickoffMs - 10_000, 3)
  const { settings } = judgeSettings(variables, { home, cwd: home })
  using app = await openApp(settings, { service: 'video_worker', clock })
  await tellFound(app)
  await bookDay(app)
  await capture(app, clock, frames)
  clock.stopAt(kickoffMs + 5_000 + life * 10_000)
  clock.run()
  await work(app)
  tell({ is: 'idle' })
}

async function tellFound({ db, settings }: App): Promise<void> {
  const plan = await readCapturePlan(settings.paths.plan)
  tell({ is: 'found', bookings: listBookings(db).map(toldOf), planned: plan?.windows.map(({ bookingId }) => bookingId) ?? [] })
}

/** "Accept a booking" twice, and "Extend": what an earlier life did is not done again. */
async function bookDay({ db, bookings, settings }: App): Promise<void> {
  const { userId } = settings.booking
  const known = ({ callerId }: { callerId: string }): Booking | undefined => findBookingByCaller(db, userId, callerId)
  await bookings.syncPlan()
  const first =
    known(match) ??
    acknowledged(
      (await bookings.create({ userId, callerId: match.callerId, ...{ startsAtMs: match.startsAtMs, endsAtMs: match.firstEndMs } }))
        .booking,
    )
  if (first.endsAtMs !== match.endsAtMs) acknowledged(await bookings.moveEnd(first.id, match.endsAtMs))
  if (!known(other)) acknowledged((await bookings.create({ userId, ...other })).booking)
}

/** "Adopt after a kill", "Open a recording", "Begin a take", "Close a segment". */
async function capture(app: App, clock: FastClock, footage: Footage): Promise<void> {
  const { paths, camera } = app.settings
  const log = openSegmentLog({ takesFolder: paths.takes, rigId: camera.rigId, sinceMs: kickoffMs })
  await log.refresh()
  for (const folder of log.unbegun()) await removeUnbegun(folder)
  for (const take of log.takes.filter(({ ended }) => !ended)) {
    clock.stopAt(Math.max(take.begunAtMs, take.anchors.at(-1)?.utcMs ?? 0) + afterAnchorMs)
    await endAbandonedTake(take, 'killed', clock)
  }
  await log.refresh()
  await playTakes(
    {
      clock,
      takesFolder: paths.takes,
      rigId: camera.rigId,
      segmentMs: camera.segmentSeconds * 1_000,
      footage,
      startsAtMs: kickoffMs - leadInMs,
      everySecond: ledgerOf(app),
    },
    log,
  )
}

/** "Land a chunk", "Append to the body", "Publish", "Cancel": the worker and the ledger until nothing is left to do. */
async function work(app: App): Promise<void> {
  const stop = new AbortController()
  const worker = runVideoWorker(app, stop.signal).finally(() => stop.abort())
  const ledger = ledgerOf(app)
  try {
    const isSettled = openPatience(app)
    while (!stop.signal.aborted && !(await isSettled(isIdle(app), recordingsOf(app), stop.signal))) {
      await ledger()
      await cancelOther(app)
      await app.clock.sleep(100, stop.signal)
    }
  } finally {
    stop.abort()
    await worker
  }
}

function ledgerOf({ db, clock, logger, settings }: App): () => Promise<void> {
  const { paths, camera, booking } = settings
  const log = openSegmentLog({ takesFolder: paths.takes, rigId: camera.rigId, sinceMs: kickoffMs, keepUntrusted: true })
  const options = {
    ...{ db, clock, log, takesFolder: paths.takes, planFile: paths.plan, timeZone: booking.timeZone, rigId: camera.rigId },
    ...{ format: formatOf(settings), margins: marginsOf(settings), eraser: openEraser({ db, rigId: camera.rigId, log: logger }) },
  }
  return () => keepLedger({ ...options, arrangement: arrangementSchema.parse({ layout: 'side-by-side' }), sound: false })
}

/** Once a chunk of its film is in the store. */
async function cancelOther({ db, bookings, settings }: App): Promise<void> {
  const booking = findBookingByCaller(db, settings.booking.userId, other.callerId)
  const recording = booking && findRecordingOf(db, booking.id)
  if (!recording || booking.cancelledAtMs !== null || (findVideoOf(db, recording.id)?.bodyChunks ?? 0) === 0) return
  acknowledged(await bookings.cancel(booking.id))
}

function isIdle(app: App): boolean {
  const recordings = recordingsOf(app)
  return (
    recordings.length === listBookings(app.db).length &&
    recordings.every(
      ({ id, steps }) =>
        steps.every(({ state }) => state === 'done' || state === 'failed') &&
        (steps.some(({ state }) => state === 'failed') || findVideoOf(app.db, id)?.published?.sha256 != null),
    )
  )
}

function recordingsOf({ db }: App): Recording[] {
  return listBookings(db).flatMap(({ id }) => findRecordingOf(db, id) ?? [])
}

function toldOf({ id, callerId, endsAtMs, cancelledAtMs }: Booking): Acknowledged {
  return { id, callerId: callerId ?? '', endsAtMs, cancelled: cancelledAtMs !== null }
}

function acknowledged(booking: Booking): Booking {
  tell({ is: 'acknowledged', ...toldOf(booking) })
  return booking
}

function tell(said: Said): void {
  process.stdout.write(`${JSON.stringify(said)}\n`)
}

/** The kernel's id of a thread of this process. */
function threadNamed(name: string): number {
  const found = readdirSync('/proc/self/task').find((id) => readFileSync(`/proc/self/task/${id}/comm`, 'utf8').trim() === name)
  if (found === undefined) throw new EzrecError('internal', `there is no thread ${name}`, { hint: 'run it on the pinned Node' })
  return Number(found)
}
