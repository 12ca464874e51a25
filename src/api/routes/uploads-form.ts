// What is on its way to the bucket, as callers see it.
// Tells no credential and no address of the bucket.

import { z } from 'zod'
import type { Settings } from '../../../config/settings.ts'
import type { Database } from '../../adapters/sqlite.ts'
import type { Clock } from '../../base/clock.ts'
import { instant } from '../../booking/booking.ts'
import { placeOf } from '../../publish/stores/s3/bucket.ts'
import { uploadStats } from '../../publish/uplink/backlog.ts'

export const uploadsSchema = z.object({
  films: z.array(
    z.object({
      recordingId: z.string(),
      bytes: z.int().describe('as the film is expected to become'),
      sentBytes: z.int(),
      leftBytes: z.int(),
      parts: z.int(),
      sentParts: z.int(),
      waitsFor: z.object({ fault: z.string(), mend: z.string(), since: z.iso.datetime() }).nullable(),
    }),
  ),
  phoneClips: z.object({ clips: z.int(), bytes: z.int() }).describe('clips for phones that are not there yet: they go before films'),
  leftBytes: z.int().describe('of films and clips'),
  bytesPerSecond: z.number().nullable().describe('measured; null until a part has arrived'),
  limitBytesPerSecond: z.number().nullable().describe('what the settings allow now; null without a limit'),
  pausedBy: z.string().nullable().describe('window or recording: no further part begins now'),
  eta: z.iso.datetime().nullable().describe('when all of it will be there as things stand; null when nobody can tell, or nothing is left'),
  etaSeconds: z.number().nullable(),
  confirmed: z.object({ films: z.int(), bytes: z.int() }).describe('what the bucket has proven to hold'),
})

/** `null` without a bucket. */
export function tellUploads({
  db,
  clock,
  settings: { storage, booking },
}: {
  readonly db: Database
  readonly clock: Pick<Clock, 'nowMs'>
  readonly settings: Pick<Settings, 'storage' | 'booking'>
}): z.infer<typeof uploadsSchema> | null {
  const { bucket } = storage
  if (bucket === undefined) return null
  const nowMs = Math.floor(clock.nowMs())
  const rules = { ...storage, maxRateKbps: storage.maxRateKbps, timeZone: booking.timeZone, place: placeOf({ ...storage, bucket }) }
  const { films, etaMs, ...sums } = uploadStats(db, rules, nowMs)
  return {
    ...sums,
    eta: etaMs === null ? null : instant(etaMs),
    etaSeconds: etaMs === null ? null : Math.max(0, Math.round((etaMs - nowMs) / 1_000)),
    films: films.map(({ fault, filmKey: _key, ...film }) => ({
      ...film,
      waitsFor: fault && { fault: fault.message, mend: fault.hint, since: instant(fault.sinceMs) },
    })),
  }
}
