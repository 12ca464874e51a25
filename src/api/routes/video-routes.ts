// /videos/{id}: a published film: described, streamed, shown by their poster, shared. And the live chunks of a recording.
// Never takes a path from a request: ids name rows, rows name files.

import { z } from 'zod'
import { EzrecError } from '../../base/errors.ts'
import { certificateSchema } from '../../publish/certificate-form.ts'
import { readCertificate } from '../../publish/read-certificate.ts'
import { findCompanion } from '../../publish/companions/companion-store.ts'
import { renditionSize } from '../../publish/companions/rendition-policy.ts'
import { askForRendition, findVideo, findVideoOf } from '../../publish/video.ts'
import { isPageElsewhere } from '../../share/page-store.ts'
import { revokeShareLink } from '../../share/share-link.ts'
import { companionAnswer, filmAnswer, posterAnswer, thumbnailNamePattern, thumbnailOf } from '../media/film-answer.ts'
import { liveAnswer, liveNamePattern } from '../media/live-answer.ts'
import { dailyWork, route, type Route } from '../routing/route.ts'
import { mustFindRecording, mustFindVideo } from './find-film.ts'
import { assertOwnLink, linkOrder, madeLinkSchema, makeLink } from './link-form.ts'
import { videoDetailSchema, tellVideoDetail } from './video-form.ts'

const id = z.object({ id: z.string().min(1).max(64) })
const byteStatuses = [200, 206] as const

