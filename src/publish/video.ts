// The film as a row: where it lies, how much of it is in the store, and what is told of it once it is published.
// `published` is set in one transaction with the fact for the cloud; nothing here touches a file.

import { z } from 'zod'
import { addEvent, addToOutbox, addTransition } from '../adapters/log-tables.ts'
import type { Database } from '../adapters/sqlite.ts'
import { newId } from '../base/ids.ts'
import { jsonOf } from '../base/json.ts'
import { loudnessSchema, type Loudness } from './companions/loudness.ts'
import { verdictSchema, type Verdict } from './verdict.ts'

export type VideoStatus = 'complete' | 'partial'

export type Video = {
  readonly id: string
  readonly recordingId: string
  readonly objectKey: string
  readonly headerBytes: number
  readonly bodyBytes: number
  readonly bodyChunks: number
  /** Which of the recording's films the body is of: how often it had been begun anew. */
  readonly filmBegun: number
  readonly published:
    | {
        readonly atMs: number
        readonly width: number
        readonly height: number
        readonly fps: number
        readonly frames: number
        readonly bytes: number
        readonly sha256: string | null
        readonly status: VideoStatus
        /** Null for a film that was published before there were verdicts. */
        readonly verdict: Verdict | null
        /** Null until it was measured, and for a film without sound. */
        readonly loudness: Loudness | null
      }
    | undefined
  /** Somebody removed it after it was published: it is told as if it had never been, and its files are gone, or going. */
  readonly removed?: { readonly atMs: number; readonly by: string } | undefined
}

const row = z.object({
  id: z.string(),
  recording_id: z.string(),
  object_key: z.string(),
  header_bytes: z.int(),
  body_bytes: z.int(),
  body_chunks: z.int(),
  film_begun: z.int(),
  width: z.int().nullable(),
  height: z.int().nullable(),
  fps: z.int().nullable(),
  frames: z.int().nullable(),
  bytes: z.int().nullable(),
  sha256: z.string().nullable(),
  status: z.enum(['complete', 'partial']).nullable(),
  published_at_ms: z.int().nullable(),
  verdict: z.string().nullable(),
  loudness: z.string().nullable(),
  removed_at_ms: z.int().nullable(),
  removed_by: z.string().nullable(),
})

function toVideo(found: unknown): Video {
  const r = row.parse(found)
  return {
    id: r.id,
    recordingId: r.recording_id,
    objectKey: r.object_key,
    headerBytes: r.header_bytes,
    bodyBytes: r.body_bytes,
    bodyChunks: r.body_chunks,
    filmBegun: r.film_begun,
    published:
      r.published_at_ms === null || r.removed_at_ms !== null
        ? undefined
        : {
            atMs: r.published_at_ms,
            width: r.width ?? 0,
            height: r.height ?? 0,
            fps: r.fps ?? 0,
            frames: r.frames ?? 0,
            bytes: r.bytes ?? 0,
            sha256: r.sha256,
            status: r.status ?? 'partial',
            verdict: parsed(verdictSchema, r.verdict),
            loudness: parsed(loudnessSchema, r.loudness),
          },
    removed: r.removed_at_ms === null ? undefined : { atMs: r.removed_at_ms, by: r.removed_by ?? '' },
  }
}

/** A column that was damaged tells nothing; the film is worth more. */
const parsed = <T>(schema: z.ZodType<T>, text: string | null): T | null => schema.safeParse(jsonOf(text ?? '')).data ?? null

const columns =
  'id, recording_id, object_key, header_bytes, body_bytes, body_chunks, film_begun, width, height, fps, frames, bytes, sha256, status, published_at_ms, verdict, loudness, removed_at_ms, removed_by'

/** As SQL. */
const isThere = 'published_at_ms is not null and removed_at_ms is null'

export function findVideo(db: Database, id: string): Video | undefined {
  const found = db.get(`select ${columns} from video where id = ?`, id)
  return found && toVideo(found)
}

export function findVideoOf(db: Database, recordingId: string): Video | undefined {
  const found = db.get(`select ${columns} from video where recording_id = ?`, recordingId)
  return found && toVideo(found)
}

/** By its key in the store of this box. */
export function findVideoByKey(db: Database, objectKey: string): Video | undefined {
  const found = db.get(`select ${columns} from video where object_key = ?`, objectKey)
  return found && toVideo(found)
}

/** Published films, newest first. */
export function listVideos(db: Database, limit = 100, offset = 0): Video[] {
  return db.all(`select ${columns} from video where ${isThere} order by published_at_ms desc limit ? offset ?`, limit, offset).map(toVideo)
}

/** Published films whose checksum is still to be made, oldest first. */
export function videosWithoutChecksum(db: Database): Video[] {
  return db.all(`select ${columns} from video where ${isThere} and sha256 is null order by published_at_ms`).map(toVideo)
}

/** Published films of which small pictures wait to be made into previews, oldest first. */
export const videosWithoutPreviews = (db: Database): Video[] =>
  db
    .all(
      `select ${columns} from video where ${isThere} and recording_id in (select distinct recording_id from small_picture) order by published_at_ms`,
    )
    .map(toVideo)

