// /bookings: made, listed, shown, changed, extended, stopped, cancelled. The rules are the booking service's.
// Never acknowledges what is not durable.

import { z } from 'zod'
import { EzrecError } from '../../base/errors.ts'
import { findBookingByCaller, listBookings } from '../../booking/booking-store.ts'
import type { Booking } from '../../booking/booking.ts'
import { parseInstant } from '../../booking/local-time.ts'
import type { Answer } from '../answer/envelope.ts'
import { problemOf } from '../answer/problem.ts'
import type { Door } from '../routing/door.ts'
import { route, type Route } from '../routing/route.ts'
import { bookingSchema, tellBooking } from './booking-form.ts'
import { bookingChange, bookingOrder, moveOf, orderOf, type BookingOrder } from './booking-order.ts'

const id = z.object({ id: z.string().min(1).max(200) })
const one = { data: bookingSchema }
const mostAtOnce = 100

const listed = z.object({
  index: z.int(),
  success: z.boolean(),
  booking: bookingSchema.optional(),
  error: z.string().optional(),
  message: z.string().optional(),
})

export const bookingRoutes: readonly Route[] = [
  route(
    {
      method: 'post',
      path: '/bookings',
      needs: 'operator',
      tag: 'bookings',
      summary: 'Create a booking, or up to 100 of them; the same id again is the same booking',
      body: z.union([bookingOrder, z.array(bookingOrder).min(1).max(mostAtOnce)]),
      success: { data: z.union([bookingSchema, z.array(listed)]), statuses: [200, 201, 207] },
      problems: ['conflict', 'disk_full'],
      limits: 'a list is done in order, each item by itself: 207 when some of it was refused',
      makes: 'anew',
    },
    ({ body }, door) => (Array.isArray(body) ? createAll(door, body) : createOne(door, body)),
  ),
  route(
    {
      method: 'get',
      path: '/bookings',
      needs: 'viewer',
      tag: 'bookings',
      summary: 'List bookings that touch a span of time, earliest first',
      query: z.object({
        from: z.string().max(60).optional(),
        to: z.string().max(60).optional(),
        limit: z.coerce.number().int().min(1).max(1_000).default(100),
      }),
      success: { data: z.array(bookingSchema) },
      problems: [],
    },
    ({ query: { from, to, limit } }, door) => {
      const zone = door.settings.booking.timeZone
      const found = listBookings(door.db, {
        limit,
        ...(from === undefined ? {} : { fromMs: parseInstant(from, zone) }),
        ...(to === undefined ? {} : { toMs: parseInstant(to, zone) }),
      })
      return { data: found.map((booking) => tellBooking(door, booking)), message: `${found.length} bookings` }
    },
  ),
  route(
    {
      method: 'get',
      path: '/bookings/{id}',
      needs: 'viewer',
      tag: 'bookings',
      summary: 'Show a booking, by our id or the caller’s',
      params: id,
      success: one,
      problems: ['not_found'],
    },
    ({ params }, door) => ({ data: tellBooking(door, mustFind(door, params.id)), message: 'booking found' }),
  ),
  route(
    {
      method: 'put',
      path: '/bookings/{id}',
      needs: 'operator',
      tag: 'bookings',
      summary: 'Change start, end, title or email',
      params: id,
      body: bookingChange,
      success: one,
      problems: ['not_found', 'conflict', 'disk_full'],
    },
    async ({ params, body }, door) => {
      const current = mustFind(door, params.id)
      const changed = await door.bookings.change(current.id, moveOf(body, current, door.settings.booking.timeZone))
      return { data: tellBooking(door, changed), message: 'booking changed' }
    },
  ),
  route(
    {
      method: 'delete',
      path: '/bookings/{id}',
      needs: 'operator',
      tag: 'bookings',
      summary: 'Cancel a booking; a running recording is stopped and no film is made',
      params: id,
      success: { data: bookingSchema.extend({ effect: z.enum(['cancelled', 'aborted', 'none']) }) },
      problems: ['not_found', 'conflict', 'disk_full'],
    },
    async ({ params }, door) => {
      const before = mustFind(door, params.id)
      const effect = before.cancelledAtMs !== null ? 'none' : before.startsAtMs <= door.clock.nowMs() ? 'aborted' : 'cancelled'
      const booking = await door.bookings.cancel(before.id)
      const message = {
        none: 'this booking was cancelled before',
        aborted: 'booking cancelled: its recording is stopped, no film is made',
        cancelled: 'booking cancelled',
      }[effect]
      return { data: { ...tellBooking(door, booking), effect }, message }
    },
  ),
  route(
    {
      method: 'post',
      path: '/bookings/{id}/extend',
      needs: 'operator',
      tag: 'bookings',
      summary: 'Move the end of a booking to a later time',
      params: id,
      body: z.union([
        z.object({ end_time: z.string().max(60) }),
        z.object({ endsAt: z.string().max(60) }),
        z.object({ minutes: z.number().positive().max(720) }),
      ]),
      success: one,
      problems: ['not_found', 'conflict', 'disk_full'],
    },
    async ({ params, body }, door) => {
      const current = mustFind(door, params.id)
      const endsAtMs =
        'minutes' in body
          ? current.endsAtMs + Math.round(body.minutes * 60_000)
          : parseInstant('endsAt' in body ? body.endsAt : body.end_time, door.settings.booking.timeZone)
      if (endsAtMs <= current.endsAtMs)
        throw new EzrecError('invalid', 'the new end is not later than the present one', { hint: 'to end sooner, use PUT or stop' })
      return { data: tellBooking(door, await door.bookings.moveEnd(current.id, endsAtMs)), message: 'booking extended' }
    },
  ),
  route(
    {
      method: 'post',
      path: '/bookings/{id}/stop',
      needs: 'operator',
      tag: 'bookings',
      summary: 'End a running booking now; its film is made up to this instant',
      params: id,
      success: one,
      problems: ['not_found', 'conflict', 'disk_full'],
    },
    async ({ params }, door) => ({
      data: tellBooking(door, await door.bookings.stopNow(mustFind(door, params.id).id)),
      message: 'booking stopped: its film is being finished',
    }),
  ),
]

async function createOne(door: Door, order: BookingOrder): Promise<Answer> {
  const { wanted, remark } = orderOf(order, door.settings)
  const { booking, created } = await door.bookings.create(wanted)
  const message = created ? 'booking created' : 'this booking was made before'
  return { status: created ? 201 : 200, data: tellBooking(door, booking), message: [message, remark].filter(Boolean).join('; ') }
}

/** In order, each by itself: what was accepted stays when a later one is refused. */
async function createAll(door: Door, orders: readonly BookingOrder[]): Promise<Answer> {
  const items: z.infer<typeof listed>[] = []
  for (const [index, order] of orders.entries()) {
    try {
      const { booking } = await door.bookings.create(orderOf(order, door.settings).wanted)
      items.push({ index, success: true, booking: tellBooking(door, booking) })
    } catch (error) {
      const { code, status, message } = problemOf(error)
      if (status >= 500) throw error
      items.push({ index, success: false, error: code, message })
    }
  }
  const made = items.filter(({ success }) => success).length
  return { status: made === items.length ? 201 : 207, data: items, message: `${made} of ${items.length} bookings created` }
}

/** By our id, else by the caller's own of this venue. */
function mustFind({ bookings, db, settings }: Door, idOrCallerId: string): Booking {
  return findBookingByCaller(db, settings.booking.userId, idOrCallerId) ?? bookings.get(idOrCallerId)
}
