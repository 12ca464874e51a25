// Whether the disk has room for what is booked: asked when a booking is accepted, and again before it starts.
// Looks only: what is evicted, keep-room.ts decides. A booking that was accepted is never taken back for want of room.

import { setTimeout } from 'node:timers/promises'
import type { Database } from '../adapters/sqlite.ts'
import { EzrecError } from '../base/errors.ts'
import { freeBytes } from '../base/files.ts'
import { instant, isFilmed, type Window } from '../booking/booking.ts'
import { listBookings } from '../booking/booking-store.ts'
import type { Margins } from '../booking/schedule.ts'
import type { BoxClock } from '../capture/box-time-file.ts'
import {
  forecastDisk,
  hoursOfRoom,
  reservedBytes,
  shortfallBytes,
  type Forecast,
  type ForecastBooking,
  type ForecastInput,
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
  /** Hours of recording that fit while nothing leaves the disk, as without a network; `undefined` when the disk does not answer. */
  hoursLeft(): Promise<number | undefined>
  /** Throws `disk_full` when so many seconds of all cameras, kept beside their footage, would take the room of what is booked. */
  lookForClip(seconds: number): Promise<void>
  /** Throws `disk_full` when so many seconds of a film, which can be cut again, would take the room of what is booked. */
  lookForPart(seconds: number): Promise<void>
}

/** Later ones are judged when their day comes: until then films are published and footage leaves. */
const judgedMs = 24 * 3_600_000

/** Room for bookings that start within this is made now. */
const soonMs = 2 * 3_600_000

/** A part of a film begins with the key frame before it. */
const keyFrameSeconds = 10

/** Footage of a booking that has been over for so long is published, and may be evicted. */
const evictedAfterMs = 15 * 60_000

export function openRoom({ db, clock, rigId, takesFolder, rates, margins }: RoomOptions): Room {
  const bookingsUntil = (toMs: number): ForecastBooking[] =>
    listBookings(db, { fromMs: Math.floor(clock.nowMs()) - margins.tailMs, toMs: Math.ceil(toMs) }).filter(
      (booking) => booking.rigId === rigId && isFilmed(booking),
    )
  const free = openFreeSpace(takesFolder)
  const forecast = (free: number, bookings: readonly ForecastBooking[], options: Partial<ForecastInput> = {}): Forecast[] =>
    forecastDisk({ nowMs: clock.nowMs(), freeBytes: free, reserveBytes: reservedBytes, rates, margins, bookings, ...options })
  /** What footage there is: some may go now, the rest a while after the last booking that it belongs to. */
  const footage = (): { readonly evictableBytes: number; readonly leaving: NonNullable<ForecastInput['leaving']> } => {
    const all = listFootage({ db, rigId, labelOf: clock.labelOf })
    return {
      evictableBytes: all.reduce((sum, each) => sum + (isEvictable(each) ? each.bytes : 0), 0),
      leaving: all
        .filter((each) => !isEvictable(each) && each.claims.length > 0)
        .map(({ bytes, claims }) => ({ bytes, atMs: Math.max(...claims.map(({ toMs }) => toMs)) + margins.tailMs + evictedAfterMs }))
        .filter(({ atMs }) => atMs > clock.nowMs()),
    }
  }

  return {
    look: async () => {
      const bytes = await free()
      return (wanted, exceptId) => {
        if (bytes === undefined) return // a disk that does not answer: whoever looks after disks tells of it
        if (wanted.startsAtMs > clock.nowMs() + judgedMs) return
        const standing = bookingsUntil(clock.nowMs() + judgedMs)
        if (!firstRefused(bytes, standing, wanted, exceptId)) return
        const { evictableBytes, leaving } = footage()
        const refused = firstRefused(bytes + evictableBytes, standing, wanted, exceptId, leaving)
        if (refused) throw noRoom(refused, wanted)
      }
    },
    shortages: async (withinMs) => {
      const bytes = await free()
      if (bytes === undefined) return []
      const bookings = bookingsUntil(clock.nowMs() + withinMs)
      const starts = new Map(bookings.map(({ id, startsAtMs }) => [id, startsAtMs]))
      return forecast(bytes, bookings)
        .filter(({ neededBytes, availableBytes }) => neededBytes > availableBytes)
        .map(({ id, neededBytes, availableBytes }) => ({ bookingId: id, startsAtMs: starts.get(id) ?? 0, neededBytes, availableBytes }))
    },
    shortfall: async (withinMs) => {
      const bytes = await free()
      return bytes === undefined ? 0 : shortfallBytes(forecast(bytes, bookingsUntil(clock.nowMs() + withinMs)))
    },
    hoursLeft: async () => {
      const bytes = await free()
      return bytes === undefined ? undefined : hoursOfRoom(bytes, rates)
    },
    lookForClip: (seconds) => lookFor(Math.ceil((rates.cameraKbps * rates.cameras * 1_000 * (seconds + 1)) / 8), 'a clip', true),
    lookForPart: (seconds) => lookFor(Math.ceil((rates.filmKbps * 1_000 * (seconds + keyFrameSeconds)) / 8), 'a part of a film', false),
  }

  /** `mayEvict`: footage may go for it. */
  async function lookFor(neededBytes: number, what: string, mayEvict: boolean): Promise<void> {
    const bytes = await free()
    if (bytes === undefined) return
    const booked = forecast(bytes, bookingsUntil(clock.nowMs() + soonMs)).map((each) => each.availableBytes - each.neededBytes)
    const spareBytes = Math.min(bytes - reservedBytes, ...booked)
    if (neededBytes <= spareBytes) return
    const availableBytes = spareBytes + (mayEvict ? footage().evictableBytes : 0)
    if (neededBytes > availableBytes)
      throw new EzrecError('disk_full', `the disk has no room for ${what}`, {
        hint: 'delete clips that nobody wants, or free space on the disk of this box',
        facts: { neededBytes, availableBytes, reservedBytes },
      })
  }

  /** The wanted one if it does not fit; or one that fits as things stand. */
  function firstRefused(
    bytes: number,
    standing: readonly ForecastBooking[],
    wanted: Window,
    exceptId: string | undefined,
    leaving: ForecastInput['leaving'] = [],
  ): Forecast | undefined {
    const options = { evictedAfterMs, leaving }
    const before = new Set(forecast(bytes, standing, options).flatMap(({ id, verdict }) => (verdict === 'short' ? [id] : [])))
    const others = standing.filter(({ id }) => id !== exceptId)
    return forecast(bytes, [...others, { ...wanted, id: '' }], options).find(
      ({ id, verdict, neededBytes, availableBytes }) =>
        (verdict === 'short' && !before.has(id)) || (id === '' && neededBytes > availableBytes),
    )
  }
}

/** A disk that hangs keeps a thread for as long as it hangs: so it is asked once at a time, and not waited for. */
function openFreeSpace(folder: string): () => Promise<number | undefined> {
  let asking: Promise<number | undefined> | undefined
  return async () => {
    asking ??= freeBytes(folder)
      .catch(() => undefined)
      .finally(() => (asking = undefined))
    const late = new AbortController()
    try {
      return await Promise.race([asking, setTimeout(patienceMs, undefined, { signal: late.signal, ref: false })])
    } finally {
      late.abort()
    }
  }
}

const patienceMs = 2_000

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
