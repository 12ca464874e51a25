// What is still to be sent to the bucket: films that are not there yet, how much of each is, clips for phones, how fast it goes and when it will be over.
// Reads rows only. The seed called it get_upload_stats.

import { z } from 'zod'
import type { Database } from '../../adapters/sqlite.ts'
import { filmFrames } from '../../capture/recording.ts'
import { clipBytesSince, clipsToSend } from '../clip-object-store.ts'
import { lastingFaults } from './lasting-faults.ts'
import { etaMs, type UplinkRules } from './uplink-policy.ts'
import { readUplink, type UplinkFacts } from './uplink-store.ts'

export type WaitingFilm = {
  readonly recordingId: string
  readonly filmKey: string
  /** As it is expected to become, sent, and the difference. */
  readonly bytes: number
  readonly sentBytes: number
  readonly leftBytes: number
  readonly parts: number
  readonly sentParts: number
  readonly fault: { readonly kind: string; readonly message: string; readonly hint: string; readonly sinceMs: number } | null
}

export type UploadStats = {
  readonly films: readonly WaitingFilm[]
  /** Clips for phones that go before them. */
  readonly phoneClips: { readonly clips: number; readonly bytes: number }
  /** Of both. */
  readonly leftBytes: number
  readonly bytesPerSecond: number | null
  readonly limitBytesPerSecond: number | null
  readonly pausedBy: string | null
  /** When all of it will be there, as things stand; null when nobody can tell, when something keeps a film from going on, or nothing is left. */
  readonly etaMs: number | null
  /** Films that the bucket holds, and their bytes. */
  readonly confirmed: { readonly films: number; readonly bytes: number }
}

const filmRow = z.object({
  recording_id: z.string(),
  object_key: z.string(),
  header_bytes: z.int(),
  body_bytes: z.int(),
  starts_at_ms: z.int(),
  ends_at_ms: z.int(),
  fps: z.int(),
  merged: z.int(),
  merging: z.int(),
  part_bytes: z.int().nullable(),
  sent_bytes: z.int(),
  sent_parts: z.int(),
  lately_sent_bytes: z.int(),
  fault_kind: z.string().nullable(),
  fault_message: z.string().nullable(),
  fault_hint: z.string().nullable(),
  fault_since_ms: z.int().nullable(),
})

/** Those that are not published yet, and those that are sent anew. Films of a step that failed for good are not waited for. */
const filmsSql = `select v.recording_id, v.object_key, v.header_bytes, v.body_bytes, r.starts_at_ms, r.ends_at_ms, r.fps,
    (select coalesce(sum(c.frames), 0) from chunk c where c.recording_id = v.recording_id) as merged,
    exists (select 1 from step s where s.recording_id = v.recording_id and s.name = 'merge' and s.state <> 'done') as merging,
    u.part_bytes, u.fault_kind, u.fault_message, u.fault_hint, u.fault_since_ms,
    (select coalesce(sum(p.bytes), 0) from upload_part p where p.upload = u.id) as sent_bytes,
    (select count(*) from upload_part p where p.upload = u.id) as sent_parts,
    (select coalesce(sum(p.bytes), 0) from upload_part p where p.upload = u.id and p.sent_at_ms > ?1) as lately_sent_bytes
  from video v join recording r on r.id = v.recording_id
  left join upload u on u.film_key = v.object_key and u.state in ('open', 'completing', 'confirmed')
  where v.published_at_ms is null and not exists (select 1 from step s where s.recording_id = v.recording_id and s.state = 'failed')
  union all
  select v.recording_id, e.upload_key, 0, coalesce(json_extract(e.film, '$.bytes'), v.bytes), r.starts_at_ms, r.ends_at_ms, r.fps, 1, 0,
    u.part_bytes, u.fault_kind, u.fault_message, u.fault_hint, u.fault_since_ms,
    (select coalesce(sum(p.bytes), 0) from upload_part p where p.upload = u.id), (select count(*) from upload_part p where p.upload = u.id),
    (select coalesce(sum(p.bytes), 0) from upload_part p where p.upload = u.id and p.sent_at_ms > ?1)
  from film_exchange e join video v on v.id = e.video_id join recording r on r.id = v.recording_id
  left join upload u on u.film_key = e.upload_key and u.state in ('open', 'completing', 'confirmed')
  where e.switched_at_ms is null and v.removed_at_ms is null
  order by 2`

