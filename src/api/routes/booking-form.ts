// A booking as callers see it: our names and the seed's side by side, its status computed at this instant.
// Never changes anything: what it tells is from the rows.

import { z } from 'zod'
import { instant, type Booking } from '../../booking/booking.ts'
import { bookingStatusOf } from '../../capture/recording.ts'
import { findRecordingOf } from '../../capture/recording-store.ts'
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
  const recording = findRecordingOf(db, booking.id)
  const published = recording === undefined ? undefined : findVideoOf(db, recording.id)
  const hasChunk =
    recording !== undefined && db.get('select 1 as one from chunk where recording_id = ? limit 1', recording.id) !== undefined
  const startsAt = instant(booking.startsAtMs)
  const endsAt = instant(booking.endsAtMs)
  return {
    id: booking.id,
    callerId: booking.callerId,
    userId: booking.userId,
    cameraId: booking.rigId,
    title: booking.title,
    startsAt,
    endsAt,
    status: bookingStatusOf(booking, recording, clock.nowMs()),
    recordingId: recording?.id ?? null,
    videoId: published?.published ? published.id : null,
    live: hasChunk && !published?.published ? `/recordings/${recording.id}/live/index.m3u8` : null,
    user_id: booking.userId,
    camera_id: booking.rigId,
    start_time: startsAt,
    end_time: endsAt,
  }
}
