// A database that is older than the plan and the footage learns what it lacks: bookings from the plan, recordings and films from their manifests,
// takes and segments from the journals. Everything is looked at first, then written in one transaction: all of it or nothing, and again at will.
// Never removes a file, and never moves an older plan over newer rows.

import { readdir } from 'node:fs/promises'
import { addEvent } from '../../adapters/log-tables.ts'
import type { Database } from '../../adapters/sqlite.ts'
import { messageOf, type Facts } from '../../base/errors.ts'
import { readCapturePlan, type CapturePlan } from '../../booking/capture-plan.ts'
import { findBooking, listBookings, planGeneration, updateBooking } from '../../booking/booking-store.ts'
import type { BoxClock } from '../../capture/box-time-file.ts'
import { storeTake } from '../../capture/ledger.ts'
import { openSegmentLog, type SegmentLog } from '../../capture/segment-log.ts'
import { segmentFile } from '../../capture/segment-writer.ts'
import { restoreBooking } from './booking-rows.ts'
import { findRecordings, findToldSince, type Found, type Places } from './found-recordings.ts'
import { restoreBookingOf, restoreClips, restoreRecording } from './manifest-rows.ts'
import { bookingChanges } from './plan-schedule.ts'

export type HomeFiles = Places & {
  readonly planFile: string
  readonly takesFolder: string
  readonly rigId: string
  /** Whose a booking is of which an old plan does not say it. */
  readonly userId: string
  readonly clock: Pick<BoxClock, 'nowMs' | 'trusted' | 'labelOf'>
}

export type Restored = {
  readonly bookings: number
  readonly moved: number
  readonly cancelled: number
  readonly recordings: number
  readonly films: number
  readonly takes: number
  /** What could not be brought back, in words. */
  readonly lost: readonly string[]
}

/** `undefined` when there was nothing to do. With `anew` (the database was damaged or gone) everything is looked at. `facts` go into the event. */
export async function bringUpToDate(
  db: Database,
  home: HomeFiles,
  { anew, facts }: { readonly anew: boolean; readonly facts: Facts },
): Promise<Restored | undefined> {
  const { plan, fault } = await readPlan(home)
  const found = await findRecordings(db, home)
  const isBehind = plan !== undefined && plan.generation > planGeneration(db)
  if (!anew && !isBehind && found.recordings.length === 0) return undefined
  const log = openSegmentLog({
    takesFolder: home.takesFolder,
    rigId: home.rigId,
    sinceMs: 0,
    labelOf: home.clock.labelOf,
    keepUntrusted: true,
  })
  await log.refresh()
  const files = await segmentFiles(log)
  const toldSince = await findToldSince(db, home.recordingsFolder)
  return db.transaction(() => {
    const nowMs = Math.round(home.clock.nowMs())
    const bookings = isBehind ? applyPlan(db, home, plan, nowMs) : { bookings: 0, moved: 0, cancelled: 0 }
    for (const each of found.recordings) restoreRecording(db, each, nowMs)
    for (const each of toldSince) restoreClips(db, each)
    for (const each of found.filmless) restoreBookingOf(db, each, nowMs)
    const takes = applyTakes(db, home, log, files, nowMs)
    const lost = [...(fault === undefined ? [] : [fault]), ...found.lost]
    const restored = { ...bookings, ...countsOf(found), takes, lost }
    const told = { ...restored, lost: lost.join('; ').slice(0, 2_000) }
    addEvent(db, { atMs: nowMs, kind: 'database.restored', subjectId: 'box', facts: { ...facts, ...told } })
    return restored
  })
}

const countsOf = ({ recordings }: Found): Pick<Restored, 'recordings' | 'films'> => ({
  recordings: recordings.length,
  films: recordings.filter(({ manifest }) => manifest.video !== null).length,
})

async function readPlan({ planFile, rigId }: HomeFiles): Promise<{ plan?: CapturePlan; fault?: string }> {
  try {
    const plan = await readCapturePlan(planFile)
    return plan?.rigId === rigId ? { plan } : {}
  } catch (error) {
    return { fault: `bookings that were made lately: ${messageOf(error)}` }
  }
}

/** The rows' generation becomes higher than the plan's: the plan is then written anew from them. */
function applyPlan(
  db: Database,
  { rigId, userId, clock }: HomeFiles,
  plan: CapturePlan,
  nowMs: number,
): Pick<Restored, 'bookings' | 'moved' | 'cancelled'> {
  const unrecorded = plan.unrecorded ?? []
  const named = [...plan.windows, ...unrecorded].flatMap(({ bookingId }) => findBooking(db, bookingId) ?? [])
  const coming = clock.trusted() ? listBookings(db, { fromMs: nowMs, limit: 100_000 }) : [] // while nobody knows what time it is none is called cancelled
  const stored = [...new Map([...named, ...coming].map((booking) => [booking.id, booking])).values()]
  const { insert, move, cancel } = bookingChanges({ rigId, windows: plan.windows, unrecorded, stored, nowMs, userId })
  for (const booking of insert) restoreBooking(db, booking, 'restored from the capture plan')
  for (const booking of move) updateBooking(db, booking, 'restored from the capture plan')
  for (const booking of cancel) updateBooking(db, booking, 'not in the capture plan')
  db.run('update plan_generation set generation = max(generation, ?) + 1', plan.generation)
  return { bookings: insert.length, moved: move.length, cancelled: cancel.length }
}

/** Of each take, the files that are there. */
async function segmentFiles(log: SegmentLog): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const files = new Map<string, ReadonlySet<string>>()
  for (const { id, folder } of log.takes) files.set(id, new Set(await readdir(folder)))
  return files
}

/** How many takes had no row. A segment without a file was erased or evicted: the journal tells of neither. */
function applyTakes(
  db: Database,
  { takesFolder }: HomeFiles,
  log: SegmentLog,
  files: ReadonlyMap<string, ReadonlySet<string>>,
  nowMs: number,
): number {
  let added = 0
  for (const take of log.takes) {
    if (!db.get('select 1 from take where id = ?', take.id)) added += 1
    storeTake(db, take, log.journalBytes(take.id), takesFolder)
    for (const { number } of take.segments)
      if (files.get(take.id)?.has(segmentFile(number)) === false)
        db.run('update segment set erased_at_ms = ? where take_id = ? and number = ? and erased_at_ms is null', nowMs, take.id, number)
  }
  return added
}
