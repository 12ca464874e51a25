// Keeps room for what is booked soon: evicts footage of published films when the forecast asks for it, and tells loudly when that is not enough.
// Never stops what is running and never takes a booking back: what fits on the disk is recorded.

import { addEvent } from '../adapters/log-tables.ts'
import type { Database } from '../adapters/sqlite.ts'
import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import { instant } from '../booking/booking.ts'
import type { Evictor } from './evict.ts'
import { gigabytes, type Room, type Shortage } from './room.ts'

export type KeepRoomOptions = {
  readonly db: Database
  readonly clock: Clock
  readonly logger: Logger
  readonly room: Room
  readonly evictor: Evictor
}

/** Room is made for bookings that start within this. */
const soonMs = 2 * 3_600_000

/** A booking that starts within this and still does not fit is told: time enough to free some space. */
export const alarmMs = 15 * 60_000

const lookMs = 10_000

/** Until the signal aborts. */
export async function keepRoom(options: KeepRoomOptions, signal: AbortSignal): Promise<void> {
  const { clock, logger } = options
  const told = new Set<string>()
  while (!signal.aborted) {
    try {
      await makeRoom(options, told, signal)
    } catch (error) {
      if (!signal.aborted) logger.error({ err: error }, 'the room on the disk could not be looked at, trying again')
    }
    await clock.sleep(lookMs, signal)
  }
}

/** One look. `told`: bookings whose shortage was told; one that has room again may be told again. */
export async function makeRoom(options: KeepRoomOptions, told: Set<string>, signal: AbortSignal): Promise<void> {
  const missing = await options.room.shortfall(soonMs)
  if (missing > 0) await options.evictor.evict(missing, signal)
  const short = await options.room.shortages(alarmMs)
  for (const id of told) if (short.every(({ bookingId }) => bookingId !== id)) told.delete(id)
  for (const shortage of short) {
    if (told.has(shortage.bookingId)) continue
    told.add(shortage.bookingId)
    tell(options, shortage)
  }
}

function tell({ db, clock, logger }: KeepRoomOptions, { bookingId, startsAtMs, neededBytes, availableBytes }: Shortage): void {
  const facts = { startsAt: instant(startsAtMs), neededBytes, availableBytes }
  logger.error(
    { booking: bookingId, ...facts, hint: 'free space on this disk: what fits is recorded, the rest of the booking is lost' },
    `the disk has no room for a booking: it needs ${gigabytes(neededBytes)}, ${gigabytes(Math.max(0, availableBytes))} are left for it`,
  )
  addEvent(db, { atMs: Math.round(clock.nowMs()), kind: 'disk.short', subjectId: bookingId, facts })
}