export const videoRoutes: readonly Route[] = [
  route(
    {
      method: 'get',
      path: '/videos/{id}',
      needs: 'viewer',
      ofUser: true,
      tag: 'films',
      summary: 'Describe a film: facts, gaps, coverage',
      params: id,
      success: { data: videoDetailSchema },
      problems: ['not_found'],
    },
    ({ params, caller }, door) => {
      const video = mustFindVideo(door, params.id, caller)
      return { data: tellVideoDetail(door, video, mustFindRecording(door, video.recordingId, caller)), message: 'film found' }
    },
  ),
  route(
    {
      method: 'get',
      path: '/videos/{id}/stream',
      needs: 'viewer',
      ofUser: true,
      tag: 'films',
      summary: 'The film, whole or one range of it; with download=1 named for people',
      params: id,
      query: z.object({ download: z.enum(['0', '1']).default('0') }),
      success: { media: 'video/mp4', statuses: byteStatuses },
      problems: ['not_found', 'range_not_satisfiable'],
      limits: 'one range a request; several are answered by the whole film',
    },
    ({ params, query, caller }, door) =>
      filmAnswer(door, mustFindVideo(door, params.id, caller), caller, { download: query.download === '1' }),
  ),
  route(
    {
      method: 'get',
      path: '/videos/{id}/poster',
      needs: 'viewer',
      ofUser: true,
      tag: 'films',
      summary: 'The still of a film',
      params: id,
      success: { media: 'image/jpeg', statuses: byteStatuses },
      problems: ['not_found'],
    },
    ({ params, caller }, door) => posterAnswer(door, mustFindVideo(door, params.id, caller), caller),
  ),
  route(
    {
      method: 'get',
      path: '/videos/{id}/preview',
      needs: 'viewer',
      ofUser: true,
      tag: 'films',
      params: id,
      summary: 'A still of 1200x630 for messages',
      success: { media: 'image/jpeg', statuses: [200, 206] },
      problems: ['not_found'],
    },
    ({ params, caller }, door) => companionAnswer(door, mustFindVideo(door, params.id, caller), { kind: 'preview' }, caller),
  ),
  route(
    {
      method: 'get',
      path: '/videos/{id}/thumbnails/{name}',
      needs: 'viewer',
      ofUser: true,
      tag: 'films',
      params: id.extend({ name: z.string().regex(thumbnailNamePattern) }),
      summary:
        'Small pictures through the film: thumbnails.vtt (WebVTT) says which part of which sheet (thumbnails-1.jpg, ...) is which moment',
      success: { media: 'text/vtt, image/jpeg', statuses: [200, 206] },
      problems: ['not_found'],
    },
    ({ params, caller }, door) => companionAnswer(door, mustFindVideo(door, params.id, caller), thumbnailOf(params.name), caller),
  ),
  route(
    {
      method: 'get',
      path: '/videos/{id}/rendition',
      needs: 'viewer',
      ofUser: true,
      tag: 'films',
      params: id,
      query: z.object({ download: z.enum(['0', '1']).default('0') }),
      summary: 'The smaller version of a wide film, for phones; with download=1 named for people',
      success: { media: 'video/mp4', statuses: [200, 206] },
      problems: ['not_found', 'range_not_satisfiable'],
    },
    ({ params, query, caller }, door) =>
      companionAnswer(door, mustFindVideo(door, params.id, caller), { kind: 'rendition', download: query.download === '1' }, caller),
  ),
  route(
    {
      method: 'post',
      path: '/videos/{id}/rendition',
      needs: 'operator',
      ofUser: true,
      tag: 'films',
      summary: 'Ask for the smaller version of a wide film before all others; it is made as soon as nothing is recorded',
      params: id,
      success: { data: z.object({ state: z.enum(['made', 'waiting', 'not-needed']) }) },
      problems: ['not_found'],
      audits: dailyWork,
    },
    ({ params, caller }, door) => {
      const video = mustFindVideo(door, params.id, caller)
      if (findCompanion(door.db, video.id, 'rendition')) return { data: { state: 'made' }, message: 'the smaller version is there' }
      if (!video.published || !renditionSize(video.published))
        return { data: { state: 'not-needed' }, message: 'this film is small enough as it is' }
      askForRendition(door.db, video.id, Math.floor(door.clock.nowMs()))
      return { data: { state: 'waiting' }, message: 'the smaller version is made when nothing is recorded' }
    },
  ),
  route(
    {
      method: 'post',
      path: '/videos/{id}/share',
      needs: 'operator',
      ofUser: true,
      tag: 'films',
      summary: 'Make a link for people to a film, or to a recording that is still being made',
      params: id,
      body: linkOrder,
      success: { data: madeLinkSchema, statuses: [201] },
      problems: ['not_found', 'conflict', 'forbidden', 'upstream_unavailable'],
      audits: 'link.made',
      makes: 'secret',
    },
    ({ params, body, caller }, door) => {
      const named = findVideo(door.db, params.id) ?? findVideoOf(door.db, params.id)
      return makeLink(door, { recordingId: mustFindRecording(door, named?.recordingId ?? params.id, caller).id }, body)
    },
  ),
  route(
    {
      method: 'delete',
      path: '/shares/{id}',
      needs: 'operator',
      ofUser: true,
      tag: 'films',
      summary: 'Revoke a share link: one of the box opens nothing from now on, one of the bucket as soon as that is reached',
      params: id,
      success: { data: z.object({ id: z.string(), recordingId: z.string().nullable(), revokedAt: z.iso.datetime() }) },
      problems: ['not_found'],
      audits: 'link.revoked',
    },
    ({ params, caller }, door) => {
      assertOwnLink(door.db, caller, params.id)
      const link = revokeShareLink(door.db, door.clock, params.id)
      const revokedAt = new Date(link.revokedAtMs ?? door.clock.nowMs()).toISOString()
      const message =
        link.mode === 'box'
          ? 'share link revoked'
          : isPageElsewhere(door.db, link.id, door.bucket?.place)
            ? 'share link revoked, but its page stands in a bucket that is not set: it opens until its addresses end by themselves, after at most 7 days; set that bucket again to end it now'
            : 'share link revoked: its page ends as soon as the bucket is reached; addresses of the film that were given away end then, or by themselves after at most 7 days'
      return { data: { id: link.id, recordingId: link.recordingId, revokedAt }, message }
    },
  ),
  route(
    {
      method: 'get',
      path: '/recordings/{id}/certificate',
      needs: 'viewer',
      ofUser: true,
      tag: 'films',
      summary: 'What each camera gave to a film, every gap with its cause, clocks and hashes: as in recording.json',
      params: id,
      success: { data: certificateSchema },
      problems: ['not_found', 'conflict'],
    },
    ({ params, caller }, door) => {
      const recording = mustFindRecording(door, params.id, caller)
      const certificate = readCertificate(door.db, recording, door.clock.labelOf)
      if (certificate) return { data: certificate, message: 'certificate of the recording' }
      throw new EzrecError('conflict', 'this film is still being made, or never will be: there is no certificate', {
        hint: 'ask again when the booking is processed; GET /bookings/{id} tells',
      })
    },
  ),
  route(
    {
      method: 'get',
      path: '/recordings/{id}/live/{name}',
      needs: 'viewer',
      ofUser: true,
      tag: 'films',
      summary: 'Live HLS of a recording: index.m3u8, init.mp4, and chunks by number (0.m4s)',
      params: id.extend({ name: z.string().regex(liveNamePattern) }),
      success: { media: 'application/vnd.apple.mpegurl, video/mp4', statuses: byteStatuses },
      problems: ['not_found', 'range_not_satisfiable'],
    },
    ({ params, caller }, door) => liveAnswer(door, mustFindRecording(door, params.id, caller), params.name, caller),
  ),
]
