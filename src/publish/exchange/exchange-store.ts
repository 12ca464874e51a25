// A published film that is sent once more, or gives way to another film of its match, as a row from the order until nothing is left to do.
// Never touches a file: exchange-film.ts does.

import { z } from 'zod'
import { addEvent } from '../../adapters/log-tables.ts'
import type { Database } from '../../adapters/sqlite.ts'
import { EzrecError } from '../../base/errors.ts'
import { jsonOf } from '../../base/json.ts'
import { heldBecause } from '../film-hold.ts'
import { isSwept } from '../swept-store.ts'
import { findVideo, type Video } from '../video.ts'

/** What differs of the film that comes. */
const comingFilm = z.object({ width: z.int(), height: z.int(), bytes: z.int(), sha256: z.string() })
export type ComingFilm = z.infer<typeof comingFilm>

export type FilmExchange = {
  readonly videoId: string
  readonly uploadKey: string
  /** `undefined`: the same film is sent once more. */
  readonly film: ComingFilm | undefined
  readonly askedBy: string
  readonly switchedAtMs: number | undefined
  readonly namedAtMs: number | undefined
  readonly fault: string | undefined
}

const row = z
  .object({
    video_id: z.string(),
    upload_key: z.string(),
    film: z.string().nullable(),
    asked_by: z.string(),
    switched_at_ms: z.int().nullable(),
    named_at_ms: z.int().nullable(),
    fault: z.string().nullable(),
  })
  .transform((r): FilmExchange => ({
    videoId: r.video_id,
    uploadKey: r.upload_key,
    film: r.film === null ? undefined : comingFilm.parse(jsonOf(r.film)),
    askedBy: r.asked_by,
    switchedAtMs: r.switched_at_ms ?? undefined,
    namedAtMs: r.named_at_ms ?? undefined,
    fault: r.fault ?? undefined,
  }))

/** Oldest first. */
export const listExchanges = (db: Database): FilmExchange[] =>
  db.all('select * from film_exchange order by asked_at_ms').map((found) => row.parse(found))

export function findExchange(db: Database, videoId: string): FilmExchange | undefined {
  const found = db.get('select * from film_exchange where video_id = ?', videoId)
  return found && row.parse(found)
}

/** Where the film that comes lies until it has the film's name. */
export const comingKey = ({ objectKey }: Pick<Video, 'objectKey'>): string => objectKey.replace(/\.mp4$/, '.next.mp4')

/** Where the bytes are that a film's row tells of. */
export const filmKeyNow = (db: Database, video: Pick<Video, 'id' | 'objectKey'>): string => {
  const exchange = findExchange(db, video.id)
  const isBeside = exchange?.film && exchange.switchedAtMs !== undefined && exchange.namedAtMs === undefined
  return isBeside ? comingKey(video) : video.objectKey
}

export type ExchangeOrder = { readonly by: string; readonly film?: ComingFilm; readonly hasBucket: boolean }

/** Why a film may not be sent anew, or give way, now. Errors: not_found, conflict. */
export function assertExchangeable(
  db: Database,
  id: string,
  { hasBucket, isReplaced }: { hasBucket: boolean; isReplaced: boolean },
): Video {
  const video = findVideo(db, id)
  if (!video?.published) throw new EzrecError('not_found', 'there is no such film', { hint: 'GET /videos lists those that are published' })
  const refuse = (message: string, hint: string): never => {
    throw new EzrecError('conflict', message, { hint })
  }
  if (!isReplaced && !hasBucket) refuse('no bucket is set: there is nowhere to send the film', 'set S3_BUCKET and its key')
  if (!isReplaced && isSwept(db, video.recordingId, 'film'))
    refuse('the film is in the bucket alone', 'merge it once more (./ezrec merge), and publish that with --with FILE')
  if (findExchange(db, id)) refuse('this film is being sent anew already', 'wait: ./ezrec uploads')
  if (video.published.sha256 === null) refuse('the film was not read back yet since it was published', 'ask again in some minutes')
  const held = isReplaced ? heldBecause(db, id) : null
  if (held !== null) refuse(`the film is held: ${held}`, 'release it first: DELETE /videos/{id}/hold')
  if (db.get("select 1 from step where recording_id = ? and state <> 'done'", video.recordingId))
    refuse('its recording is still worked on', 'ask again when it is published')
  return video
}

/** The file of the film that comes lies there already. Errors: not_found, conflict. */
export function askForExchange(db: Database, id: string, { by, film, hasBucket }: ExchangeOrder, nowMs: number): FilmExchange {
  return db.transaction(() => {
    const video = assertExchangeable(db, id, { hasBucket, isReplaced: film !== undefined })
    const at = Math.floor(nowMs)
    db.run(
      'insert into film_exchange (video_id, upload_key, film, asked_by, asked_at_ms) values (?, ?, ?, ?, ?)',
      // No other key of this film ever looks so: neither another order's, nor that of a film that moved.
      ...[id, video.objectKey.replace(/\.mp4$/, `-${at.toString(36)}.mp4`), film ? JSON.stringify(film) : null, by, at],
    )
    addEvent(db, {
      atMs: at,
      kind: film ? 'video.replace-asked' : 'video.republish-asked',
      subjectId: id,
      facts: { recording: video.recordingId, by },
    })
    const made = findExchange(db, id)
    if (!made) throw new EzrecError('internal', 'an order that was just given is gone', { hint: 'report this' })
    return made
  })
}

export const noteExchangeFault = (db: Database, videoId: string, fault: string | null): void =>
  void db.run('update film_exchange set fault = ? where video_id = ? and fault is not ?', fault, videoId, fault)

/** From now on its bytes are found under the film's own name. */
export const noteNamed = (db: Database, videoId: string, nowMs: number): void =>
  void db.run('update film_exchange set named_at_ms = ? where video_id = ?', Math.floor(nowMs), videoId)

export function endExchange(db: Database, { videoId }: FilmExchange, kind: 'video.exchanged' | 'video.not-exchanged', nowMs: number): void {
  db.transaction(() => {
    db.run('delete from film_exchange where video_id = ?', videoId)
    const recording = findVideo(db, videoId)?.recordingId ?? ''
    addEvent(db, { atMs: Math.floor(nowMs), kind, subjectId: videoId, facts: { recording } })
  })
}
