// What tests ask a box that runs in a home of its own: its bookings, its takes, its film, and all of it killed at once.
// Believes rows and journals only where a test says so; pictures are looked at in the film.

import assert from 'node:assert/strict'
import { z } from 'zod'
import { openSettings } from '../config/settings.ts'
import { openDatabase } from '../src/adapters/sqlite.ts'
import { findRecordingOf } from '../src/capture/recording-store.ts'
import { openSegmentLog } from '../src/capture/segment-log.ts'
import type { Take } from '../src/capture/take.ts'
import { findVideoOf, type Video } from '../src/publish/video.ts'
import { localFolderStore } from '../src/publish/stores/local-folder.ts'
import { logUnits, readLogs } from '../src/system/service-logs.ts'
import { examineFilm, kill, pause, processesOf, type Home } from './real-session.ts'

const view = z.object({ id: z.string(), startsAt: z.string(), endsAt: z.string(), status: z.string() })
export type BookingView = z.infer<typeof view>

/** A verb of `booking` that succeeds. */
export async function booking(home: Home, ...args: string[]): Promise<BookingView> {
  const ended = await home.run(['booking', ...args, '--json'])
  assert.equal(ended.code, 0, ended.stderr)
  return view.parse(JSON.parse(ended.stdout))
}

/** A booking that begins in some seconds and is longer than any test: it is stopped. */
export async function bookAhead(home: Home, inMs = 7_000): Promise<{ readonly id: string; readonly startMs: number }> {
  const startMs = Date.now() + inMs
  const { id } = await booking(home, 'add', '--start', new Date(startMs).toISOString(), '--minutes', '20')
  return { id, startMs }
}

export async function published(home: Home, bookingId: string): Promise<Video> {
  using db = openDatabase(openSettings(home.folder).settings.paths.database)
  for (let waited = 0; waited < 120_000; waited += 200) {
    const recording = findRecordingOf(db, bookingId)
    const video = recording && findVideoOf(db, recording.id)
    if (video?.published) return video
    await pause(200)
  }
  throw new Error(`booking ${bookingId} was not published`)
}

/** All takes, by the time they began. */
export async function takesOf({ folder }: Home): Promise<readonly Take[]> {
  const { paths, camera } = openSettings(folder).settings
  const log = openSegmentLog({ takesFolder: paths.takes, rigId: camera.rigId, sinceMs: 86_400_000, keepUntrusted: true })
  await log.refresh()
  return log.takes
}

/** Until takes that began after `sinceMs` have kept at least a second of pictures from each of these cameras, and it is `fromMs`. */
export async function untilPictures(
  home: Home,
  sinceMs: number,
  { fromMs = 0, of = ['left', 'right'] }: { readonly fromMs?: number; readonly of?: readonly string[] } = {},
): Promise<void> {
  for (let waited = 0; waited < 120_000; waited += 100) {
    const alive = (await takesOf(home)).filter(({ begunAtMs, ended, anchors }) => begunAtMs >= sinceMs && !ended && anchors.length > 1)
    const newestMs = (camera: string): number => alive.findLast((take) => take.camera === camera)?.anchors.at(-1)?.utcMs ?? 0
    if (of.every((camera) => newestMs(camera) > fromMs)) return
    await pause(100)
  }
  const takes = (await takesOf(home)).map(({ camera, begunAtMs, ended, anchors }) => ({
    camera,
    begunAtMs,
    ended,
    last: anchors.at(-1)?.utcMs,
  }))
  throw new Error(`no pictures came after ${Math.max(sinceMs, fromMs)}: ${JSON.stringify(takes)}; the log ends: ${await logEnd(home)}`)
}

/** What its services said last. */
async function logEnd({ folder }: Home): Promise<string> {
  const filter = { units: logUnits, level: 'INFO', sinceMs: 0 } as const
  return (await readLogs(openSettings(folder).settings.paths.logs, filter, 20)).map((entry) => JSON.stringify(entry)).join('\n')
}

/** Everything of a box at once, as its power would. */
export async function killAll({ folder }: Home): Promise<void> {
  for (let pids = processesOf(folder); pids.length > 0; pids = processesOf(folder)) {
    for (const pid of pids) kill(pid)
    await pause(20)
  }
}

/** The film of a booking that was published: where a camera shows a card that is told, and what is told is so. How many stretches of pictures
 *  there are, and which causes are told. A machine that is busy drops pictures now and then: those are repeated, and told, too. */
export async function judgeFilm(
  home: Home,
  bookingId: string,
): Promise<{
  readonly frames: number
  readonly stretches: Readonly<Record<'left' | 'right', number>>
  readonly causes: Readonly<Record<'left' | 'right', readonly string[]>>
}> {
  const video = await published(home, bookingId)
  const { paths } = openSettings(home.folder).settings
  using db = openDatabase(paths.database)
  const gaps = z
    .array(z.object({ camera: z.string(), first_frame: z.int(), frames: z.int(), cause: z.string() }))
    .parse(db.all('select camera, first_frame, frames, cause from gap where recording_id = ?', video.recordingId))
  const { counters } = await examineFilm(localFolderStore(paths.store).pathOf(video.objectKey))
  const shown = { left: counters.map(([left]) => left !== undefined), right: counters.map(([, right]) => right !== undefined) }
  for (const camera of ['left', 'right'] as const) {
    const told = gaps.filter((gap) => gap.camera === camera)
    const toldAs = (n: number): string | undefined => told.find((gap) => n >= gap.first_frame && n < gap.first_frame + gap.frames)?.cause
    const wrong = shown[camera].flatMap((is, n) => ((is ? [undefined, 'frames-dropped'].includes(toldAs(n)) : toldAs(n)) ? [] : [n]))
    assert.deepEqual(wrong, [], `the ${camera} camera shows a card exactly where a gap is told: ${JSON.stringify(told)}`)
  }
  const causes = (of: string): string[] => gaps.filter(({ camera }) => camera === of).map(({ cause }) => cause)
  const stretches = (frames: readonly boolean[]): number => frames.filter((is, n) => is && frames[n - 1] !== true).length
  return {
    frames: counters.length,
    stretches: { left: stretches(shown.left), right: stretches(shown.right) },
    causes: { left: causes('left'), right: causes('right') },
  }
}
