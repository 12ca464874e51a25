// Privacy: footage that lies wholly outside every booking is erased as soon as that is certain: lead-ins, tails, what was captured on a guess.
// Row before file: the row says when it was erased, then the file goes. Nothing is erased while it is doubtful what time it is.

import { rm } from 'node:fs/promises'
import path from 'node:path'
import { addEvent } from '../adapters/log-tables.ts'
import type { Database } from '../adapters/sqlite.ts'
import type { Logger } from '../base/logger.ts'
import { listBookings } from '../booking/booking-store.ts'
import { segmentFile } from './segment-writer.ts'
import type { Segment, Take } from './take.ts'

/** A stretch of UTC, milliseconds. */
export type Stretch = { readonly fromMs: number; readonly toMs: number }

/** Labels may be off a little, and pictures near an edge belong to it. */
const marginMs = 1_000

/** A booking made a moment too late, or moved, still finds what was there. */
const settleMs = 10_000

/** When a segment was captured, by the anchor nearest before its end; `undefined` while the camera's clock is not known. */
export function stretchOf(take: Take, segment: Pick<Segment, 'firstTicks' | 'lastTicks'>): Stretch | undefined {
  const anchor = take.anchors.findLast(({ ticks }) => ticks <= segment.lastTicks) ?? take.anchors[0]
  if (!anchor) return undefined
  const at = (ticks: number): number => anchor.utcMs + (ticks - anchor.ticks) / 90
  return { fromMs: at(segment.firstTicks), toMs: at(segment.lastTicks) }
}

/** Whether a stretch belongs to none of the windows. */
export const isOutside = ({ fromMs, toMs }: Stretch, windows: readonly Stretch[]): boolean =>
  windows.every((window) => toMs + marginMs < window.fromMs || fromMs - marginMs >= window.toMs)

export type EraserOptions = { readonly db: Database; readonly rigId: string; readonly log: Logger }

export type Eraser = {
  /** Judges the segments that were closed since the last call; with `last` also those that ended just now. */
  erase(takes: readonly Take[], nowMs: number, options?: { readonly last: boolean }): Promise<void>
}

export function openEraser({ db, rigId, log }: EraserOptions): Eraser {
  const judged = new Map<string, number>() // by take: how many of its segments
  let leftovers: Promise<void> | undefined
  return {
    erase: async (takes, nowMs, { last } = { last: false }) => {
      await (leftovers ??= removeLeftovers(db, takes, log))
      for (const take of takes) {
        const from = judged.get(take.id) ?? 0
        const ripe = take.segments.slice(from).filter((segment) => isRipe(stretchOf(take, segment), nowMs, last))
        if (ripe.length === 0) continue
        await eraseOutside(db, take, ripe, windowsOf(db, rigId, take, ripe), nowMs, log)
        judged.set(take.id, from + ripe.length)
      }
    },
  }
}

const isRipe = (stretch: Stretch | undefined, nowMs: number, last: boolean): boolean =>
  stretch !== undefined && (last || stretch.toMs + settleMs < nowMs)

async function eraseOutside(
  db: Database,
  take: Take,
  segments: readonly Segment[],
  windows: readonly Stretch[],
  nowMs: number,
  log: Logger,
): Promise<void> {
  const outside = segments.filter((segment) => {
    const stretch = stretchOf(take, segment)
    return stretch !== undefined && isOutside(stretch, windows)
  })
  if (outside.length === 0) return
  db.transaction(() => {
    for (const { number } of outside)
      db.run(
        'update segment set erased_at_ms = ? where take_id = ? and number = ? and erased_at_ms is null',
        Math.round(nowMs),
        take.id,
        number,
      )
    addEvent(db, {
      atMs: Math.round(nowMs),
      kind: 'segments.erased',
      subjectId: take.id,
      facts: { camera: take.camera, segments: outside.length },
    })
  })
  for (const { number } of outside) await rm(path.join(take.folder, segmentFile(number)), { force: true })
  log.info({ take: take.id, camera: take.camera, segments: outside.length }, 'footage outside every booking erased')
}

/** Files whose rows were marked by a life that was killed before it removed them. */
async function removeLeftovers(db: Database, takes: readonly Take[], log: Logger): Promise<void> {
  for (const take of takes)
    for (const row of db.all('select number from segment where take_id = ? and erased_at_ms is not null', take.id)) {
      const file = path.join(take.folder, segmentFile(Number(row['number'])))
      await rm(file, { force: true }).catch((error: unknown) => log.warn({ err: error, file }, 'erased footage is still there'))
    }
}

/** What people booked near these segments: bookings as they stand (a cancelled one until then), and films whose place on the clock is fixed. */
function windowsOf(db: Database, rigId: string, take: Take, segments: readonly Segment[]): Stretch[] {
  const stretches = segments.flatMap((segment) => stretchOf(take, segment) ?? [])
  const fromMs = Math.min(...stretches.map((each) => each.fromMs)) - marginMs
  const toMs = Math.max(...stretches.map((each) => each.toMs)) + marginMs
  // Somebody's data is removed: their footage is, too.
  const erased = 'select id from booking where erasure_id is not null and ends_at_ms > ? and starts_at_ms < ?'
  const gone = new Set(db.all(erased, Math.floor(fromMs), Math.ceil(toMs)).map((row) => String(row['id'])))
  const booked = listBookings(db, { fromMs: Math.floor(fromMs), toMs: Math.ceil(toMs), limit: 100_000 })
    .filter((booking) => booking.rigId === rigId && booking.unrecorded !== true && !gone.has(booking.id))
    .map(({ startsAtMs, endsAtMs, cancelledAtMs }): Stretch => ({
      fromMs: startsAtMs,
      toMs: Math.min(endsAtMs, cancelledAtMs ?? endsAtMs),
    }))
  const [anchor] = take.anchors
  const filmed = anchor
    ? db
        .all(
          'select origin_us, ends_at_ms - starts_at_ms as length_ms from recording where rig_id = ? and origin_boot_id = ? and starts_at_ms > ? and booking_id not in (select id from booking where erasure_id is not null)',
          rigId,
          take.bootId,
          Math.floor(fromMs) - filmedLookBackMs,
        )
        .map((row): Stretch => {
          const startMs = anchor.utcMs + (Number(row['origin_us']) - anchor.monotonicUs) / 1_000
          return { fromMs: startMs, toMs: startMs + Number(row['length_ms']) }
        })
    : []
  return [...booked, ...filmed].filter((each) => each.fromMs < each.toMs)
}

/** How far a film's label may have been moved since its place was fixed. */
const filmedLookBackMs = 8 * 86_400_000
