// /videos as a shelf: listed, taken home, held, removed.
// Never removes what is held or unconfirmed, unless an admin says so; never takes a path from a request.

import { z } from 'zod'
import { EzrecError } from '../../base/errors.ts'
import { plural } from '../../base/words.ts'
import { instant } from '../../booking/booking.ts'
import { parseInstant } from '../../booking/local-time.ts'
import { pageVideos, videoSorts } from '../../publish/video-page.ts'
import { askForExchange } from '../../publish/exchange/exchange-store.ts'
import { findVideo, findVideoOf } from '../../publish/video.ts'
import { deleteFilm, holdFilm } from '../../sweep/delete-film.ts'
import { longestClipSeconds } from '../../publish/film-clip.ts'
import { filmClipAnswer } from '../media/film-clip-answer.ts'
import { filmAnswer } from '../media/film-answer.ts'
import { afterPlace, nextPage } from '../routing/next-page.ts'
import { dailyWork, route, type Route } from '../routing/route.ts'
import { assertOwnRecording, assertOwnUser, onlyUserOf } from '../routing/own.ts'
import { mustFindVideo } from './find-film.ts'
import { tellVideo, videoSchema } from './video-form.ts'

const id = z.object({ id: z.string().min(1).max(64) })
const time = z.string().max(60)
const seconds = z.coerce.number().min(0).max(200_000)
const held = z.object({ id: z.string(), heldBecause: z.string().nullable() })

