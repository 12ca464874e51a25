// /bookings: made, listed, shown, changed, extended, stopped, cancelled. The rules are the booking service's.
// Never acknowledges what is not durable.

import { z } from 'zod'
import { parseInstant } from '../../booking/local-time.ts'
import type { Answer } from '../answer/envelope.ts'
import type { Door } from '../routing/door.ts'
import { assertOwnUser, onlyUserOf, ownWords, withoutOthers } from '../routing/own.ts'
import { dailyWork, route, type Caller, type Route } from '../routing/route.ts'
import { bookingSchema, tellBooking } from './booking-form.ts'
import { bookingListQuery, listBookingPage } from './booking-list.ts'
import { bookingChange, bookingOrder, moveOf, orderOf, ordersOf, passedOver, replacementOf, type BookingOrder } from './booking-order.ts'
import { mustFindBooking, seenEnd, whose } from './find-booking.ts'
import { plural } from '../../base/words.ts'

const id = z.object({ id: z.string().min(1).max(200) })
const one = { data: bookingSchema }
const mostAtOnce = 100

export const manyOrders = z.union([bookingOrder, z.array(bookingOrder).min(1).max(mostAtOnce)])

export const bookingRoutes: readonly Route[] = [
  route(
    {
      method: 'post',
      path: '/bookings',
      needs: 'operator',
      ofUser: true,
      scopes: ['book'],
      tag: 'bookings',
      summary: 'Create a booking, or up to 100 of them; the same id again is the same booking',
      body: manyOrders,
      success: { data: z.union([bookingSchema, z.array(bookingSchema)]), statuses: [200, 201] },
      problems: ['conflict', 'disk_full'],
      audits: dailyWork,
      limits:
        'a list is taken whole or not at all: details.faults says what is wrong with which entry; a conflict names the nearest free time',
      makes: 'anew',
    },
    ({ body, caller }, door) => createBookings(door, body, caller),
  ),
  route(
    {
      method: 'get',
      path: '/bookings',
      needs: 'viewer',
      ofUser: true,
      scopes: ['book', 'court'],
      tag: 'bookings',
      summary: 'List bookings that touch a span of time; the Link header has the next page',
      query: bookingListQuery,
      success: { data: z.array(bookingSchema) },
      problems: [],
    },
    ({ query, caller }, door) => listBookingPage(door, query, caller),
  ),
  route(
    {
      method: 'get',
      path: '/bookings/{id}',
      needs: 'viewer',
      ofUser: true,
      scopes: ['book', 'court'],
      tag: 'bookings',
      summary: 'Show a booking, by our id or the caller’s',
      params: id,
      query: whose,
      success: one,
      problems: ['not_found'],
    },
    ({ params, query, caller }, door) => ({
      data: tellBooking(door, mustFindBooking(door, { ...params, ...query }, caller)),
      message: 'booking found',
    }),
  ),
  route(
    {
      method: 'put',
      path: '/bookings/{id}',
      needs: 'operator',
      ofUser: true,
      scopes: ['book'],
      tag: 'bookings',
      summary: 'Replace a booking: start, end, title and e-mail are as written here',
      params: id,
      query: whose,
      body: bookingOrder,
      success: one,
      problems: ['not_found', 'conflict', 'disk_full'],
      audits: dailyWork,
    },
    async ({ params, query, body, caller }, door) => {
      const current = mustFindBooking(door, { ...params, ...query }, caller)
      const { wanted, remark } = replacementOf(body, current, door.settings)
      const changed = await ownWords(caller, door.bookings.change(current.id, wanted))
      return { data: tellBooking(door, changed), message: told('booking replaced', remark, passedOver(body)) }
    },
  ),
  route(
    {
      method: 'patch',
      path: '/bookings/{id}',
      needs: 'operator',
      ofUser: true,
      scopes: ['book'],
      tag: 'bookings',
      summary: 'Change start, end, title, record or email: what is left out stays',
      params: id,
      query: whose,
      body: bookingChange,
      success: one,
      problems: ['not_found', 'conflict', 'disk_full'],
      audits: dailyWork,
    },
    async ({ params, query, body, caller }, door) => {
      const current = mustFindBooking(door, { ...params, ...query }, caller)
      const changed = await ownWords(caller, door.bookings.change(current.id, moveOf(body, door.settings.booking.timeZone)))
      return { data: tellBooking(door, changed), message: told('booking changed', passedOver(body)) }
    },
  ),
  route(
    {
      method: 'delete',
      path: '/bookings/{id}',
      needs: 'operator',
      ofUser: true,
      scopes: ['book'],
      tag: 'bookings',
      summary: 'Cancel a booking; a running recording is stopped and no film is made',
      params: id,
      query: whose,
      success: { data: bookingSchema.extend({ effect: z.enum(['cancelled', 'aborted', 'none']) }) },
      problems: ['not_found', 'conflict', 'disk_full'],
      audits: dailyWork,
    },
    async ({ params, query, caller }, door) => {
      const before = mustFindBooking(door, { ...params, ...query }, caller)
      const effect = before.cancelledAtMs !== null ? 'none' : before.startsAtMs <= door.clock.nowMs() ? 'aborted' : 'cancelled'
      const booking = await door.bookings.cancel(before.id)
      const message = {
        none: 'this booking was cancelled before',
        aborted: 'booking cancelled: its recording is stopped, no film is made; what the cameras gave stays on the box until it is swept',
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
      ofUser: true,
      scopes: ['court', 'book'],
      tag: 'bookings',
      summary: 'Move the end of a booking to a later time',
      params: id,
      query: whose,
      body: z.union([
        z.object({ end_time: z.string().max(60) }),
        z.object({ endsAt: z.string().max(60) }),
        z.object({ minutes: z.number().positive().max(720), seenEndsAt: z.string().max(60).describe(seenEnd).optional() }),
      ]),
      success: one,
      problems: ['not_found', 'conflict', 'disk_full'],
      makes: 'anew',
      audits: dailyWork,
    },
    async ({ params, query, body, caller }, door) => {
      const { id: bookingId } = mustFindBooking(door, { ...params, ...query }, caller)
      const at = (text: string): number => parseInstant(text, door.settings.booking.timeZone)
      const to =
        'minutes' in body
          ? {
              byMs: Math.round(body.minutes * 60_000),
              seenEndsAtMs: body.seenEndsAt === undefined ? undefined : at(body.seenEndsAt),
            }
          : { endsAtMs: at('endsAt' in body ? body.endsAt : body.end_time) }
      return { data: tellBooking(door, await ownWords(caller, door.bookings.extend(bookingId, to))), message: 'booking extended' }
    },
  ),
  route(
    {
      method: 'post',
      path: '/bookings/{id}/stop',
      needs: 'operator',
      ofUser: true,
      scopes: ['court', 'book'],
      tag: 'bookings',
      summary: 'End a running booking now; its film is made up to this instant',
      params: id,
      query: whose,
      success: one,
      problems: ['not_found', 'conflict', 'disk_full'],
      audits: dailyWork,
    },
    async ({ params, query, caller }, door) => ({
      data: tellBooking(door, await door.bookings.stopNow(mustFindBooking(door, { ...params, ...query }, caller).id)),
      message: 'booking stopped: its film is being finished',
    }),
  ),
]

/** One, or a list that is taken whole or not at all; by a key of one user, for that one alone. */
export async function createBookings(door: Door, wanted: z.output<typeof manyOrders>, caller: Caller): Promise<Answer> {
  try {
    return await (Array.isArray(wanted)
      ? createAll(
          door,
          wanted.map((order) => ofCaller(order, caller)),
        )
      : createOne(door, ofCaller(wanted, caller)))
  } catch (error) {
    throw onlyUserOf(caller) === undefined ? error : withoutOthers(error)
  }
}

async function createOne(door: Door, order: BookingOrder): Promise<Answer> {
  const { wanted, remark } = orderOf(order, door.settings)
  const { booking, created } = await door.bookings.create(wanted)
  const message = created ? 'booking created' : 'this booking was made before'
  return { status: created ? 201 : 200, data: tellBooking(door, booking), message: told(message, remark, passedOver(order)) }
}

async function createAll(door: Door, orders: readonly BookingOrder[]): Promise<Answer> {
  const { wanted, remarks } = ordersOf(orders, door.settings)
  const made = await door.bookings.createAll(wanted)
  const fresh = made.filter(({ created }) => created).length
  return {
    status: fresh > 0 ? 201 : 200,
    data: made.map(({ booking }) => tellBooking(door, booking)),
    message: told(
      `${plural(fresh, 'booking')} created${fresh < made.length ? `, ${made.length - fresh} were made before` : ''}`,
      ...remarks,
      passedOver(...orders),
    ),
  }
}

const told = (...words: readonly (string | undefined)[]): string => words.filter((each) => each !== undefined).join('; ')

/** Errors: not_found, for another user than the key's. */
function ofCaller(order: BookingOrder, caller: Caller): BookingOrder {
  const only = onlyUserOf(caller)
  const asked = order.userId ?? order.user_id
  if (only !== undefined && asked != null) assertOwnUser(caller, asked, 'user')
  return only === undefined ? order : { ...order, userId: only }
}
