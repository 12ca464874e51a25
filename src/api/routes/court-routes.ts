// Running a court: record now, mark moments of the match that is on or was, and keep its last seconds.
// Never judges a booking: the booking service does.

import { z } from 'zod'
import { instant } from '../../booking/booking.ts'
import { parseInstant } from '../../booking/local-time.ts'
import { listMarkers, setMarker } from '../../capture/marker-store.ts'
import { dailyWork, route, type Route } from '../routing/route.ts'
import { bookingSchema, tellBooking } from './booking-form.ts'
import { askForClip, clipSeconds, listClips } from '../../publish/clips/clip-store.ts'
import { deleteClip } from '../../publish/clips/delete-clip.ts'
import { clipAnswer } from '../media/clip-answer.ts'
import { clipSchema, tellClip } from './clip-form.ts'
import { assertOwnUser, onlyUserOf } from '../routing/own.ts'
import { assertOwnClip, mustFindRecording } from './find-film.ts'
import { markerSchema, tellMarker } from './marker-form.ts'

const id = z.object({ id: z.string().min(1).max(64) })
const label = z.string().regex(/^[^\p{C}]{1,100}$/u, { error: 'must be 1 to 100 printable characters' })

export const courtRoutes: readonly Route[] = [
  route(
    {
      method: 'post',
      path: '/record-now',
      needs: 'operator',
      ofUser: true,
      scopes: ['court'],
      tag: 'bookings',
      summary: 'Book from now on and record at once; a conflict names the nearest free slot',
      body: z.object({ minutes: z.number().positive().max(720), title: label.optional(), user_id: label.optional() }),
      success: { data: bookingSchema, statuses: [201] },
      problems: ['conflict', 'disk_full'],
      audits: dailyWork,
      makes: 'anew',
    },
    async ({ body, caller }, door) => {
      const startsAtMs = Math.ceil(door.clock.nowMs())
      if (body.user_id !== undefined) assertOwnUser(caller, body.user_id, 'user')
      const { booking } = await door.bookings.create({
        startsAtMs,
        endsAtMs: startsAtMs + Math.round(body.minutes * 60_000),
        userId: body.user_id ?? onlyUserOf(caller) ?? door.settings.booking.userId,
        title: body.title ?? null,
      })
      return { status: 201, data: tellBooking(door, booking), message: `recording until ${instant(booking.endsAtMs)}` }
    },
  ),
  route(
    {
      method: 'post',
      path: '/recordings/{id}/markers',
      needs: 'operator',
      ofUser: true,
      scopes: ['court'],
      tag: 'films',
      summary: 'Mark a moment of a recording: now, some seconds ago, or at a time; also while it is on',
      params: id,
      body: z
        .object({ label: label.optional(), at: z.string().max(60).optional(), secondsAgo: z.number().min(0).max(86_400).optional() })
        .optional(),
      success: { data: markerSchema, statuses: [201] },
      problems: ['not_found', 'conflict'],
      audits: dailyWork,
      makes: 'anew',
    },
    ({ params, body, caller }, door) => {
      const recording = mustFindRecording(door, params.id, caller)
      const { clock, settings } = door
      const nowMs = clock.nowMs()
      const atMs =
        body?.at === undefined ? Math.floor(nowMs - (body?.secondsAgo ?? 0) * 1_000) : parseInstant(body.at, settings.booking.timeZone)
      const marker = setMarker(door.db, recording, { atMs, label: body?.label ?? null, setBy: caller.principal?.id ?? '' }, nowMs)
      return { status: 201, data: tellMarker(recording, marker), message: 'moment marked' }
    },
  ),
  route(
    {
      method: 'get',
      path: '/recordings/{id}/markers',
      needs: 'viewer',
      ofUser: true,
      scopes: ['court'],
      tag: 'films',
      summary: 'The moments of a recording that were marked, in order',
      params: id,
      success: { data: z.array(markerSchema) },
      problems: ['not_found'],
    },
    ({ params, caller }, door) => {
      const recording = mustFindRecording(door, params.id, caller)
      const markers = listMarkers(door.db, recording.id)
      return { data: markers.map((each) => tellMarker(recording, each)), message: `${markers.length} markers` }
    },
  ),
  route(
    {
      method: 'post',
      path: '/recordings/{id}/clips',
      needs: 'operator',
      ofUser: true,
      scopes: ['court'],
      tag: 'films',
      summary: 'Keep the last seconds of a match as both cameras saw them; made on the box itself, while the match goes on',
      params: id,
      body: z
        .object({ seconds: z.number().min(clipSeconds.shortest).max(clipSeconds.longest).default(30), label: label.optional() })
        .optional(),
      success: { data: clipSchema, statuses: [201] },
      problems: ['not_found', 'conflict', 'disk_full'],
      limits: '200 clips of a match, 600 s together',
      audits: dailyWork,
      makes: 'anew',
    },
    async ({ params, body, caller }, door) => {
      const order = { seconds: body?.seconds ?? 30, label: body?.label ?? null, askedBy: caller.principal?.id ?? '' }
      const recording = mustFindRecording(door, params.id, caller)
      await door.room.lookForClip(order.seconds)
      const clip = askForClip(door.db, recording, order, door.clock.nowMs())
      return { status: 201, data: tellClip(recording, clip), message: 'these seconds are kept: their clip is made in a moment' }
    },
  ),
  route(
    {
      method: 'get',
      path: '/recordings/{id}/clips',
      needs: 'viewer',
      ofUser: true,
      scopes: ['court'],
      tag: 'films',
      summary: 'The clips of a match, in the order in which they were asked for',
      params: id,
      success: { data: z.array(clipSchema) },
      problems: ['not_found'],
    },
    ({ params, caller }, door) => {
      const recording = mustFindRecording(door, params.id, caller)
      const clips = listClips(door.db, recording.id)
      return { data: clips.map((each) => tellClip(recording, each)), message: `${clips.length} clips` }
    },
  ),
  route(
    {
      method: 'delete',
      path: '/clips/{id}',
      needs: 'operator',
      ofUser: true,
      tag: 'films',
      summary: 'Delete a clip and its files; the film keeps those seconds',
      params: id,
      success: { data: z.object({ id: z.string() }) },
      problems: ['not_found', 'forbidden'],
      audits: 'clip.removed',
    },
    async ({ params, caller }, { db, clock, settings }) => {
      assertOwnClip(db, caller, params.id)
      await deleteClip({ db, clock, recordingsFolder: settings.paths.recordings }, params.id)
      return { data: { id: params.id }, message: 'clip deleted' }
    },
  ),
  route(
    {
      method: 'get',
      path: '/clips/{id}/files/{name}',
      needs: 'viewer',
      ofUser: true,
      tag: 'films',
      summary: 'A file of a clip, whole or one range of it; with download=1 named for people',
      params: id.extend({ name: z.string().regex(/^(left|right)-\d{1,3}\.mp4$/) }),
      query: z.object({ download: z.enum(['0', '1']).default('0') }),
      success: { media: 'video/mp4', statuses: [200, 206] },
      problems: ['not_found', 'range_not_satisfiable'],
    },
    ({ params, query, caller }, door) => {
      assertOwnClip(door.db, caller, params.id)
      return clipAnswer(door, params.id, params.name, caller, { download: query.download === '1' })
    },
  ),
]