const usualPartBytes = 5 * 1_024 * 1_024

/** A measurement that is older tells nothing of now. */
const staleMs = 24 * 3_600_000

/** `place`: the bucket of this box. */
export function uploadStats(db: Database, { place, ...rules }: UplinkRules & { readonly place: string }, nowMs: number): UploadStats {
  const uplink = readUplink(db)
  const rows = db.all(filmsSql, uplink?.atMs ?? 0).map((found) => filmRow.parse(found))
  const films = rows.map(waitingFilm)
  const clips = clipsToSend(db, place)
  const clipBytes = clips.reduce((sum, { bytes }) => sum + bytes, 0)
  const leftBytes = films.reduce((sum, film) => sum + film.leftBytes, clipBytes)
  const isFresh = uplink !== undefined && nowMs - uplink.atMs < staleMs
  const rate = isFresh ? (uplink.bytesPerSecond ?? uplink.limitBytesPerSecond) : null
  // What is being recorded arrives no sooner than it ends.
  const untilMs = Math.max(0, ...rows.filter(({ merging }) => merging === 1).map(({ ends_at_ms: endsAtMs }) => endsAtMs))
  const toSend = isFresh ? Math.max(0, leftBytes - underWay(rows, uplink, nowMs, clipBytesSince(db, place, uplink.atMs))) : leftBytes
  const canTell = rate !== null && !rows.some((row) => isHeld(row, nowMs))
  const sentMs =
    leftBytes > 0 && canTell ? etaMs(toSend, rate, rules, { nowMs, untilMs: untilMs > nowMs ? untilMs : undefined }) : undefined
  const held = z
    .object({ films: z.int(), bytes: z.int() })
    .parse(db.get("select count(*) as films, coalesce(sum(bytes), 0) as bytes from upload where state = 'confirmed'"))
  return {
    films,
    phoneClips: { clips: clips.length, bytes: clipBytes },
    leftBytes,
    bytesPerSecond: isFresh ? uplink.bytesPerSecond : null,
    limitBytesPerSecond: isFresh ? uplink.limitBytesPerSecond : null,
    pausedBy: isFresh ? uplink.pausedBy : null,
    etaMs: sentMs === undefined ? null : Math.round(Math.max(sentMs, untilMs)),
    confirmed: held,
  }
}

const patienceMs = 60_000

/** It waits for something that does not pass by itself, or did not within a minute. */
const isHeld = ({ fault_kind: kind, fault_since_ms: sinceMs }: z.output<typeof filmRow>, nowMs: number): boolean =>
  kind !== null && (lastingFaults.has(kind) || nowMs - (sinceMs ?? 0) > patienceMs)

/** A row that says something new every few seconds while bytes go: an older one is of a worker that is not there. */
const silentMs = 70_000

/** What went of parts that have not arrived, as the worker last said: without it the end would be told as late as a part takes, on a narrow uplink
 *  minutes. What arrived since then, `clipBytes` of clips among it, is counted as sent already. */
function underWay(rows: readonly z.output<typeof filmRow>[], uplink: UplinkFacts, nowMs: number, clipBytes: number): number {
  if (Math.abs(nowMs - uplink.atMs) > silentMs) return 0
  const arrived = rows.reduce((sum, r) => sum + r.lately_sent_bytes, clipBytes)
  return Math.max(0, uplink.underWayBytes - arrived)
}

function waitingFilm(r: z.output<typeof filmRow>): WaitingFilm {
  const frames = filmFrames({ startsAtMs: r.starts_at_ms, endsAtMs: r.ends_at_ms, fps: r.fps })
  const grows = r.merging === 1 && r.merged > 0 ? Math.max(1, frames / r.merged) : 1
  const bytes = r.header_bytes + Math.round(r.body_bytes * grows)
  return {
    recordingId: r.recording_id,
    filmKey: r.object_key,
    bytes,
    sentBytes: r.sent_bytes,
    leftBytes: Math.max(0, bytes - r.sent_bytes),
    parts: Math.ceil(bytes / (r.part_bytes ?? usualPartBytes)),
    sentParts: r.sent_parts,
    fault:
      r.fault_kind === null
        ? null
        : { kind: r.fault_kind, message: r.fault_message ?? '', hint: r.fault_hint ?? '', sinceMs: r.fault_since_ms ?? 0 },
  }
}
