// What the box keeps of published films, as the rows tell: chunks, small versions, its own copies, clips, and the films themselves.
// Decides nothing: retention-policy.ts does.

import { z } from 'zod'
import type { Database } from '../adapters/sqlite.ts'
import { usedBySql } from '../publish/in-use.ts'
import type { Kept } from './retention-policy.ts'

const filmRow = z
  .object({
    recording_id: z.string(),
    video_id: z.string(),
    bytes: z.int(),
    published_at_ms: z.int(),
    sha256: z.string().nullable(),
    held_because: z.string().nullable(),
    used_by: z.string().nullable(),
    open_steps: z.int(),
    sending: z.int(),
    confirmed: z.int(),
    chunk_bytes: z.int(),
    rendition_bytes: z.int().nullable(),
    unmeasured: z.int(),
    swept: z.string().nullable(),
  })
  .transform((r) => ({ ...r, swept: (r.swept ?? '').split(' ') }))

/** `place`: the bucket of this box, if it has one: an object elsewhere proves nothing here. */
const filmsSql = `select r.id as recording_id, v.id as video_id, v.bytes, v.published_at_ms, v.sha256, v.held_because,
    coalesce(${usedBySql}, (select 'a clip is to be made of it' from phone_clip p where p.recording_id = r.id and p.state = 'pending' limit 1),
      (select 'it is sent anew, or another film takes its place' from film_exchange e where e.video_id = v.id)) as used_by,
    (select count(*) from step s where s.recording_id = r.id and s.state <> 'done') as open_steps,
    coalesce(u.state <> 'confirmed', 0) as sending,
    coalesce(u.state = 'confirmed' and u.finding is null and u.place = ?, 0) as confirmed,
    (r.sound = 1 and v.loudness is null) as unmeasured,
    (select coalesce(sum(c.bytes), 0) from chunk c where c.recording_id = r.id) as chunk_bytes,
    (select sum(c.bytes) from companion c where c.video_id = v.id and c.kind = 'rendition') as rendition_bytes,
    (select group_concat(w.what, ' ') from swept w where w.recording_id = r.id) as swept
  from video v join recording r on r.id = v.recording_id
    left join upload u on u.film_key = v.object_key and u.state in ('open', 'completing', 'confirmed') -- at most one lives
  where v.published_at_ms is not null and v.removed_at_ms is null`

/** One thing of each class for each film that has it. Names are ids of recordings. */
export function listKeptOfFilms(db: Database, place: string | undefined): Kept[] {
  return db.all(filmsSql, place ?? '').flatMap((found) => {
    const film = filmRow.parse(found)
    const settled = film.sha256 !== null && film.open_steps === 0 && film.sending === 0
    const isHere = !film.swept.includes('film')
    const common = {
      name: film.recording_id,
      sinceMs: film.published_at_ms,
      heldBecause: film.held_because ?? undefined,
      usedBy: film.used_by ?? undefined,
    }
    const kept: Kept[] = [
      {
        ...common,
        class: 'published',
        bytes: film.bytes,
        confirmed: settled ? 'it has been there for as long as films are kept' : undefined,
      },
    ]
    if (film.chunk_bytes > 0 && !film.swept.includes('chunks'))
      kept.push({
        ...common,
        class: 'chunks',
        bytes: film.chunk_bytes,
        confirmed: settled && (isHere || film.confirmed === 1) ? 'the film that was made of it is in the store' : undefined,
      })
    if (film.rendition_bytes !== null)
      kept.push({
        ...common,
        class: 'rendition',
        bytes: film.rendition_bytes,
        confirmed: isHere ? 'it can be made again of the film' : undefined,
      })
    if (isHere)
      kept.push({
        ...common,
        class: 'film',
        bytes: film.bytes,
        confirmed: settled && film.confirmed === 1 && film.unmeasured === 0 ? 'the bucket has proven that it holds it' : undefined,
      })
    return kept
  })
}

const clipRow = z.object({
  id: z.string(),
  asked_at_ms: z.int(),
  state: z.string(),
  held_because: z.string().nullable(),
  bytes: z.int(),
})

const heldSql = '(select v.held_because from video v where v.recording_id = c.recording_id) as held_because'

/** Seconds of a match that somebody kept, and those that were made for phones. Names are ids of clips. */
export const listKeptClips = (db: Database): Kept[] =>
  db
    .all(
      `select c.id, c.asked_at_ms, c.state, ${heldSql}, (select coalesce(sum(f.bytes), 0) from clip_file f where f.clip_id = c.id) as bytes from clip c
       union all select c.id, c.asked_at_ms, c.state, ${heldSql}, coalesce(c.bytes, 0) as bytes from phone_clip c`,
    )
    .map((found) => {
      const { id, asked_at_ms: sinceMs, state, held_because: held, bytes } = clipRow.parse(found)
      return {
        ...{ class: 'clip', name: id, bytes, sinceMs, heldBecause: held ?? undefined },
        confirmed: state === 'pending' ? undefined : 'it has been there for as long as clips are kept',
      }
    })
