// Running a court: record now, and mark moments of the match that is on or was.
// Never judges a booking: the booking service does.

import { z } from 'zod'
import { EzrecError } from '../../base/errors.ts'
import { instant } from '../../booking/booking.ts'
import { parseInstant } from '../../booking/local-time.ts'
import { findRecording } from '../../capture/recording-store.ts'
import type { Recording } from '../../capture/recording.ts'
import { listMarkers, setMarker } from '../../capture/marker-store.ts'
import type { Door } from '../routing/door.ts'
import { route, type Route } from '../routing/route.ts'
import { bookingSchema, tellBooking } from './booking-form.ts'
import { markerSchema, tellMarker } from './marker-form.ts'

const id = z.object({ id: z.string().min(1).max(64) })
const label = z.string().regex(/^[^\p{C}]{1,100}$/u, { error: 'must be 1 to 100 printable characters' })

export const courtRoutes: readonly Route[] = [
  route(
    {
      method: 'post',
      path: '/record-now',
      needs: 'operator',
      tag: 'bookings',
      summary: 'Book from now on and record at once; a conflict names the nearest free slot',
      body: z.object({ minutes: z.number().positive().max(720), title: label.optional(), user_id: label.optional() }),
      success: { data: bookingSchema, statuses: [201] },
      problems: ['conflict', 'disk_full'],
      makes: 'anew',
    },
    async ({ body }, door) => {
      const startsAtMs = Math.ceil(door.clock.nowMs())
      const { booking } = await door.bookings.create({
        startsAtMs,
        endsAtMs: startsAtMs + Math.round(body.minutes * 60_000),
        userId: body.user_id ?? door.settings.booking.userId,
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
      tag: 'films',
      summary: 'Mark a moment of a recording: now, some seconds ago, or at a time; also while it is on',
      params: id,
      body: z
        .object({ label: label.optional(), at: z.string().max(60).optional(), secondsAgo: z.number().min(0).max(86_400).optional() })
        .optional(),
      success: { data: markerSchema, statuses: [201] },
      problems: ['not_found', 'conflict'],
      makes: 'anew',
    },
    ({ params, body, caller }, door) => {
      const recording = mustFind(door, params.id)
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
      tag: 'films',
      summary: 'The moments of a recording that were marked, in order',
      params: id,
      success: { data: z.array(markerSchema) },
      problems: ['not_found'],
    },
    ({ params }, door) => {
      const recording = mustFind(door, params.id)
      const markers = listMarkers(door.db, recording.id)
      return { data: markers.map((each) => tellMarker(recording, each)), message: `${markers.length} markers` }
    },
  ),
]

function mustFind({ db }: Door, recordingId: string): Recording {
  const found = findRecording(db, recordingId)
  if (found) return found
  throw new EzrecError('not_found', 'there is no such recording', { hint: 'GET /bookings names the recording of each booking' })
}
