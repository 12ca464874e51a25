// Whether the disk has room for what is booked: asked when a booking is accepted, and again before it starts.
// Looks only: what is evicted, keep-room.ts decides. A booking that was accepted is never taken back for want of room.

import type { Database } from '../adapters/sqlite.ts'
import { EzrecError } from '../base/errors.ts'
import { freeBytes } from '../base/files.ts'
import { instant, type Window } from '../booking/booking.ts'
import { listBookings } from '../booking/booking-store.ts'
import type { Margins } from '../booking/schedule.ts'
import type { BoxClock } from '../capture/box-time-file.ts'
import {
  forecastDisk,
  reservedBytes,
  shortfallBytes,
  type Forecast,
  type ForecastBooking,
  type WriteRates,
} from '../capture/disk-forecast.ts'
import { isEvictable } from './eviction-policy.ts'
import { listFootage } from './footage.ts'

export type RoomOptions = {
  readonly db: Database
  readonly clock: Pick<BoxClock, 'nowMs' | 'labelOf'>
  readonly rigId: string
  readonly takesFolder: string
  readonly rates: WriteRates
  readonly margins: Margins
}

/** A booking that does not fit, and by how much. */
export type Shortage = {
  readonly bookingId: string
  readonly startsAtMs: number
  readonly neededBytes: number
  readonly availableBytes: number
}

export type Room = {
  /** Looks at the disk; what it gives throws `disk_full` for a window that does not fit, or that takes the room of one behind it. */
  look(): Promise<(wanted: Window, exceptId?: string) => void>
  /** Running bookings and those that start within `withinMs` that do not fit into what is free now. */
  shortages(withinMs: number): Promise<readonly Shortage[]>
  /** What would have to become free for all that start within `withinMs`. Bytes. */
  shortfall(withinMs: number): Promise<number>
}

/** Later ones are judged when their day comes: until then films are published and footage leaves. */
const judgedMs = 24 * 3_600_000

/** Footage of a booking that has been over for so long is published, and may be evicted. */
const evictedAfterMs = 15 * 60_000

export function openRoom({ db, clock, rigId, takesFolder, rates, margins }: RoomOptions): Room {
  const bookingsUntil = (toMs: number, exceptId = ''): ForecastBooking[] =>
    listBookings(db, { fromMs: Math.floor(clock.nowMs()) - margins.tailMs, toMs: Math.ceil(toMs) }).filter(
      (booking) => booking.rigId === rigId && booking.cancelledAtMs === null && booking.id !== exceptId,
    )
  const forecast = (free: number, bookings: readonly ForecastBooking[], options: { readonly evictedAfterMs?: number } = {}): Forecast[] =>
    forecastDisk({ nowMs: clock.nowMs(), freeBytes: free, reserveBytes: reservedBytes, rates, margins, bookings, ...options })
  const evictable = (): number =>
    listFootage({ db, rigId, labelOf: clock.labelOf }).reduce((sum, each) => sum + (isEvictable(each) ? each.bytes : 0), 0)

  return {
    look: async () => {
      const free = await freeBytes(takesFolder).catch(() => undefined)
      return (wanted, exceptId) => {
        if (free === undefined) return // a disk that is not there: whoever looks after disks tells of it
        if (wanted.startsAtMs > clock.nowMs() + judgedMs) return
        const others = bookingsUntil(clock.nowMs() + judgedMs, exceptId)
        const judge = (bytes: number): Forecast | undefined => firstRefused(bytes, others, wanted)
        const refused = judge(free) && judge(free + evictable())
        if (refused) throw noRoom(refused, wanted)
      }
    },
    shortages: async (withinMs) => {
      const bookings = bookingsUntil(clock.nowMs() + withinMs)
      const starts = new Map(bookings.map(({ id, startsAtMs }) => [id, startsAtMs]))
      return forecast(await freeBytes(takesFolder), bookings)
        .filter(({ neededBytes, availableBytes }) => neededBytes > availableBytes)
        .map(({ id, neededBytes, availableBytes }) => ({ bookingId: id, startsAtMs: starts.get(id) ?? 0, neededBytes, availableBytes }))
    },
    shortfall: async (withinMs) => shortfallBytes(forecast(await freeBytes(takesFolder), bookingsUntil(clock.nowMs() + withinMs))),
  }

  /** The wanted one if it does not fit; or one that fitted without it. */
  function firstRefused(bytes: number, others: readonly ForecastBooking[], wanted: Window): Forecast | undefined {
    const before = new Set(forecast(bytes, others, { evictedAfterMs }).flatMap(({ id, verdict }) => (verdict === 'short' ? [id] : [])))
    return forecast(bytes, [...others, { ...wanted, id: '' }], { evictedAfterMs }).find(
      ({ id, verdict, neededBytes, availableBytes }) =>
        (verdict === 'short' && !before.has(id)) || (id === '' && neededBytes > availableBytes),
    )
  }
}

function noRoom({ id, neededBytes, availableBytes }: Forecast, { startsAtMs }: Window): EzrecError {
  const what = id === '' ? `the booking from ${instant(startsAtMs)}` : `booking ${id} behind it`
  return new EzrecError(
    'disk_full',
    `the disk has no room for ${what}: it needs ${gigabytes(neededBytes)}, and ${gigabytes(Math.max(0, availableBytes))} will be left for it`,
    {
      hint: 'free space on the disk of this box, use a larger one (EZREC_HOME), set lower rates (CAMERA_BITRATE_KBPS, MERGE_MAX_RATE_KBPS), or book less',
      facts: { neededBytes, availableBytes, reservedBytes },
    },
  )
}

/** As people read it. */
export const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`
