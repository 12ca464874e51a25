// A day of matches on a disk that holds less than two of them: each is filmed by the real segment writer, merged, sent and swept by the real
// worker, on a clock that runs faster. The cameras alone are left out.
// Harder than a real day: the worker begins only when a match is over, so that footage, chunks and film stand side by side in full.

import { setTimeout as delay } from 'node:timers/promises'
import { runVideoWorker } from '../../services/video-worker.ts'
import { formatOf, marginsOf, type App } from '../../src/app.ts'
import { EzrecError } from '../../src/base/errors.ts'
import { freeBytes } from '../../src/base/files.ts'
import { arrangementSchema } from '../../src/capture/arrangement.ts'
import { openEraser } from '../../src/capture/erase-outside.ts'
import { keepLedger } from '../../src/capture/ledger.ts'
import { findRecordingOf } from '../../src/capture/recording-store.ts'
import { openSegmentLog } from '../../src/capture/segment-log.ts'
import { listChunks } from '../../src/merge/chunk-store.ts'
import { listSwept } from '../../src/publish/swept-store.ts'
import { findVideoOf, type Video } from '../../src/publish/video.ts'
import type { FastClock } from '../crash/fast-clock.ts'
import type { PlayOptions } from '../crash/play-takes.ts'

export type Day = {
  readonly app: App
  readonly clock: FastClock
  readonly firstMs: number
  readonly matches: number
  readonly matchMs: number
  /** From one's start to the next one's. */
  readonly everyMs: number
  readonly leadInMs: number
  /** Both cameras' takes of one match. */
  readonly play: (options: Omit<PlayOptions, 'footage'>) => Promise<void>
  /** Real time for a film, and for the room of the next match. */
  readonly limitMs: number
  readonly say: (line: string) => void
  readonly signal: AbortSignal
}

/** A match as it stands right after it was published and the next one has room. */
export type Lived = { readonly bookingId: string; readonly video: Video; readonly leastFreeBytes: number; readonly workedMs: number }

/** Books all matches at once, as callers do. Errors: disk_full when one is refused. */
export async function bookMatches({ app, firstMs, matches, matchMs, everyMs }: Day): Promise<string[]> {
  const ids: string[] = []
  for (let n = 0; n < matches; n += 1) {
    const startsAtMs = firstMs + n * everyMs
    ids.push((await app.bookings.create({ startsAtMs, endsAtMs: startsAtMs + matchMs, userId: 'u' })).booking.id)
  }
  return ids
}

/** One match after the other. Errors: timeout when a film is not published, or no room comes for the next. */
export async function* liveDay(day: Day, ids: readonly string[]): AsyncGenerator<Lived> {
  for (const [n, bookingId] of ids.entries()) {
    const free = openLow(day.app.settings.paths.home)
    const startsAtMs = day.firstMs + n * day.everyMs
    if (day.clock.nowMs() > startsAtMs - day.leadInMs)
      throw new EzrecError('timeout', `match ${n + 1} begins before the worker is done with the one before it`, {
        hint: 'a faster machine',
      })
    await film(day, startsAtMs, free.look)
    day.say(`match ${n + 1} of ${ids.length} is filmed`)
    const begunMs = performance.now()
    await workUntilRoom(day, bookingId, ids[n + 1] === undefined ? undefined : startsAtMs + day.everyMs, free.look)
    const video = videoOf(day.app, bookingId)
    if (!video) throw new EzrecError('internal', `match ${n + 1} has no film`, { hint: 'look into the log of its home' })
    yield { bookingId, video, leastFreeBytes: free.least, workedMs: performance.now() - begunMs }
  }
}

/** What has gone from this disk for a film's sake. */
export const sweptOf = ({ db }: App, { recordingId }: Video): string[] =>
  listSwept(db, recordingId).flatMap(({ what, goneAtMs }) => (goneAtMs === undefined ? [] : [what]))

const videoOf = ({ db }: App, bookingId: string): Video | undefined => {
  const recording = findRecordingOf(db, bookingId)
  return recording && findVideoOf(db, recording.id)
}

function openLow(folder: string): { look(): Promise<void>; readonly least: number } {
  let least = Number.POSITIVE_INFINITY
  return {
    look: async () => void (least = Math.min(least, await freeBytes(folder))),
    get least() {
      return least
    },
  }
}

/** The takes of one match, with the ledger beside them. */
async function film({ app, clock, matchMs, leadInMs, play }: Day, startsAtMs: number, look: () => Promise<void>): Promise<void> {
  const { db, logger, settings } = app
  const { paths, camera, booking } = settings
  const options = { takesFolder: paths.takes, rigId: camera.rigId, sinceMs: startsAtMs - leadInMs }
  const log = openSegmentLog({ ...options, keepUntrusted: true })
  const eraser = openEraser({ db, rigId: camera.rigId, log: logger })
  const ledger = (): Promise<void> =>
    keepLedger({
      ...{ db, clock: app.clock, log, takesFolder: paths.takes, planFile: paths.plan, timeZone: booking.timeZone, rigId: camera.rigId },
      ...{ format: formatOf(settings), margins: marginsOf(settings), eraser },
      ...{ arrangement: arrangementSchema.parse({ layout: 'side-by-side' }), sound: false },
    })
  const everySecond = async (): Promise<void> => {
    await ledger()
    await look()
  }
  await play({ clock, everySecond, startsAtMs: startsAtMs - leadInMs, segmentMs: camera.segmentSeconds * 1_000, ...options })
  clock.stopAt(startsAtMs + matchMs + 20_000)
  await ledger()
  await ledger()
}

/** The worker, until the match is published and read back and the next one has room. */
async function workUntilRoom(day: Day, id: string, nextMs: number | undefined, look: () => Promise<void>): Promise<void> {
  const { app, clock, everyMs, matchMs } = day
  const stop = new AbortController()
  const worker = runVideoWorker(app, AbortSignal.any([stop.signal, day.signal])).finally(() => stop.abort())
  worker.catch(() => undefined) // told below
  clock.run()
  const until = (holds: () => boolean | Promise<boolean>, what: string): Promise<void> =>
    waitUntil({ ...day, signal: stop.signal }, holds, what, look)
  try {
    await until(() => videoOf(app, id)?.published?.sha256 != null, `${id} published and read back`)
    if (nextMs === undefined) return
    clock.stopAt(Math.max(clock.nowMs(), nextMs - (everyMs - matchMs) / 2))
    clock.run()
    const nextAloneMs = (everyMs + matchMs) / 2 // reaches the next match, and not the one behind it while the pause lasts
    await until(async () => (await app.room.shortfall(nextAloneMs)) === 0, 'room for the next match')
  } finally {
    stop.abort()
    await worker
  }
}

async function waitUntil(
  { app, limitMs, say, signal }: Day,
  holds: () => boolean | Promise<boolean>,
  what: string,
  look: () => Promise<void>,
): Promise<void> {
  const endMs = performance.now() + limitMs
  for (let n = 1; !(await holds()); n += 1) {
    if (performance.now() > endMs)
      throw new EzrecError('timeout', `not within ${limitMs / 1_000} s: ${what}`, { hint: 'look into the log' })
    await look()
    if (n % 300 === 0) say(`  ${chunksOf(app)} chunks are made; awaited: ${what}`)
    await delay(100, undefined, { signal })
  }
}

const chunksOf = ({ db }: App): number =>
  db.all('select id from recording').reduce((sum, { id }) => sum + listChunks(db, String(id)).length, 0)
