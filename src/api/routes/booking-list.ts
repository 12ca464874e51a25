// GET /bookings: filtered, sorted, a page at a time. A booking's status is computed, so a filter by it looks at so many rows and no more.
// Never reads the whole table.

import { z } from 'zod'
import { pageBookings, bookingSorts, placeIn, type BookingPage } from '../../booking/booking-store.ts'
import { parseInstant } from '../../booking/local-time.ts'
import { viewBooking } from '../../capture/booking-view.ts'
import type { Booking } from '../../booking/booking.ts'
import type { Answer } from '../answer/envelope.ts'
import { assertOwnUser, onlyUserOf } from '../routing/own.ts'
import type { Door } from '../routing/door.ts'
import type { Caller } from '../routing/route.ts'
import { afterPlace, nextPage } from '../routing/next-page.ts'
import { bookingSchema, tellBooking } from './booking-form.ts'
import { plural } from '../../base/words.ts'

const statuses = bookingSchema.shape.status
const time = z.string().max(60)

export const bookingListQuery = z.object({
  status: z
    .string()
    .max(100)
    .transform((text) => text.split(','))
    .pipe(z.array(statuses))
    .describe('one or several, by commas')
    .optional(),
  from: time.describe('only what ends after it').optional(),
  to: time.describe('only what starts before it').optional(),
  user: z.string().max(100).describe('whose they are').optional(),
  sort: z.enum(bookingSorts).default('starts'),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
  after: afterPlace.optional(),
})

/** At most so many rows are looked at for a page: one with few of the wanted status is short, and says that there is more. */
const mostLookedAt = 500

/** To a key of one user, that one's alone. */
export function listBookingPage(door: Door, asked: z.output<typeof bookingListQuery>, caller: Caller): Answer {
  const query = { ...asked, user: asked.user ?? onlyUserOf(caller) }
  assertOwnUser(caller, query.user, 'user')
  const { status, limit } = query
  const page = pageOf(query, door.settings.booking.timeZone)
  const isWanted = (booking: Booking): boolean => status === undefined || status.includes(viewBooking(door.db, booking, door.clock).status)
  const lookedAt = status === undefined ? limit : mostLookedAt
  const rows = pageBookings(door.db, { ...page, limit: lookedAt })
  const found: Booking[] = []
  let last: Booking | undefined
  for (const row of rows) {
    if (found.length === limit) break
    last = row
    if (isWanted(row)) found.push(row)
  }
  const isEnd = last === undefined || (last === rows.at(-1) && rows.length < lookedAt)
  const { from, to, user, sort } = query
  const again = { status: status?.join(','), from, to, user, sort, limit }
  return {
    data: found.map((booking) => tellBooking(door, booking)),
    message: `${plural(found.length, 'booking')}${isEnd ? '' : ', and more: the Link header has the next page'}`,
    ...(isEnd || !last ? {} : { headers: nextPage('/bookings', again, placeIn(page, last)) }),
  }
}

function pageOf({ from, to, user, sort, after, status }: z.output<typeof bookingListQuery>, zone: string): Omit<BookingPage, 'limit'> {
  const onlyCancelled = status?.every((each) => each === 'cancelled')
  return {
    sort,
    ...(after === undefined ? {} : { after }),
    ...(user === undefined ? {} : { userId: user }),
    ...(from === undefined ? {} : { fromMs: parseInstant(from, zone) }),
    ...(to === undefined ? {} : { toMs: parseInstant(to, zone) }),
    ...(status === undefined || (!onlyCancelled && status.includes('cancelled')) ? {} : { cancelled: onlyCancelled === true }),
  }
}
