// Create, extend, stop, cancel, change: the ways in for the API, the shell and files alike.
// Acknowledges nothing before the row and the capture plan are durable. Never touches a camera: the recorder reads the plan.

import type { Database } from '../adapters/sqlite.ts'
import type { Clock } from '../base/clock.ts'
import { EzrecError } from '../base/errors.ts'
import { newId } from '../base/ids.ts'
import { assertBookable, assertFree, movedEnd, type Booking, type BookingLimits, type Window } from './booking.ts'
import { bookingsOverlapping, findBooking, findBookingByCaller, hasRecording, insertBooking, updateBooking } from './booking-store.ts'
import { noteBookingMail } from './booking-mail.ts'
import { nearestFree, nearMs } from './free-slot-policy.ts'
import { syncCapturePlan } from './sync-plan.ts'

export type BookingServiceOptions = {
  readonly db: Database
  readonly clock: Clock
  readonly planFile: string
  readonly rigId: string
  readonly limits: BookingLimits
  /** How long after its end a window stays in the plan: the recorder's tail, and a little. */
  readonly keepInPlanMs: number
  /** Looks at the disk; what it gives refuses a window for which there is no room (default: there is always room). */
  readonly lookForRoom?: () => Promise<(wanted: Window, exceptId?: string) => void>
}

export type NewBooking = {
  readonly startsAtMs: number
  readonly endsAtMs: number
  readonly userId: string
  readonly callerId?: string | null
  readonly title?: string | null
  /** Where its news goes; told to nobody else. */
  readonly email?: string | null
}

export type BookingService = {
  /** `created` is false when the same caller's id had made the same booking before. */
  create(wanted: NewBooking): Promise<{ booking: Booking; created: boolean }>
  get(id: string): Booking
  moveEnd(id: string, endsAtMs: number): Promise<Booking>
  stopNow(id: string): Promise<Booking>
  cancel(id: string): Promise<Booking>
  /** What is left out stays. Of a booking that is over its address alone may still change. */
  change(id: string, wanted: { startsAtMs: number; endsAtMs: number; title?: string | null; email?: string | null }): Promise<Booking>
  /** Writes the plan if the rows are newer than it; safe to run at any time by anyone. */
  syncPlan(): Promise<void>
}