export const videoShelfRoutes: readonly Route[] = [
  route(
    {
      method: 'get',
      path: '/videos',
      needs: 'viewer',
      ofUser: true,
      tag: 'films',
      summary: 'List published films; the Link header has the next page',
      query: z.object({
        status: z.enum(['complete', 'partial']).optional(),
        from: time.describe('only those of matches that end after it').optional(),
        to: time.describe('only those of matches that start before it').optional(),
        user: z.string().max(100).describe('whose booking it was').optional(),
        sort: z.enum(videoSorts).default('-published'),
        limit: z.coerce.number().int().min(1).max(500).default(50),
        after: afterPlace.optional(),
      }),
      success: { data: z.array(videoSchema) },
      problems: [],
    },
    ({ query, caller }, door) => {
      const { status, from, to, user = onlyUserOf(caller), sort, limit, after } = query
      assertOwnUser(caller, user, 'user')
      const zone = door.settings.booking.timeZone
      const { videos, next } = pageVideos(door.db, {
        sort,
        limit,
        ...(status === undefined ? {} : { status }),
        ...(user === undefined ? {} : { userId: user }),
        ...(from === undefined ? {} : { fromMs: parseInstant(from, zone) }),
        ...(to === undefined ? {} : { toMs: parseInstant(to, zone) }),
        ...(after === undefined ? {} : { after }),
      })
      const data = videos.flatMap((video) => tellVideo(door, video) ?? [])
      return {
        data,
        message: `${plural(data.length, 'film')}${next ? ', and perhaps more: the Link header has the next page' : ''}`,
        ...(next ? { headers: nextPage('/videos', { status, from, to, user, sort, limit }, next) } : {}),
      }
    },
  ),
  route(
    {
      method: 'get',
      path: '/videos/{id}/download',
      needs: 'viewer',
      ofUser: true,
      tag: 'films',
      summary: 'The film to keep, named for people by its title, date and time',
      params: id,
      success: { media: 'video/mp4', statuses: [200, 206] },
      problems: ['not_found', 'range_not_satisfiable'],
      limits: 'one range a request; several are answered by the whole film',
    },
    ({ params, caller }, door) => filmAnswer(door, mustFindVideo(door, params.id, caller), caller, { download: true }),
  ),
  route(
    {
      method: 'get',
      path: '/videos/{id}/clip',
      needs: 'viewer',
      ofUser: true,
      tag: 'films',
      summary: 'A part of a film, copied as it is: from the key frame at or before from, until to; in seconds of the film',
      params: id,
      query: z.object({ from: seconds, to: seconds }),
      success: { media: 'video/mp4', statuses: [200, 206] },
      problems: ['not_found', 'range_not_satisfiable', 'disk_full'],
      limits: `at most ${longestClipSeconds} s; one is made at a time, eight may wait; kept for a day`,
    },
    async ({ params, query, caller }, door) => filmClipAnswer(door, mustFindVideo(door, params.id, caller), query, caller),
  ),
  route(
    {
      method: 'put',
      path: '/videos/{id}/hold',
      needs: 'operator',
      tag: 'films',
      summary: 'Hold a film: it is not removed, nor the footage that it was made of',
      params: id,
      body: z.object({ because: z.string().regex(/^[^\p{C}]{1,200}$/u, { error: 'must be 1 to 200 printable characters' }) }),
      success: { data: held },
      problems: ['not_found'],
      audits: 'film.held',
    },
    ({ params, body, caller }, door) => {
      const video = mustFindVideo(door, params.id, caller)
      holdFilm(door.db, video.id, body.because, door.clock.nowMs())
      return { data: { id: video.id, heldBecause: body.because }, message: 'film held', about: { subjectId: video.id } }
    },
  ),
  route(
    {
      method: 'delete',
      path: '/videos/{id}/hold',
      needs: 'operator',
      tag: 'films',
      summary: 'Release a film that was held',
      params: id,
      success: { data: held },
      problems: ['not_found'],
      audits: 'film.released',
    },
    ({ params, caller }, door) => {
      const video = mustFindVideo(door, params.id, caller)
      holdFilm(door.db, video.id, null, door.clock.nowMs())
      return { data: { id: video.id, heldBecause: null }, message: 'film released', about: { subjectId: video.id } }
    },
  ),
  route(
    {
      method: 'post',
      path: '/videos/{id}/republish',
      needs: 'operator',
      tag: 'films',
      summary: 'Send a film to the bucket once more, to another place there; the old object goes when the new one is proven',
      params: id,
      success: { data: z.object({ id: z.string(), recordingId: z.string(), effect: z.literal('republishing') }) },
      problems: ['not_found', 'conflict'],
      makes: 'anew',
      audits: dailyWork,
    },
    ({ params, caller }, door) => {
      const { id: video, recordingId } = mustFindVideo(door, params.id, caller)
      askForExchange(door.db, video, { by: caller.principal?.id ?? '', hasBucket: door.bucket !== undefined }, door.clock.nowMs())
      return {
        data: { id: video, recordingId, effect: 'republishing' as const },
        message: 'film is sent once more: GET /status tells how far',
      }
    },
  ),
  route(
    {
      method: 'delete',
      path: '/videos/{id}',
      needs: 'operator',
      ofUser: true,
      tag: 'films',
      summary: 'Remove a film with its poster, companions, chunks and links; what the cameras gave stays until it is swept',
      params: id,
      query: z.object({ force: z.enum(['0', '1']).default('0').describe('an admin may remove what is held or not confirmed yet') }),
      success: {
        data: z.object({
          id: z.string(),
          recordingId: z.string(),
          effect: z.enum(['removed', 'none']),
          links: z.int(),
          removedAt: z.iso.datetime(),
        }),
      },
      problems: ['not_found', 'conflict'],
      audits: 'film.removed',
    },
    ({ params, query, caller }, door) => {
      const { principal } = caller
      const force = query.force === '1'
      if (force && principal?.role !== 'admin')
        throw new EzrecError('forbidden', 'only an admin may remove a film that is held or not confirmed', { hint: 'ask an admin' })
      const found = findVideo(door.db, params.id) ?? findVideoOf(door.db, params.id)
      if (found) assertOwnRecording(door.db, caller, found.recordingId, 'film')
      const { links, already } = deleteFilm(door.db, {
        id: found?.id ?? params.id,
        by: principal?.id ?? '',
        nowMs: Math.floor(door.clock.nowMs()),
        force,
      })
      const removed = found && findVideo(door.db, found.id)
      if (!removed?.removed) throw new EzrecError('internal', 'a film that was removed says otherwise', { hint: 'report this' })
      if (!already)
        door.logger.warn(
          { video: removed.id, recording: removed.recordingId, links, force, who: principal?.id ?? null },
          'a film was removed',
        )
      return {
        data: {
          id: removed.id,
          recordingId: removed.recordingId,
          effect: already ? 'none' : 'removed',
          links,
          removedAt: instant(removed.removed.atMs),
        },
        about: already ? null : { subjectId: removed.id, facts: { force, links } },
        message: already ? 'this film was removed before' : 'film removed: its links open nothing, its files go within seconds',
      }
    },
  ),
]
