// A booking as callers see it: our names and the seed's side by side, its status computed at this instant.
// Never changes anything: what it tells is from the rows.

import { z } from 'zod'
import type { Booking } from '../../booking/booking.ts'
import { viewBooking } from '../../capture/booking-view.ts'
import { findVideoOf } from '../../publish/video.ts'
import type { Door } from '../routing/door.ts'

export const bookingSchema = z.object({
  id: z.string(),
  callerId: z.string().nullable(),
  userId: z.string(),
  cameraId: z.string(),
  title: z.string().nullable(),
  startsAt: z.iso.datetime(),
  endsAt: z.iso.datetime(),
  status: z.enum(['scheduled', 'recording', 'completed', 'processing', 'uploaded', 'cancelled', 'missed', 'failed']),
  recordingId: z.string().nullable(),
  videoId: z.string().nullable().describe('once the film is published'),
  live: z.string().nullable().describe('path of the HLS playlist while the film is being made'),
  user_id: z.string(),
  camera_id: z.string(),
  start_time: z.iso.datetime(),
  end_time: z.iso.datetime(),
})

export function tellBooking({ db, clock }: Pick<Door, 'db' | 'clock'>, booking: Booking): z.infer<typeof bookingSchema> {
  const view = viewBooking(db, booking, clock)
  const { recordingId } = view
  const published = recordingId === null ? undefined : findVideoOf(db, recordingId)
  const hasChunk = recordingId !== null && db.get('select 1 as one from chunk where recording_id = ? limit 1', recordingId) !== undefined
  return {
    ...view,
    videoId: published?.published ? published.id : null,
    live: hasChunk && !published?.published ? `/recordings/${recordingId}/live/index.m3u8` : null,
    user_id: view.userId,
    camera_id: view.cameraId,
    start_time: view.startsAt,
    end_time: view.endsAt,
  }
}
