// What will leave this disk when room is needed: what the rows prove may go now, and what is expected to go once its film is published.
// Removes nothing and promises nothing: what needs the network for it is told apart.

import { z } from 'zod'
import type { Database } from '../adapters/sqlite.ts'
import type { Margins } from '../booking/schedule.ts'
import type { BoxClock } from '../capture/box-time-file.ts'
import type { ForecastInput, Leaves } from '../capture/disk-forecast.ts'
import { uploadStats } from '../publish/uplink/backlog.ts'
import { etaMs, type UplinkRules } from '../publish/uplink/uplink-policy.ts'
import { isEvictable, type Footage } from './eviction-policy.ts'
import { listFootage } from './footage.ts'
import { listKeptOfFilms } from './kept-films.ts'
import { goesForRoom, whyItStays, type Kept, type Rules } from './retention-policy.ts'

export type LeavingOptions = {
  readonly db: Database
  readonly clock: Pick<BoxClock, 'nowMs' | 'labelOf'>
  readonly rigId: string
  readonly margins: Margins
  readonly rules: Rules
  /** Where films are published to; `undefined`: they stay on this box. */
  readonly bucket: { readonly place: string; readonly uplink: UplinkRules } | undefined
  /** As in footage.ts. */
  readonly tracksAt?: string | undefined
}

export type LeavingThing = NonNullable<ForecastInput['leaving']>[number] & {
  /** It goes only if the bucket can be asked, or be sent to. */
  readonly needsNetwork: boolean
}

/** What may go at once. */
const atOnceMs = -Infinity

/** A film is read back and settled so long after it was published, and then what it was made of may go. */
const settledAfterMs = 15 * 60_000

/** Files and rows as they stand, and what the coming bookings leave behind. */
export function expectLeaving(options: LeavingOptions): { readonly things: readonly LeavingThing[]; readonly leaves: Leaves } {
  const { db, clock, rigId, bucket, tracksAt } = options
  const leaves = leavesOf(options)
  const films = listKeptOfFilms(db, bucket?.place)
  const isHere = new Set(films.flatMap(({ class: of, name }) => (of === 'film' ? [name] : [])))
  const nowMs = clock.nowMs()
  const things = [
    ...films.flatMap((kept) => ofFilm(kept, options, isHere)),
    ...listFootage({ db, rigId, labelOf: clock.labelOf, tracksAt }).flatMap((each) => ofFootage(each, options, leaves)),
    ...unpublished(options, leaves),
  ].filter(({ atMs }) => atMs === atOnceMs || atMs > nowMs)
  return { things, leaves }
}

function leavesOf({ db, clock, bucket }: LeavingOptions): Leaves {
  if (!bucket) return { afterMs: settledAfterMs }
  const nowMs = clock.nowMs()
  const { films, leftBytes, bytesPerSecond, limitBytesPerSecond } = uploadStats(db, { ...bucket.uplink, place: bucket.place }, nowMs)
  const isAway = films.some(({ fault }) => fault !== null && nowMs - fault.sinceMs > settledAfterMs)
  // Until something was sent nobody knows how fast it goes: then it is taken to keep pace with the match, within what the settings allow.
  const rate = isAway ? 0 : (bytesPerSecond ?? limitBytesPerSecond ?? Number.MAX_SAFE_INTEGER)
  const atMs = (bytes: number, fromMs: number, untilMs: number): number =>
    etaMs(bytes, rate, bucket.uplink, { nowMs: fromMs, untilMs }) ?? Number.POSITIVE_INFINITY
  return { afterMs: settledAfterMs, sent: { atMs, freeAtMs: leftBytes > 0 ? atMs(leftBytes, nowMs, nowMs) : nowMs } }
}

/** What is over then leaves when its film is published and settled. */
const settledAt = (overMs: number, { afterMs, sent }: Leaves): number => Math.max(overMs, sent?.freeAtMs ?? -Infinity) + afterMs

/** Of a published film. One that somebody holds or uses is not counted on. */
function ofFilm(kept: Kept, { rules, bucket }: LeavingOptions, isHere: ReadonlySet<string>): LeavingThing[] {
  const { class: of, name, bytes, sinceMs, heldBecause, usedBy } = kept
  if (!goesForRoom(kept, rules) || heldBecause !== undefined || usedBy !== undefined || (of === 'film' && !bucket)) return []
  const needsNetwork = of === 'film' || !isHere.has(name)
  return [{ bytes, needsNetwork, atMs: whyItStays(kept) === undefined ? atOnceMs : sinceMs + settledAfterMs }]
}

/** Footage that no film is made of yet leaves a while after the last booking that it belongs to. */
function ofFootage(footage: Footage, { margins, bucket }: LeavingOptions, leaves: Leaves): LeavingThing[] {
  const { bytes, claims } = footage
  if (isEvictable(footage)) return [{ bytes, needsNetwork: false, atMs: atOnceMs }]
  if (claims.length === 0 || claims.some(({ heldBecause, usedBy }) => heldBecause !== undefined || usedBy !== undefined)) return []
  const overMs = Math.max(...claims.map(({ toMs }) => toMs)) + margins.tailMs
  return [{ bytes, needsNetwork: bucket !== undefined, atMs: settledAt(overMs, leaves) }]
}

const unpublishedRow = z.object({ ends_at_ms: z.int(), chunk_bytes: z.int(), body_bytes: z.int() })

/** Chunks of films in the making; with a bucket, what there is of those films, too. */
function unpublished({ db, rigId, margins, bucket }: LeavingOptions, leaves: Leaves): LeavingThing[] {
  const rows = db.all(
    `select r.ends_at_ms, v.body_bytes, (select coalesce(sum(c.bytes), 0) from chunk c where c.recording_id = r.id) as chunk_bytes
     from recording r join video v on v.recording_id = r.id
     where r.rig_id = ? and v.published_at_ms is null and v.held_because is null
       and not exists (select 1 from step s where s.recording_id = r.id and s.state = 'failed')`,
    rigId,
  )
  return rows.map((found) => {
    const { ends_at_ms: endsAtMs, chunk_bytes: chunkBytes, body_bytes: bodyBytes } = unpublishedRow.parse(found)
    const bytes = bucket ? chunkBytes + bodyBytes : chunkBytes
    return { bytes, needsNetwork: bucket !== undefined, atMs: settledAt(endsAtMs + margins.tailMs, leaves) }
  })
}
