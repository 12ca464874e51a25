// What must be true of a copy of the card after its machine was started again: healthy and idle by itself, every invariant, no word taken back,
// every film that had been published still published. Each thing that is not so is one line.

import { cp } from 'node:fs/promises'
import path from 'node:path'
import { readDatabase, type Database } from '../../src/adapters/sqlite.ts'
import { systemClock } from '../../src/base/clock.ts'
import { openSegmentLog } from '../../src/capture/segment-log.ts'
import { cameras, type Camera, type Take } from '../../src/capture/take.ts'
import { findVideo, findVideoOf } from '../../src/publish/video.ts'
import { askOracles } from '../../src/system/oracle.ts'
import { oracles } from '../../src/system/oracles.ts'
import { listRecordings } from '../../src/system/recording-rows.ts'
import { brokenWords, type Word } from './booker.ts'
import { startRebooted, type BoxOptions } from './box.ts'
import type { Cut } from './card.ts'
import { footageLostMs } from './footage-lost.ts'

const fps = 25

export type Told = {
  readonly words: readonly Word[]
  /** Films that were seen published, and when. */
  readonly published: readonly { readonly atMs: number; readonly videoId: string }[]
  /** Takes as they were in the end on the card that was never cut. */
  readonly takes: readonly Take[]
}

export type Judgement = {
  readonly faults: readonly string[]
  readonly figures: {
    readonly healthySeconds: number
    readonly words: number
    readonly films: number
    readonly lostMs: Readonly<Partial<Record<Camera, number>>>
  }
}

/** Longest until a box is idle and healthy by itself: invariant 9. */
const longestMs = 300_000

export async function judgeCopy(cut: Cut, told: Told, options: Omit<BoxOptions, 'home'>, folder: string): Promise<Judgement> {
  await using copy = await cut.mount()
  const home = path.join(copy.folder, 'home')
  const startedMs = Date.now()
  const faults: string[] = []
  {
    await using child = await startRebooted({ ...options, home }, path.join(folder, 'boot-id'))
    if (!(await becomesIdle(home, startedMs, options.signal)))
      faults.push(`it was not idle after ${longestMs / 1_000} s: ${child.stderrTail().slice(-300)}`)
  }
  const healthySeconds = Math.round((Date.now() - startedMs) / 100) / 10
  const words = told.words.filter(({ atMs }) => atMs < cut.afterMs).length
  const published = told.published.filter(({ atMs }) => atMs < cut.afterMs)
  const lostMs = await lossOf(home, cut, told.takes)
  {
    using db = readDatabase(path.join(home, 'ezrec.sqlite'))
    faults.push(...brokenWords(told.words, cut.afterMs, db))
    for (const { videoId } of published) if (!findVideo(db, videoId)?.published) faults.push(`the published film ${videoId} is gone`)
    faults.push(...wronglyFailed(db, await readTakes(home)))
    faults.push(...(await oracleFaults(db, home, options.signal)))
  }
  if (faults.length > 0) await cp(home, path.join(folder, 'kept', cut.name), { recursive: true })
  const broken = await copy.examine()
  if (broken !== undefined) faults.push(`e2fsck: ${broken}`)
  return { faults, figures: { healthySeconds, words, films: published.length, lostMs } }
}

/** Recorder and worker live, and no recording has anything left to do. */
async function becomesIdle(home: string, startedMs: number, signal: AbortSignal): Promise<boolean> {
  for (; Date.now() - startedMs < longestMs && !signal.aborted; await systemClock.sleep(250, signal))
    if (isIdle(home, startedMs)) return true
  return false
}

function isIdle(home: string, startedMs: number): boolean {
  try {
    using db = readDatabase(path.join(home, 'ezrec.sqlite'))
    const alive = db.all('select service from heartbeat where at_ms > ?', startedMs + 1_000).map((row) => row['service'])
    const recordings = listRecordings(db)
    return (
      ['dual_recorder', 'video_worker'].every((service) => alive.includes(service)) &&
      recordings.every(({ steps }) => steps.every(({ state }) => state === 'done' || state === 'failed')) &&
      recordings.every(({ id, steps }) => steps.some(({ state }) => state === 'failed') || findVideoOf(db, id)?.published?.sha256 != null)
    )
  } catch {
    return false // not yet made, or being brought up to date: asked again
  }
}

/** The takes of a home, by their journals. */
export async function readTakes(home: string): Promise<readonly Take[]> {
  const log = openSegmentLog({ takesFolder: path.join(home, 'takes'), rigId: 'rig-1', sinceMs: 0 })
  await log.refresh()
  return log.takes
}

/** Of each camera that was running: what it had shown before the cut and is not on the copy. */
async function lossOf(home: string, { beforeMs }: Cut, whole: readonly Take[]): Promise<Partial<Record<Camera, number>>> {
  const copy = await readTakes(home)
  const lost = cameras.flatMap((camera): [Camera, number][] => {
    const ms = footageLostMs({ copy, whole }, camera, beforeMs, fps)
    return ms === undefined ? [] : [[camera, Math.round(ms)]]
  })
  return Object.fromEntries(lost)
}

/** Footage there was, and yet no film. */
function wronglyFailed(db: Database, takes: readonly Take[]): string[] {
  return listRecordings(db)
    .filter(({ steps }) => steps.some(({ state }) => state === 'failed'))
    .flatMap(({ id, startsAtMs, endsAtMs, steps }) => {
      const ms = Math.max(0, ...takes.map((take) => overlapMs(take, startsAtMs, endsAtMs)))
      const code = steps.find(({ failedCode }) => failedCode !== null)?.failedCode ?? ''
      return ms < leastFilmMs ? [] : [`recording ${id} failed (${code}) although a camera filmed ${Math.round(ms)} ms of it`]
    })
}

/** A picture or two at an edge are no film. */
const leastFilmMs = 500

function overlapMs(take: Take, startsAtMs: number, endsAtMs: number): number {
  const anchor = take.anchors[0]
  if (!anchor) return 0
  const at = (ticks: number): number => anchor.utcMs + (ticks - anchor.ticks) / 90
  return take.segments.reduce(
    (sum, { firstTicks, lastTicks }) => sum + Math.max(0, Math.min(at(lastTicks), endsAtMs) - Math.max(at(firstTicks), startsAtMs)),
    0,
  )
}

async function oracleFaults(db: Database, home: string, signal: AbortSignal): Promise<string[]> {
  const folders = {
    takesFolder: path.join(home, 'takes'),
    recordingsFolder: path.join(home, 'recordings'),
    storeFolder: path.join(home, 'store'),
  }
  const verdicts = await askOracles({ db, ...folders, deep: true, signal }, oracles)
  return verdicts.flatMap(({ name, findings }) =>
    findings.map((finding) => `${name}: ${path.relative(home, finding.path)}: ${finding.fault}`),
  )
}
