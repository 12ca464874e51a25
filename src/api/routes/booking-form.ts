// A booking as callers see it: our names and the seed's side by side, its status computed at this instant.
// Never changes anything: what it tells is from the rows.

import { z } from 'zod'
import { forecastFilm, type FilmForecast } from '../../../config/film-profiles.ts'
import { filmedPixels } from '../../../config/settings.ts'
import { instant, type Booking } from '../../booking/booking.ts'
import { viewBooking } from '../../capture/booking-view.ts'
import { findRecording } from '../../capture/recording-store.ts'
import { mergedBytes, mergedUntil } from '../../merge/chunk-store.ts'
import { findVideoOf } from '../../publish/video.ts'
import type { Door } from '../routing/door.ts'

export const bookingSchema = z.object({
  id: z.string(),
  callerId: z.string().nullable(),
  userId: z.string(),
  cameraId: z.string(),
  title: z.string().nullable(),
  record: z.boolean().describe('false: the court is kept, nothing is captured, there is no film'),
  startsAt: z.iso.datetime(),
  endsAt: z.iso.datetime(),
  status: z.enum(['scheduled', 'recording', 'completed', 'processing', 'uploaded', 'cancelled', 'missed', 'failed']),
  recordingId: z.string().nullable(),
  videoId: z.string().nullable().describe('once the film is published'),
  filmRemovedAt: z.iso.datetime().nullable().describe('when somebody removed its film'),
  live: z.string().nullable().describe('path of the HLS playlist while the film is being made'),
  filmSize: z
    .object({ gigabytesPerHour: z.number(), gigabytes: z.number(), basis: z.enum(['highest', 'guess', 'measured']) })
    .nullable()
    .describe('how large the film will be: at most, or by what is made of it; null once it is published, or when there is none to be made'),
  user_id: z.string(),
  camera_id: z.string(),
  start_time: z.iso.datetime(),
  end_time: z.iso.datetime(),
})

export function tellBooking(
  { db, clock, settings }: Pick<Door, 'db' | 'clock' | 'settings'>,
  booking: Booking,
): z.infer<typeof bookingSchema> {
  const view = viewBooking(db, booking, clock)
  const { recordingId } = view
  const published = recordingId === null ? undefined : findVideoOf(db, recordingId)
  const hasChunk = recordingId !== null && db.get('select 1 as one from chunk where recording_id = ? limit 1', recordingId) !== undefined
  return {
    ...view,
    videoId: published?.published ? published.id : null,
    filmRemovedAt: published?.removed ? instant(published.removed.atMs) : null,
    live: hasChunk && !published?.published ? `/recordings/${recordingId}/live/index.m3u8` : null,
    filmSize: view.record && willHaveFilm(view.status) ? sizeOf({ db, settings }, booking, recordingId) : null,
    user_id: view.userId,
    camera_id: view.cameraId,
    start_time: view.startsAt,
    end_time: view.endsAt,
  }
}

const willHaveFilm = (status: z.infer<typeof bookingSchema>['status']): boolean =>
  ['scheduled', 'recording', 'completed', 'processing'].includes(status)

function sizeOf(
  { db, settings }: Pick<Door, 'db' | 'settings'>,
  { startsAtMs, endsAtMs }: Booking,
  recordingId: string | null,
): FilmForecast {
  const recording = recordingId === null ? undefined : findRecording(db, recordingId)
  const made = recording && {
    mergedMs: (mergedUntil(db, recording.id).frames * 1_000) / recording.fps,
    mergedBytes: mergedBytes(db, recording.id),
  }
  return forecastFilm(settings.merge, filmedPixels(settings), { totalMs: endsAtMs - startsAtMs, ...made })
}