export function openBookingService(options: BookingServiceOptions): BookingService {
  const { db, clock, planFile, rigId, limits, keepInPlanMs, lookForRoom = () => Promise.resolve(() => undefined) } = options
  const get = (id: string): Booking => {
    const found = findBooking(db, id)
    if (!found)
      throw new EzrecError('not_found', 'there is no such booking', {
        hint: 'list them with GET /bookings or ./ezrec booking list',
        facts: { booking: id.slice(0, 64) },
      })
    return found
  }

  const syncPlan = (): Promise<void> => syncCapturePlan(db, { planFile, rigId, fromMs: clock.nowMs() - keepInPlanMs })

  /** Judges inside the transaction that stores, so that nothing can slip in between. The same booking back means: nothing to change. */
  const store = async (id: string, cause: string, judge: (current: Booking, nowMs: number) => Booking): Promise<Booking> => {
    const changed = db.transaction(() => {
      const nowMs = clock.nowMs()
      const current = get(id)
      const judged = judge(current, nowMs)
      if (judged === current) return current
      const next = { ...judged, updatedAtMs: nowMs }
      updateBooking(db, next, cause)
      return next
    })
    await syncPlan()
    return changed
  }

  const assertFits = (next: Booking, nowMs: number): void => {
    assertBookable(next, nowMs, { ...limits, minMs: 0 })
    assertFree(next, bookingsOverlapping(db, rigId, next, next.id))
  }

  const freeNear = (wanted: Window, nowMs: number): Window | undefined => {
    const lengthMs = wanted.endsAtMs - wanted.startsAtMs
    const near = { startsAtMs: wanted.startsAtMs - nearMs, endsAtMs: wanted.endsAtMs + nearMs + lengthMs }
    return nearestFree(wanted, bookingsOverlapping(db, rigId, near), Math.ceil(nowMs))
  }

  const moveEnd = async (id: string, endsAtMs: number): Promise<Booking> => {
    const assertRoom = await lookForRoom()
    return store(id, 'end moved', (current, nowMs) => {
      const next = { ...current, endsAtMs: movedEnd(current, endsAtMs, nowMs) }
      assertFits(next, nowMs - 1)
      if (next.endsAtMs > current.endsAtMs) assertRoom(next, id)
      return next
    })
  }

  return {
    get,
    syncPlan,
    moveEnd,
    create: async (wanted) => {
      const assertRoom = await lookForRoom()
      const result = db.transaction(() => {
        const earlier = wanted.callerId == null ? undefined : findBookingByCaller(db, wanted.userId, wanted.callerId)
        if (earlier) {
          const booking = assertSame(earlier, wanted)
          if (wanted.email != null) noteBookingMail(db, booking.id, wanted.email)
          return { booking, created: false }
        }
        const nowMs = clock.nowMs()
        assertBookable(wanted, nowMs, limits)
        assertFree(wanted, bookingsOverlapping(db, rigId, wanted), () => freeNear(wanted, nowMs))
        assertRoom(wanted)
        const booking: Booking = {
          id: newId(),
          callerId: wanted.callerId ?? null,
          userId: wanted.userId,
          rigId,
          title: wanted.title ?? null,
          startsAtMs: wanted.startsAtMs,
          endsAtMs: wanted.endsAtMs,
          cancelledAtMs: null,
          createdAtMs: nowMs,
          updatedAtMs: nowMs,
        }
        insertBooking(db, booking)
        if (wanted.email != null) noteBookingMail(db, booking.id, wanted.email)
        return { booking, created: true }
      })
      await syncPlan()
      return result
    },
    stopNow: (id) =>
      store(id, 'stopped', (current, nowMs) => {
        const endsAtMs = Math.min(current.endsAtMs, movedEnd(current, nowMs, nowMs))
        if (current.startsAtMs >= nowMs)
          throw new EzrecError('conflict', `booking ${id} has not started`, { hint: 'cancel it instead', facts: { booking: id } })
        return { ...current, endsAtMs }
      }),
    cancel: (id) =>
      store(id, 'cancelled', (current, nowMs) => {
        if (current.cancelledAtMs !== null) return current
        movedEnd(current, current.endsAtMs, nowMs)
        return { ...current, cancelledAtMs: nowMs }
      }),
    change: async (id, wanted) => {
      const assertRoom = await lookForRoom()
      return store(id, 'changed', (current, nowMs) => {
        const { title = current.title, email } = wanted
        if (email !== undefined) {
          noteBookingMail(db, id, email)
          if (wanted.startsAtMs === current.startsAtMs && wanted.endsAtMs === current.endsAtMs && title === current.title) return current
        }
        if (wanted.startsAtMs !== current.startsAtMs && (current.startsAtMs <= nowMs || hasRecording(db, id)))
          throw new EzrecError('conflict', `booking ${id} is being recorded: its start cannot move`, {
            hint: 'move its end, or cancel it and make a new one',
            facts: { booking: id },
          })
        const endsAtMs = movedEnd(current, wanted.endsAtMs, nowMs)
        const next = { ...current, startsAtMs: wanted.startsAtMs, endsAtMs, title }
        assertFits(next, nowMs - 1)
        if (wanted.startsAtMs !== current.startsAtMs || endsAtMs > current.endsAtMs) assertRoom(next, id)
        return next
      })
    },
  }
}

/** A replayed request finds its booking; the same id for another time is a mistake that must be told. */
function assertSame(earlier: Booking, wanted: NewBooking): Booking {
  if (earlier.startsAtMs === wanted.startsAtMs && earlier.endsAtMs === wanted.endsAtMs) return earlier
  throw new EzrecError('conflict', `the id ${JSON.stringify(wanted.callerId)} already names booking ${earlier.id} at another time`, {
    hint: 'use a new id for a new booking, or change the existing one',
    facts: { booking: earlier.id },
  })
}