/** Published films with sound that was not measured, oldest first. */
export const videosWithoutLoudness = (db: Database): Video[] =>
  db
    .all(
      `select ${columns} from video where ${isThere} and loudness is null and recording_id in (select id from recording where sound = 1) order by published_at_ms`,
    )
    .map(toVideo)

/** Published films wider than this without a smaller version: those that somebody asked for first, then the newest published since. */
export const videosWithoutRendition = (db: Database, { width, sinceMs }: { readonly width: number; readonly sinceMs: number }): Video[] =>
  db
    .all(
      `select ${columns} from video where ${isThere} and width > ? and (published_at_ms >= ? or rendition_asked_at_ms is not null) and id not in (select video_id from companion where kind = 'rendition') and not exists (select 1 from swept w where w.recording_id = video.recording_id and (w.what = 'film' or (w.what = 'rendition' and (rendition_asked_at_ms is null or w.gone_at_ms is null)))) order by rendition_asked_at_ms is null, rendition_asked_at_ms, published_at_ms desc`,
      width,
      sinceMs,
    )
    .map(toVideo)

export const askForRendition = (db: Database, id: string, nowMs: number): void =>
  void db.run('update video set rendition_asked_at_ms = coalesce(rendition_asked_at_ms, ?) where id = ?', nowMs, id)

export function noteLoudness(db: Database, video: Video, loudness: Loudness, nowMs: number): void {
  db.transaction(() => {
    db.run('update video set loudness = ? where id = ?', JSON.stringify(loudness), video.id)
    addEvent(db, { atMs: nowMs, kind: 'video.loudness', subjectId: video.id, facts: { recording: video.recordingId } })
  })
}

export function openVideo(db: Database, wanted: { recordingId: string; objectKey: string; headerBytes: number }, nowMs: number): Video {
  return db.transaction(() => {
    db.run(
      'insert or ignore into video (id, recording_id, object_key, header_bytes, created_at_ms) values (?, ?, ?, ?, ?)',
      newId(),
      wanted.recordingId,
      wanted.objectKey,
      wanted.headerBytes,
      nowMs,
    )
    return toVideo(db.get(`select ${columns} from video where recording_id = ?`, wanted.recordingId))
  })
}

/** Begins the body anew: behind a header of another size, or of a film that was itself begun anew. */
export function restartBody(db: Database, id: string, headerBytes: number, filmBegun: number): void {
  db.run('update video set header_bytes = ?, film_begun = ?, body_bytes = 0, body_chunks = 0 where id = ?', headerBytes, filmBegun, id)
}

/** A film that will never be published. */
export function forgetVideo(db: Database, id: string): void {
  db.run('delete from video where id = ? and published_at_ms is null', id)
}

/** After the store has made it durable: so much of the body is there. */
export function noteBody(db: Database, id: string, body: { bytes: number; chunks: number }, nowMs: number): void {
  db.transaction(() => {
    db.run('update video set body_bytes = ?, body_chunks = ? where id = ?', body.bytes, body.chunks, id)
    addEvent(db, { atMs: nowMs, kind: 'video.body', subjectId: id, facts: body })
  })
}

export type Publication = {
  readonly width: number
  readonly height: number
  readonly fps: number
  readonly frames: number
  readonly bytes: number
  readonly status: VideoStatus
}

/** After the store has confirmed the whole object, under `objectKey` for people; `verdict`: what was found of it. */
export function notePublished(
  db: Database,
  video: Video,
  p: Publication,
  nowMs: number,
  { objectKey = video.objectKey, verdict }: { readonly objectKey?: string | undefined; readonly verdict?: Verdict } = {},
): void {
  db.transaction(() => {
    const changed = db.run(
      'update video set width = ?, height = ?, fps = ?, frames = ?, bytes = ?, status = ?, published_at_ms = ?, verdict = ? where id = ? and published_at_ms is null',
      p.width,
      p.height,
      p.fps,
      p.frames,
      p.bytes,
      p.status,
      nowMs,
      verdict ? JSON.stringify(verdict) : null,
      video.id,
    )
    if (changed === 0) return // it was told before
    addTransition(db, { atMs: nowMs, subject: 'video', subjectId: video.id, from: 'opened', to: 'published', cause: p.status })
    addEvent(db, { atMs: nowMs, kind: 'video.published', subjectId: video.id, facts: { recording: video.recordingId, status: p.status } })
    addToOutbox(db, nowMs, 'video.published', {
      videoId: video.id,
      recordingId: video.recordingId,
      objectKey,
      publishedAtMs: nowMs,
      ...p,
    })
  })
}

export function noteChecksum(db: Database, video: Video, sha256: string, nowMs: number): void {
  db.transaction(() => {
    db.run('update video set sha256 = ? where id = ?', sha256, video.id)
    addEvent(db, { atMs: nowMs, kind: 'video.checksum', subjectId: video.id, facts: { recording: video.recordingId } })
  })
}
