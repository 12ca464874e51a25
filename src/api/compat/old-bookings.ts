// The original's /api/bookings and /status/next_booking, which are bookings as they are now.
// Never another rule than /bookings has.

import { z } from 'zod'
import { listBookings } from '../../booking/booking-store.ts'
import { bookingListQuery, listBookingPage } from '../routes/booking-list.ts'
import { bookingSchema, tellBooking } from '../routes/booking-form.ts'
import { createBookings, manyOrders } from '../routes/booking-routes.ts'
import { dailyWork, route, type Route } from '../routing/route.ts'
import { successor } from './successor.ts'

const one = bookingSchema.nullable()

export const oldBookingRoutes: readonly Route[] = [
  route(
    {
      method: 'get',
      path: '/api/bookings',
      needs: 'viewer',
      ofUser: true,
      tag: 'original',
      summary: 'As GET /bookings',
      query: bookingListQuery,
      success: { data: z.array(bookingSchema) },
      problems: [],
    },
    ({ query, caller }, door) => {
      const answer = listBookingPage(door, query, caller)
      const { link, deprecation } = successor('/bookings')
      return {
        ...answer,
        headers: { ...answer.headers, deprecation: deprecation ?? '', link: [answer.headers?.['link'], link].filter(Boolean).join(', ') },
      }
    },
  ),
  route(
    {
      method: 'post',
      path: '/api/bookings',
      needs: 'operator',
      ofUser: true,
      tag: 'original',
      summary: 'As POST /bookings',
      body: manyOrders,
      audits: dailyWork,
      makes: 'anew',
      success: { data: z.union([bookingSchema, z.array(bookingSchema)]), statuses: [200, 201] },
      problems: ['conflict', 'disk_full'],
    },
    async ({ body, caller }, door) => ({ ...(await createBookings(door, body, caller)), headers: successor('/bookings') }),
  ),
  route(
    {
      method: 'get',
      path: '/status/next_booking',
      needs: 'viewer',
      tag: 'original',
      summary: 'The next booking, in the original’s names and ours; null when there is none',
      success: { data: one },
      problems: [],
    },
    (_, door) => {
      const nowMs = door.clock.nowMs()
      const next = listBookings(door.db, { fromMs: nowMs, limit: 50 }).find(
        (each) => each.cancelledAtMs === null && each.startsAtMs > nowMs,
      )
      return {
        data: next ? tellBooking(door, next) : null,
        message: next ? 'the next booking' : 'none is booked',
        headers: successor('/status'),
      }
    },
  ),
]
