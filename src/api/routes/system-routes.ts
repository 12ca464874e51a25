// What the box does now, what it is, what it recorded lately and how its bookings ended.
// Tells no path of the disk and no address of a camera; changes nothing.

import os from 'node:os'
import { z } from 'zod'
import packageFacts from '../../../package.json' with { type: 'json' }
import { lastBeat } from '../../adapters/heartbeat.ts'
import { instant, type Booking } from '../../booking/booking.ts'
import { listBegun, listBookings } from '../../booking/booking-store.ts'
import { viewBooking } from '../../capture/booking-view.ts'
import { boardOf } from '../../capture/drivers/board.ts'
import { readIfPresent } from '../../base/files.ts'
import { cameras } from '../../capture/take.ts'
import { listGaps } from '../../merge/chunk-store.ts'
import { findVideoOf } from '../../publish/video.ts'
import { boardPlaces } from '../../system/board-facts.ts'
import { countBookings, type BookedFilm, type BookingCounts } from '../../system/booking-stats.ts'
import { readLateFilms, tellLateFilms } from '../../system/late-films.ts'
import type { Door } from '../routing/door.ts'
import { route, type Route } from '../routing/route.ts'
import { bookingSchema, tellBooking } from './booking-form.ts'
import { tellUploads, uploadsSchema } from './uploads-form.ts'

const services = ['dual_recorder', 'video_worker', 'ezrec-api'] as const

const counts = z.object({
  bookings: z.int(),
  published: z.int(),
  partial: z.int(),
  missed: z.int(),
  failed: z.int(),
  cancelled: z.int(),
  successRate: z.number().nullable(),
  causes: z.record(z.string(), z.int()).describe('how many bookings each cause has cost something'),
})

const logged = z.object({
  type: z.literal('recording'),
  filename: z.string(),
  date: z.iso.date(),
  size_mb: z.number(),
  created: z.iso.datetime(),
  booking_id: z.string(),
  user_id: z.string(),
  status: bookingSchema.shape.status,
})

const tenths = (value: number | undefined): number | null => (value === undefined ? null : Math.floor(value * 10) / 10)

