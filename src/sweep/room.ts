// Whether the disk has room for what is booked: asked when a booking is accepted, and again before it starts.
// Looks only: what goes, keep-room.ts has swept. A booking that was accepted is never taken back for want of room.

import { setTimeout } from 'node:timers/promises'
import { EzrecError } from '../base/errors.ts'
import { freeBytes } from '../base/files.ts'
import { instant, isFilmed, type Window } from '../booking/booking.ts'
import { listBookings } from '../booking/booking-store.ts'
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
import { expectLeaving, type LeavingOptions } from './leaving.ts'

export type RoomOptions = LeavingOptions & {
  readonly takesFolder: string
  readonly rates: WriteRates
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
  /** Accepted bookings of the next day, by id, that fit only if films before them reach the bucket and leave this disk. */
  hangingOnNetwork(): Promise<readonly string[]>
  /** Hours of recording that fit while nothing leaves the disk, as without a network; `undefined` when the disk does not answer. */
  hoursLeft(): Promise<number | undefined>
  /** Throws `disk_full` when so many seconds of all cameras, kept beside their footage, would take the room of what is booked. */
  lookForClip(seconds: number): Promise<void>
  /** Throws `disk_full` when so many seconds of a film, which can be cut again, would take the room of what is booked. */
  lookForPart(seconds: number): Promise<void>
  /** Throws `disk_full` when a file of so many bytes that somebody sends would take the room of what is booked. */
  lookForUpload(bytes: number): Promise<void>
}

/** Later ones are judged when their day comes: until then films are published and what they were made of leaves. */
const judgedMs = 24 * 3_600_000

/** Room for bookings that start within this is made now. */
const soonMs = 2 * 3_600_000

/** A part of a film begins with the key frame before it. */
const keyFrameSeconds = 10

export function openRoom(options: RoomOptions): Room {
  const { db, clock, rigId, takesFolder, rates, margins } = options
  const bookingsUntil = (toMs: number): ForecastBooking[] =>
    listBookings(db, { fromMs: Math.floor(clock.nowMs()) - margins.tailMs, toMs: Math.ceil(toMs) }).filter(
      (booking) => booking.rigId === rigId && isFilmed(booking),
    )
  const free = openFreeSpace(takesFolder)
  const forecast = (free: number, bookings: readonly ForecastBooking[], more: Partial<ForecastInput> = {}): Forecast[] =>
    forecastDisk({ nowMs: clock.nowMs(), freeBytes: free, reserveBytes: reservedBytes, rates, margins, bookings, ...more })

  return {
    look: async () => {
      const bytes = await free()
      return (wanted, exceptId) => {
        if (bytes === undefined) return // a disk that does not answer: whoever looks after disks tells of it
        if (wanted.startsAtMs > clock.nowMs() + judgedMs) return
        const standing = bookingsUntil(clock.nowMs() + judgedMs)
        if (!firstRefused(bytes, standing, wanted, exceptId)) return
        const { things: leaving, leaves } = expectLeaving(options)
        const refused = firstRefused(bytes, standing, wanted, exceptId, { leaving, leaves })
        if (refused) throw noRoom(refused, wanted, leaves.sent?.freeAtMs === Number.POSITIVE_INFINITY)
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
    hangingOnNetwork: async () => {
      const bytes = await free()
      if (bytes === undefined || !options.bucket) return []
      const leaving = expectLeaving(options).things.filter(({ needsNetwork }) => !needsNetwork)
      return forecast(bytes, bookingsUntil(clock.nowMs() + judgedMs), { leaving }).flatMap(({ id, verdict }) =>
        verdict === 'short' ? [id] : [],
      )
    },
    hoursLeft: async () => {
      const bytes = await free()
      return bytes === undefined ? undefined : hoursOfRoom(bytes, rates)
    },
    lookForClip: (seconds) => lookFor(Math.ceil((rates.cameraKbps * rates.cameras * 1_000 * (seconds + 1)) / 8), 'a clip', true),
    lookForPart: (seconds) => lookFor(Math.ceil((rates.filmKbps * 1_000 * (seconds + keyFrameSeconds)) / 8), 'a part of a film', false),
    lookForUpload: (bytes) => lookFor(bytes, 'this file', false),
  }

  /** Of what may go without the network. */
  function goneAtOnceBytes(): number {
    const things = expectLeaving(options).things.filter(({ atMs, needsNetwork }) => atMs <= clock.nowMs() && !needsNetwork)
    return things.reduce((sum, { bytes }) => sum + bytes, 0)
  }

  /** `mayEvict`: what may leave goes for it. */
  async function lookFor(neededBytes: number, what: string, mayEvict: boolean): Promise<void> {
    const bytes = await free()
    if (bytes === undefined) return
    const booked = forecast(bytes, bookingsUntil(clock.nowMs() + soonMs)).map((each) => each.availableBytes - each.neededBytes)
    const spareBytes = Math.min(bytes - reservedBytes, ...booked)
    if (neededBytes <= spareBytes) return
    const availableBytes = spareBytes + (mayEvict ? goneAtOnceBytes() : 0)
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
    more: Partial<ForecastInput> = {},
  ): Forecast | undefined {
    const before = new Set(forecast(bytes, standing, more).flatMap(({ id, verdict }) => (verdict === 'short' ? [id] : [])))
    const others = standing.filter(({ id }) => id !== exceptId)
    return forecast(bytes, [...others, { ...wanted, id: '' }], more).find(
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

function noRoom({ id, neededBytes, availableBytes }: Forecast, { startsAtMs }: Window, isBucketAway: boolean): EzrecError {
  const what = id === '' ? `the booking from ${instant(startsAtMs)}` : `booking ${id} behind it`
  return new EzrecError(
    'disk_full',
    `the disk has no room for ${what}: it needs ${gigabytes(neededBytes)}, and ${gigabytes(Math.max(0, availableBytes))} will be left for it`,
    {
      hint: isBucketAway
        ? 'see why films wait for the bucket (./ezrec uploads): what has reached it makes room; or free space on the disk of this box'
        : 'free space on the disk of this box, use a larger one (EZREC_HOME), set lower rates (CAMERA_BITRATE_KBPS, MERGE_MAX_RATE_KBPS), or book less',
      facts: { neededBytes, availableBytes, reservedBytes },
    },
  )
}

/** As people read it. */
export const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`
