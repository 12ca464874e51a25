// The original's routes to films, which named them by the key of their object. A key opens a film of this box and nothing else, whoever wrote it.
// Never a path and never a bucket: a key is looked for among the rows.

import { z } from 'zod'
import { EzrecError } from '../../base/errors.ts'
import { plural } from '../../base/words.ts'
import type { Database } from '../../adapters/sqlite.ts'
import { instant } from '../../booking/booking.ts'
import { findBooking } from '../../booking/booking-store.ts'
import { findRecording } from '../../capture/recording-store.ts'
import { pageVideos } from '../../publish/video-page.ts'
import { findVideo, type Video } from '../../publish/video.ts'
import { deleteFilm } from '../../sweep/delete-film.ts'
import { filmAnswer } from '../media/film-answer.ts'
import type { Door } from '../routing/door.ts'
import { assertOwnUser, onlyUserOf } from '../routing/own.ts'
import { route, type Caller, type Route } from '../routing/route.ts'
import { successor } from './successor.ts'

const key = z.string().min(1).max(500)
const old = z.object({
  filename: z.string(),
  key: z.string(),
  booking_id: z.string(),
  user_id: z.string(),
  camera_id: z.string(),
  start_time: z.iso.datetime(),
  end_time: z.iso.datetime(),
  file_size: z.int(),
  duration_seconds: z.number(),
  video_id: z.string(),
})

const list = (path: '/recordings' | '/api/recordings'): Route =>
  route(
    {
      method: 'get',
      path,
      needs: 'viewer',
      ofUser: true,
      tag: 'original',
      summary: 'The newest 100 films in the original’s names',
      query: z.object({ user_id: z.string().max(100).optional() }),
      success: { data: z.array(old) },
      problems: [],
    },
    ({ query, caller }, door) => {
      const userId = query.user_id ?? onlyUserOf(caller)
      assertOwnUser(caller, userId, 'user')
      const { videos } = pageVideos(door.db, {
        sort: '-published',
        limit: 100,
        ...(userId === undefined ? {} : { userId }),
      })
      return {
        data: videos.flatMap((video) => tellOld(door, video) ?? []),
        message: plural(videos.length, 'film'),
        headers: successor('/videos'),
      }
    },
  )

export const oldFilmRoutes: readonly Route[] = [
  list('/recordings'),
  list('/api/recordings'),
  route(
    {
      method: 'get',
      path: '/stream',
      needs: 'viewer',
      ofUser: true,
      tag: 'original',
      summary: 'The film under a key, whole or one range of it',
      query: z.object({ key }),
      success: { media: 'video/mp4', statuses: [200, 206] },
      problems: ['not_found', 'range_not_satisfiable'],
    },
    ({ query, caller }, door) => filmAnswer(door, mustFindByKey(door.db, query.key, caller), caller, { download: false }),
  ),
  route(
    {
      method: 'get',
      path: '/signed-url',
      needs: 'operator',
      ofUser: true,
      tag: 'original',
      summary:
        'An address of the film under a key that needs no key of ours, for an hour at most; the same one again while it is good for half of that',
      query: z.object({ key }),
      success: { data: z.object({ url: z.url() }) },
      problems: ['not_found'],
      audits: 'link.made',
    },
    ({ query, caller }, door) => {
      const { recordingId } = mustFindByKey(door.db, query.key, caller)
      const { id, url, expiresAtMs, isNew } = door.hourLinks.to(recordingId)
      return {
        data: { url },
        message: `good until ${instant(expiresAtMs)}`,
        headers: successor('/videos/{id}/share'),
        about: isNew ? { subjectId: id, facts: { recordingId, mode: 'box' } } : null,
      }
    },
  ),
  route(
    {
      method: 'delete',
      path: '/delete-video',
      needs: 'operator',
      ofUser: true,
      tag: 'original',
      summary: 'As DELETE /videos/{id}, by its key',
      body: z.object({ key, user_id: z.string().max(100).optional() }),
      success: { data: z.object({ status: z.literal('deleted'), key: z.string() }) },
      problems: ['not_found', 'conflict'],
      audits: 'film.removed',
    },
    ({ body, caller }, door) => {
      const { principal } = caller
      const video = mustFindByKey(door.db, body.key, caller, body.user_id)
      const { links } = deleteFilm(door.db, { id: video.id, by: principal?.id ?? '', nowMs: Math.floor(door.clock.nowMs()), force: false })
      door.logger.warn({ video: video.id, recording: video.recordingId, who: principal?.id ?? null }, 'a film was removed')
      return {
        data: { status: 'deleted', key: body.key },
        message: 'film removed',
        headers: successor('/videos/{id}'),
        about: { subjectId: video.id, facts: { force: false, links } },
      }
    },
  ),
]

/** A published film under this key; of this user, where one is named, and of the key's own where that is bound to one. Errors: not_found. */
export function mustFindByKey(db: Database, objectKey: string, caller: Pick<Caller, 'principal'>, userId?: string): Video {
  const only = onlyUserOf(caller)
  const row = db.get('select id from video where object_key = ?', objectKey)
  const video = row && findVideo(db, String(row['id']))
  const recording = video?.published && findRecording(db, video.recordingId)
  const owner = recording && findBooking(db, recording.bookingId)?.userId
  if (video && owner !== undefined && [userId, only].every((each) => each === undefined || each === owner)) return video
  throw new EzrecError('not_found', 'there is no film under this key', { hint: 'GET /videos lists those that are published' })
}

function tellOld({ db }: Pick<Door, 'db'>, { id, recordingId, objectKey, published }: Video): z.infer<typeof old> | undefined {
  const recording = findRecording(db, recordingId)
  const booking = recording && findBooking(db, recording.bookingId)
  if (!published || !booking) return undefined
  return {
    filename: `${recordingId}.mp4`,
    key: objectKey,
    booking_id: booking.callerId ?? booking.id,
    user_id: booking.userId,
    camera_id: booking.rigId,
    start_time: new Date(recording.startsAtMs).toISOString(),
    end_time: new Date(recording.endsAtMs).toISOString(),
    file_size: published.bytes,
    duration_seconds: published.frames / published.fps,
    video_id: id,
  }
}