export const systemRoutes: readonly Route[] = [
  route(
    {
      method: 'get',
      path: '/status',
      needs: 'viewer',
      scopes: ['status', 'court', 'book'],
      tag: 'system',
      summary: 'What the box does now: services, the booking that runs, the next one, films that wait',
      success: {
        data: z.object({
          services: z.array(
            z.object({ name: z.string(), aliveSecondsAgo: z.number().nullable().describe('null: never'), doing: z.string().nullable() }),
          ),
          currentBooking: bookingSchema.nullable(),
          nextBooking: bookingSchema.nullable(),
          backlog: z.string(),
          uploads: uploadsSchema.nullable().describe('what is on its way to the bucket; null without one'),
          hoursLeft: z
            .number()
            .nullable()
            .describe('hours of recording that the disk holds while nothing leaves it, as without a network; null when it does not answer'),
          hangingOnNetwork: z
            .array(z.string())
            .describe('bookings of the next 24 hours for which the disk has room only if films before them reach the bucket and leave it'),
          version: z.string(),
        }),
      },
      problems: [],
    },
    async (_, door) => {
      const { db, clock } = door
      const nowMs = clock.nowMs()
      const coming = listBookings(db, { fromMs: nowMs, limit: 50 }).filter(({ cancelledAtMs }) => cancelledAtMs === null)
      const current = coming.find(({ startsAtMs }) => startsAtMs <= nowMs)
      const next = coming.find(({ startsAtMs }) => startsAtMs > nowMs)
      const data = {
        services: services.map((name) => {
          const said = lastBeat(db, name)
          return { name, aliveSecondsAgo: said ? Math.max(0, (nowMs - said.atMs) / 1_000) : null, doing: said?.doing ?? null }
        }),
        currentBooking: current ? tellBooking(door, current) : null,
        nextBooking: next ? tellBooking(door, next) : null,
        backlog: tellLateFilms(readLateFilms(db, nowMs)),
        uploads: tellUploads(door),
        hoursLeft: tenths(await door.room.hoursLeft()),
        hangingOnNetwork: [...(await door.room.hangingOnNetwork())],
        version: packageFacts.version,
      }
      return { data, message: current ? 'a booking runs' : 'no booking runs' }
    },
  ),
  route(
    {
      method: 'get',
      path: '/system-info',
      needs: 'viewer',
      scopes: ['status'],
      tag: 'system',
      summary: 'The machine: board, system, versions, cameras, disks, temperature',
      success: {
        data: z.object({
          model: z.string(),
          system: z.string(),
          architecture: z.string(),
          processors: z.int(),
          memoryBytes: z.int(),
          uptimeSeconds: z.number(),
          celsius: z.number().nullable(),
          versions: z.object({ ezrec: z.string(), node: z.string(), ffmpeg: z.string().nullable() }),
          cameras: z.array(z.object({ camera: z.enum(cameras), kind: z.string() })),
          disks: z.array(z.object({ name: z.string(), fileSystem: z.string().nullable(), freeBytes: z.int().nullable() })),
        }),
      },
      problems: [],
    },
    async (_, { settings, lookAtMachine, lookAtFfmpeg }) => {
      const [{ places, board }, model, ffmpeg] = await Promise.all([lookAtMachine(), readIfPresent(boardPlaces.modelFile), lookAtFfmpeg()])
      const data = {
        model: boardOf(model).model,
        system: `${os.type()} ${os.release()}`,
        architecture: os.arch(),
        processors: os.availableParallelism(),
        memoryBytes: os.totalmem(),
        uptimeSeconds: os.uptime(),
        celsius: board.celsius ?? null,
        versions: { ezrec: packageFacts.version, node: process.versions.node, ffmpeg },
        cameras: cameras.map((camera) => ({ camera, kind: /^[a-z0-9]+/.exec(settings.camera[camera])?.[0] ?? 'unknown' })),
        disks: places.map(({ name, mount, freeBytes }) => ({ name, fileSystem: mount?.fileSystem ?? null, freeBytes: freeBytes ?? null })),
      }
      return { data, message: 'this machine' }
    },
  ),
  route(
    {
      method: 'get',
      path: '/recording-logs',
      needs: 'viewer',
      tag: 'system',
      summary: 'What was booked lately and what became of it, newest first',
      query: z.object({ limit: z.coerce.number().int().min(1).max(500).default(50) }),
      success: { data: z.object({ logs: z.array(logged), total: z.int() }) },
      problems: [],
    },
    ({ query: { limit } }, door) => {
      const { total, newest } = listBegun(door.db, door.clock.nowMs(), limit)
      const logs = newest.map((booking) => logOf(door, booking))
      return { data: { logs, total }, message: `${logs.length} of ${total} recordings` }
    },
  ),
  route(
    {
      method: 'get',
      path: '/booking-stats',
      needs: 'viewer',
      tag: 'system',
      summary: 'How bookings ended: today, in 7 and in 30 days, and what cost footage',
      success: {
        data: z.object({
          stats: z.object({
            total: z.int(),
            today: z.int(),
            completed: z.int(),
            failed: z.int(),
            recording: z.int(),
            success_rate: z.number().nullable(),
          }),
          today: counts,
          last7Days: counts,
          last30Days: counts,
        }),
      },
      problems: [],
    },
    (_, door) => {
      const today = Temporal.Instant.fromEpochMilliseconds(door.clock.nowMs())
        .toZonedDateTimeISO(door.settings.booking.timeZone)
        .startOfDay()
      const fromMs = (days: number): number => today.subtract({ days }).epochMilliseconds
      const window = { fromMs: fromMs(29), toMs: fromMs(-1), limit: 10_000 }
      const films = listBookings(door.db, window)
        .filter(({ unrecorded }) => unrecorded !== true)
        .map((booking) => filmOf(door, booking))
      const since = (days: number): BookingCounts => countBookings(films.filter(({ startsAtMs }) => startsAtMs >= fromMs(days)))
      const periods = { today: since(0), last7Days: since(6), last30Days: since(29) }
      const { bookings, published, failed, missed, successRate } = periods.last30Days
      const stats = {
        total: bookings,
        today: periods.today.bookings,
        completed: published,
        failed: failed + missed,
        recording: films.filter(({ status }) => status === 'recording').length,
        success_rate: successRate,
      }
      return { data: { stats, ...periods }, message: 'by the days on which bookings begin, in the time zone of the venue' }
    },
  ),
]

function filmOf({ db, clock }: Door, booking: Booking): BookedFilm {
  const { status, recordingId } = viewBooking(db, booking, clock)
  const film = recordingId === null ? undefined : findVideoOf(db, recordingId)?.published?.status
  const gaps = recordingId !== null && film === 'partial' ? listGaps(db, recordingId).map(({ cause }) => cause) : []
  return { startsAtMs: booking.startsAtMs, status, film, causes: gaps }
}

function logOf({ db, clock, settings }: Door, booking: Booking): z.infer<typeof logged> {
  const { status, recordingId, startsAt } = viewBooking(db, booking, clock)
  const video = recordingId === null ? undefined : findVideoOf(db, recordingId)
  const date = Temporal.Instant.fromEpochMilliseconds(booking.startsAtMs)
    .toZonedDateTimeISO(settings.booking.timeZone)
    .toPlainDate()
    .toString()
  return {
    type: 'recording',
    filename: `${recordingId ?? booking.id}.mp4`,
    date,
    size_mb: Math.round((video?.published?.bytes ?? 0) / 1e4) / 100,
    created: video?.published ? instant(video.published.atMs) : startsAt,
    booking_id: booking.id,
    user_id: booking.userId,
    status,
  }
}
