// Create, extend, stop, cancel, change: the ways in for the API, the shell and files alike.
// Acknowledges nothing before the row and the capture plan are durable. Never touches a camera: the recorder reads the plan.

import type { Database } from '../adapters/sqlite.ts'
import type { Clock } from '../base/clock.ts'
import { EzrecError } from '../base/errors.ts'
import { newId } from '../base/ids.ts'
import {
  assertBookable,
  assertCallerId,
  assertFree,
  isFilmed,
  latestInstantMs,
  movedEnd,
  movedMeanwhile,
  noSuchBooking,
  type Booking,
  type BookingLimits,
  type Window,
} from './booking.ts'
import { bookingsOverlapping, findBooking, findBookingByCaller, hasRecording, insertBooking, updateBooking } from './booking-store.ts'
import { noteBookingMail } from './booking-mail.ts'
import { nearestFreeSlot } from './free-slot.ts'
import { insertEach } from './list-refused.ts'
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
  /** Default true; false: the court is kept, and nothing is captured. */
  readonly record?: boolean
  /** Where its news goes; told to nobody else. */
  readonly email?: string | null
}

/** `created` is false when the same caller's id had made the same booking before. */
export type Created = { readonly booking: Booking; readonly created: boolean }

/** What is left out stays as it is when the change is stored, whatever it was when somebody looked. */
export type BookingChange = {
  readonly startsAtMs?: number
  readonly endsAtMs?: number
  readonly title?: string | null
  readonly record?: boolean
  readonly email?: string | null
}

export type Extension = { readonly endsAtMs: number } | { readonly byMs: number; readonly seenEndsAtMs?: number | undefined }

export type BookingService = {
  create(wanted: NewBooking): Promise<Created>
  /** All of them or none. One that could not be read is given as its error. Errors: `ListRefused`, with every entry that cannot be made. */
  createAll(wanted: readonly (NewBooking | EzrecError)[]): Promise<Created[]>
  get(id: string): Booking
  moveEnd(id: string, endsAtMs: number): Promise<Booking>
  /** To a later end, or by so much: counted from the end as it stands when it is stored, or, where the end is named that the asker saw, from no other.
   *  Errors: invalid (it would not be later), conflict (it was moved since it was seen). */
  extend(id: string, to: Extension): Promise<Booking>
  stopNow(id: string): Promise<Booking>
  cancel(id: string): Promise<Booking>
  /** What is left out stays. Of a booking that is over its address alone may still change. */
  change(id: string, wanted: BookingChange): Promise<Booking>
  /** Writes the plan if the rows are newer than it; safe to run at any time by anyone. */
  syncPlan(): Promise<void>
}

