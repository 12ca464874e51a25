// `lab powercut`: the power of a recording box is cut at random instants, each on a copy of its memory card; every copy is started again as
// after a reboot and must become healthy, with nothing lost that was acknowledged and at most seconds of footage.
// When it is cut follows from the seed; what the disk had written by then does not.

import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { judgeSettings } from '../../config/settings.ts'
import { openApp, type App } from '../../src/app.ts'
import { systemClock } from '../../src/base/clock.ts'
import { EzrecError, messageOf } from '../../src/base/errors.ts'
import { findRecordingOf } from '../../src/capture/recording-store.ts'
import { findVideoOf } from '../../src/publish/video.ts'
import type { Context, Point, Scenario } from '../harness.ts'
import { keepBooking } from './booker.ts'
import { rig, startBox } from './box.ts'
import { openCard, type Card, type Cut } from './card.ts'
import { judgeCopy, readTakes, type Told } from './judge-copy.ts'

/** Footage before a cut that may be lost. */
const [p95Ms, maxMs] = [2_500, 3_000]

const filmSeconds = 14
const cutsPerFilm = 10
/** The cameras' own, and a moment to book. */
const leadInMs = 6_000

export const powercutScenario: Scenario = {
  kind: 'lab',
  name: 'powercut',
  summary: 'cuts the power of a recording box; every copy of its card must become healthy (--cuts, --seed; wants root)',
  run: powercutRun,
}

type MadeCut = { readonly cut: Cut; readonly name: string; readonly inFilm: boolean }
type MutableTold = { readonly [K in keyof Told]: Told[K] extends readonly (infer E)[] ? E[] : never }

async function* powercutRun(context: Context): AsyncGenerator<Point> {
  const { folder, signal, runs } = context
  const mark = path.join(folder, 'mark')
  await mkdir(mark)
  await using card = await openCard(folder)
  const told: MutableTold = { words: [], published: [], takes: [] }
  const cuts = await recordAndCut(context, card, told, mark)
  told.takes.push(...(await readTakes(path.join(card.folder, 'home'))))
  await card.unmount()
  const losses: number[] = []
  for (const { cut, name, inFilm } of cuts) {
    if (signal.aborted) break
    const { faults, figures } = await judgeCopy(cut, told, { cacheFolder: context.cacheFolder, mark, signal }, folder).catch(
      (error: unknown) => ({
        faults: [messageOf(error)],
        figures: undefined,
      }),
    )
    if (inFilm && figures) losses.push(...Object.values(figures.lostMs))
    yield { name, faults, figures: { ...figures, inFilm } }
  }
  yield judgeLosses(losses, cuts.length, runs)
}

/** A box films one booking after the other on the card while somebody books; the cuts are made meanwhile. */
async function recordAndCut(context: Context, card: Card, told: MutableTold, mark: string): Promise<MadeCut[]> {
  const { cacheFolder, random, runs, say, signal } = context
  const home = path.join(card.folder, 'home')
  await using box = await startBox({ home, cacheFolder, mark, signal })
  const { settings } = judgeSettings({ ...rig, CACHE_DIR: cacheFolder }, { home, cwd: home })
  using app = await openApp(settings, { service: 'ezrec' })
  await servicesLive(app, signal)
  const over = new AbortController()
  const booker = keepBooking(app.bookings, told.words, over.signal)
  booker.catch(() => undefined) // told below
  const made: MadeCut[] = []
  try {
    for (let film = 1; made.length < runs && !signal.aborted; film += 1) {
      const count = Math.min(cutsPerFilm, runs - made.length)
      const startsAtMs = Date.now() + leadInMs
      const endsAtMs = startsAtMs + filmSeconds * 1_000
      const { booking } = await app.bookings.create({ userId: 'local', callerId: `film-${film}`, startsAtMs, endsAtMs })
      told.words.push({ atMs: Date.now(), booking })
      say(`film ${film}: ${filmSeconds} s, ${count} cuts`)
      for (const atMs of instants(random, count, startsAtMs, endsAtMs)) {
        await systemClock.sleep(Math.max(0, atMs - Date.now()), signal)
        notePublished(app, told)
        const seconds = ((Date.now() - startsAtMs) / 1_000).toFixed(2)
        const cut = await card.cut(`cut-${made.length + 1}`)
        made.push({
          cut,
          name: `cut ${made.length + 1}: film ${film} at ${seconds} s`,
          inFilm: cut.afterMs > startsAtMs + 1_000 && cut.beforeMs < endsAtMs,
        })
      }
      await published(app, booking.id, told, box.exited, signal)
    }
  } finally {
    over.abort()
  }
  await booker
  return made
}

/** Most within the film, some before it and some while it is published. */
function instants(random: () => number, count: number, startsAtMs: number, endsAtMs: number): number[] {
  return Array.from({ length: count }, (_, n) => startsAtMs - 2_000 + ((n + random()) / count) * (endsAtMs - startsAtMs + 4_000))
}

async function servicesLive({ db }: App, signal: AbortSignal): Promise<void> {
  for (let tries = 0; tries < 300 && !signal.aborted; tries += 1) {
    const alive = db.all('select service from heartbeat').map((row) => row['service'])
    if (['dual_recorder', 'video_worker'].every((service) => alive.includes(service))) return
    await systemClock.sleep(200, signal)
  }
  throw new EzrecError('timeout', 'the box did not start', { hint: 'run ./ezrec up by hand' })
}

async function published(app: App, bookingId: string, told: MutableTold, ended: Promise<unknown>, signal: AbortSignal): Promise<void> {
  let alive = true
  void ended.then(() => (alive = false))
  for (let tries = 0; tries < 600 && alive && !signal.aborted; tries += 1) {
    notePublished(app, told)
    const recording = findRecordingOf(app.db, bookingId)
    if (recording && findVideoOf(app.db, recording.id)?.published?.sha256 != null) return
    await systemClock.sleep(100, signal)
  }
  throw new EzrecError('timeout', 'the box did not publish its film', { hint: 'look into the logs of its home' })
}

function notePublished({ db }: App, { published: known }: MutableTold): void {
  const ids = db.all('select id from video where published_at_ms is not null').map((row) => String(row['id']))
  for (const videoId of ids) if (!known.some((each) => each.videoId === videoId)) known.push({ atMs: Date.now(), videoId })
}

function judgeLosses(losses: readonly number[], made: number, wanted: number): Point {
  const sorted = losses.toSorted((a, b) => a - b)
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
  const [p50, p95, max] = [at(0.5), at(0.95), at(1)]
  return {
    name: 'footage lost',
    faults: [
      ...(made === wanted ? [] : [`only ${made} of ${wanted} cuts were made`]),
      ...(sorted.length > 0 ? [] : ['no cut fell into a film']),
      ...(sorted.length === 0 || p95 <= p95Ms ? [] : [`p95 is ${p95} ms`]),
      ...(sorted.length === 0 || max <= maxMs ? [] : [`up to ${max} ms were lost`]),
    ],
    figures: { cameras: sorted.length, minMs: sorted[0] ?? null, p50Ms: p50, p95Ms: p95, maxMs: max, limitsMs: { p95: p95Ms, max: maxMs } },
  }
}
