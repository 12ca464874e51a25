// The takes that have files, with what has a claim on them, as the rows tell.
// Decides nothing: eviction-policy.ts does.

import { z } from 'zod'
import type { Database } from '../adapters/sqlite.ts'
import type { BoxClock } from '../capture/box-time-file.ts'
import type { Claim, Footage } from './eviction-policy.ts'
import { usedBySql } from '../publish/in-use.ts'

export type FootageOptions = {
  readonly db: Database
  readonly rigId: string
  readonly labelOf: BoxClock['labelOf']
  /** The bucket that must hold the cameras' tracks before their footage goes. */
  readonly tracksAt?: string | undefined
}

const takeRow = z.object({
  id: z.string(),
  boot_id: z.string(),
  begun_at_ms: z.int(),
  ended_at_ms: z.int().nullable(),
  bytes: z.int(),
  first_us: z.int().nullable(),
  first_utc_ms: z.int().nullable(),
})

export function listFootage({ db, rigId, labelOf, tracksAt = '' }: FootageOptions): Footage[] {
  const takes = db.all(
    `select t.id, t.boot_id, t.begun_at_ms, t.ended_at_ms, sum(s.bytes) as bytes,
       (select monotonic_us from anchor a where a.take_id = t.id order by ticks limit 1) as first_us,
       (select utc_ms from anchor a where a.take_id = t.id order by ticks limit 1) as first_utc_ms
     from take t join segment s indexed by segment_kept on s.take_id = t.id where t.rig_id = ? and s.erased_at_ms is null group by t.id`,
    rigId,
  )
  return takes.map((found): Footage => {
    const take = takeRow.parse(found)
    const fromMs = take.begun_at_ms
    const toMs = take.ended_at_ms ?? Number.MAX_SAFE_INTEGER
    const anchor =
      take.first_us === null || take.first_utc_ms === null ? undefined : { monotonicUs: take.first_us, utcMs: take.first_utc_ms }
    const dated = labelOf(take.boot_id)?.trusted !== false && anchor !== undefined
    const claims = [
      ...bookedNear(db, rigId, tracksAt, fromMs, toMs),
      ...clipsToMake(db, rigId),
      ...(anchor ? placedOn(db, rigId, tracksAt, take.boot_id, anchor) : []),
    ]
    return { takeId: take.id, fromMs, toMs, over: take.ended_at_ms !== null && dated, bytes: take.bytes, claims }
  })
}

/** `?1`: where its tracks must be, too; empty: nowhere. A film counts once its checksum was made: it was read back whole; and one that somebody removed. One that is held keeps its footage, and so does
 *  one that is merged again. */
const videoOf = `(select v.id from video v join step p on p.recording_id = v.recording_id and p.name = 'publish' and p.state = 'done'
  where v.recording_id = r.id and v.published_at_ms is not null and (v.removed_at_ms is not null or v.sha256 is not null)
  and not exists (select 1 from step o where o.recording_id = v.recording_id and o.state <> 'done')
  and (?1 = '' or v.removed_at_ms is not null or exists (select 1 from tracks_sent t where t.recording_id = r.id and t.place = ?1))) as video_id,
  (select v.held_because from video v where v.recording_id = r.id and v.removed_at_ms is null) as held,
  ${usedBySql} as used`

const claimRow = z
  .object({
    from_ms: z.number(),
    to_ms: z.number(),
    video_id: z.string().nullable(),
    held: z.string().nullish(),
    used: z.string().nullish(),
    waived: z.int().nullish(),
  })
  .transform((r): Claim => ({
    fromMs: r.from_ms,
    toMs: r.to_ms,
    videoId: r.video_id ?? undefined,
    waived: r.waived === 1,
    heldBecause: r.held ?? undefined,
    usedBy: r.used ?? undefined,
  }))

/** Nothing is made of it any more, and nobody asked to keep any of it. */
const waived = `(b.cancelled_at_ms is not null and not exists
  (select 1 from step o where o.recording_id = r.id and o.state in ('pending', 'working'))) as waived`

/** A booking that only touches by its label is looked for this far off. */
const nearMs = 60_000

/** Bookings as they stand, and the windows of their recordings; a cancelled one until then. */
function bookedNear(db: Database, rigId: string, tracksAt: string, fromMs: number, toMs: number): Claim[] {
  return db
    .all(
      `select b.starts_at_ms as from_ms, min(b.ends_at_ms, coalesce(b.cancelled_at_ms, b.ends_at_ms)) as to_ms, ${videoOf}, ${waived}
       from booking b left join recording r on r.booking_id = b.id where b.rig_id = ?2 and b.record = 1 and b.ends_at_ms > ?3 and b.starts_at_ms < ?4`,
      tracksAt,
      rigId,
      fromMs - nearMs,
      Math.min(toMs, Number.MAX_SAFE_INTEGER - nearMs) + nearMs,
    )
    .map((found) => claimRow.parse(found))
}

/** Seconds that somebody wants kept, until they are. */
const clipsToMake = (db: Database, rigId: string): Claim[] =>
  db
    .all(
      `select c.from_ms, c.to_ms, null as video_id from clip c join recording r on r.id = c.recording_id where c.state = 'pending' and r.rig_id = ?`,
      rigId,
    )
    .map((found) => claimRow.parse(found))

/** Films whose place on the clock of this boot is fixed, wherever their label may have been moved since. */
function placedOn(
  db: Database,
  rigId: string,
  tracksAt: string,
  bootId: string,
  anchor: { readonly monotonicUs: number; readonly utcMs: number },
): Claim[] {
  return db
    .all(
      `select ?2 + (r.origin_us - ?3) / 1000.0 as from_ms, ?2 + (r.origin_us - ?3) / 1000.0 + r.ends_at_ms - r.starts_at_ms as to_ms, ${videoOf}, ${waived}
       from recording r join booking b on b.id = r.booking_id where r.rig_id = ?4 and r.origin_boot_id = ?5`,
      tracksAt,
      anchor.utcMs,
      anchor.monotonicUs,
      rigId,
      bootId,
    )
    .map((found) => claimRow.parse(found))
}