export function openBookingService(options: BookingServiceOptions): BookingService {
  const { db, clock, planFile, rigId, limits, keepInPlanMs, lookForRoom = () => Promise.resolve(() => undefined) } = options
  const get = (id: string): Booking => {
    const found = findBooking(db, id)
    if (!found) throw noSuchBooking(id)
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

  const assertFits = (next: Booking, nowMs: number, findFree?: () => Window | undefined): void => {
    assertBookable(next, nowMs, { ...limits, minMs: 0 })
    assertFree(next, bookingsOverlapping(db, rigId, next, next.id), findFree)
  }

  const freeNear = (window: Window, nowMs: number, exceptId?: string): Window | undefined => {
    const fromMs = Math.max(Math.ceil(nowMs / minuteMs) * minuteMs, window.startsAtMs - offeredWithinMs)
    const toMs = Math.min(window.endsAtMs + offeredWithinMs, latestInstantMs)
    return nearestFreeSlot(window, bookingsOverlapping(db, rigId, { startsAtMs: fromMs, endsAtMs: toMs }, exceptId), { fromMs, toMs })
  }

  /** Inside a transaction. */
  const insertNew = (wanted: NewBooking, assertRoom: (wanted: Window) => void): Created => {
    const earlier = wanted.callerId == null ? undefined : findBookingByCaller(db, wanted.userId, wanted.callerId)
    if (earlier) {
      const booking = assertSame(earlier, wanted)
      if (wanted.email != null) noteBookingMail(db, booking.id, wanted.email)
      return { booking, created: false }
    }
    if (wanted.callerId != null) assertCallerId(wanted.callerId)
    const nowMs = clock.nowMs()
    assertBookable(wanted, nowMs, limits)
    assertFree(wanted, bookingsOverlapping(db, rigId, wanted), () => freeNear(wanted, nowMs))
    if (wanted.record !== false) assertRoom(wanted)
    const booking: Booking = {
      id: newId(),
      callerId: wanted.callerId ?? null,
      userId: wanted.userId,
      rigId,
      title: wanted.title ?? null,
      startsAtMs: wanted.startsAtMs,
      endsAtMs: wanted.endsAtMs,
      cancelledAtMs: null,
      ...(wanted.record === false ? { unrecorded: true as const } : {}),
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
    }
    insertBooking(db, booking)
    if (wanted.email != null) noteBookingMail(db, booking.id, wanted.email)
    return { booking, created: true }
  }

  const moveEnd = async (id: string, endOf: (current: Booking) => number): Promise<Booking> => {
    const assertRoom = await lookForRoom()
    return store(id, 'end moved', (current, nowMs) => {
      const next = { ...current, endsAtMs: movedEnd(current, endOf(current), nowMs) }
      assertFits(next, nowMs - 1)
      if (next.endsAtMs > current.endsAtMs && isFilmed(next)) assertRoom(next, id)
      return next
    })
  }

  return {
    get,
    syncPlan,
    moveEnd: (id, endsAtMs) => moveEnd(id, () => endsAtMs),
    extend: (id, to) =>
      moveEnd(id, (current) => {
        if ('byMs' in to && to.seenEndsAtMs !== undefined && to.seenEndsAtMs !== current.endsAtMs) throw movedMeanwhile(current)
        const endsAtMs = 'byMs' in to ? current.endsAtMs + to.byMs : to.endsAtMs
        if (endsAtMs > current.endsAtMs) return endsAtMs
        throw new EzrecError('invalid', 'the new end is not later than the present one', { hint: 'to end sooner, use PUT or stop' })
      }),
    create: async (wanted) => {
      const assertRoom = await lookForRoom()
      const result = db.transaction(() => insertNew(wanted, assertRoom))
      await syncPlan()
      return result
    },
    createAll: async (wanted) => {
      const assertRoom = await lookForRoom()
      const made = db.transaction(() => insertEach(wanted, (one) => insertNew(one, assertRoom)))
      await syncPlan()
      return made
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
        const { startsAtMs = current.startsAtMs, title = current.title, email } = wanted
        const moves = startsAtMs !== current.startsAtMs
        const { unrecorded = false, ...rest } = current
        const record = wanted.record ?? !unrecorded
        const turns = record === unrecorded
        if (email !== undefined) {
          noteBookingMail(db, id, email)
          if (!moves && (wanted.endsAtMs ?? current.endsAtMs) === current.endsAtMs && title === current.title && !turns) return current
        }
        if (turns && (current.startsAtMs <= nowMs || hasRecording(db, id)))
          throw new EzrecError('conflict', `booking ${id} has begun: whether it is recorded cannot change`, {
            hint: 'cancel it: what was captured of it is thrown away; or make a new one for what is left',
            facts: { booking: id },
          })
        if (moves && (current.startsAtMs <= nowMs || hasRecording(db, id)))
          throw new EzrecError('conflict', `booking ${id} is being recorded: its start cannot move`, {
            hint: 'move its end, or cancel it and make a new one',
            facts: { booking: id },
          })
        const endsAtMs = movedEnd(current, wanted.endsAtMs ?? current.endsAtMs, nowMs)
        const next = { ...rest, startsAtMs, endsAtMs, title, ...(record ? {} : { unrecorded: true as const }) }
        assertFits(next, nowMs - 1, moves ? () => freeNear(next, nowMs, id) : undefined)
        if (record && (moves || turns || endsAtMs > current.endsAtMs)) assertRoom(next, id)
        return next
      })
    },
  }
}

/** A slot further off than this is no answer to who asked for today. */
const offeredWithinMs = 7 * 24 * 3_600_000
const minuteMs = 60_000

/** A replayed request finds its booking; the same id for another time, or of a booking that will not be recorded, is a mistake that must be told. */
function assertSame(earlier: Booking, wanted: NewBooking): Booking {
  if (earlier.cancelledAtMs !== null)
    throw new EzrecError('conflict', `the id ${JSON.stringify(wanted.callerId)} names booking ${earlier.id}, which was cancelled`, {
      hint: 'use a new id',
      facts: { booking: earlier.id },
    })
  const isSame = earlier.startsAtMs === wanted.startsAtMs && earlier.endsAtMs === wanted.endsAtMs
  if (isSame && (wanted.record ?? true) === (earlier.unrecorded !== true)) return earlier
  throw new EzrecError(
    'conflict',
    `the id ${JSON.stringify(wanted.callerId)} already names booking ${earlier.id}${isSame ? ', which is otherwise to be recorded or not' : ' at another time'}`,
    {
      hint: 'use a new id for a new booking, or change the existing one',
      facts: { booking: earlier.id },
    },
  )
}
