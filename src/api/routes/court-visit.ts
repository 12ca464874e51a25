// Who is in on the court's page: by the cookie of a phone that was let in by a PIN.
// Never tells of another booking than that phone's.

import { EzrecError } from '../../base/errors.ts'
import type { Booking } from '../../booking/booking.ts'
import { findBooking } from '../../booking/booking-store.ts'
import { bookingOfVisit, visitName } from '../../share/court-pin.ts'
import type { Door } from '../routing/door.ts'
import type { Caller } from '../routing/route.ts'

export function visitedBooking(door: Door, caller: Caller): Booking | undefined {
  const id = visitOf(door, caller)?.bookingId
  return id === undefined ? undefined : findBooking(door.db, id)
}

/** Errors: not_found. */
export function mustVisit(door: Door, caller: Caller): Booking {
  const found = visitedBooking(door, caller)
  if (found) return found
  throw new EzrecError('not_found', 'this phone was let in to no match', { hint: 'enter the PIN of your booking' })
}

/** Whose Idempotency-Key a phone's is; it names the booking, with which it is forgotten. */
export function courtAsker(caller: Caller, door: Door): string | undefined {
  const visit = visitOf(door, caller)
  return visit && `court ${visit.bookingId} ${visitName(visit.value)}`
}

function visitOf({ db, clock }: Door, { headers }: Caller): { readonly value: string; readonly bookingId: string } | undefined {
  const value = /(?:^|; *)ezcourt=([\w-]{43})(?:;|$)/.exec(headers.get('cookie') ?? '')?.[1]
  const bookingId = value === undefined ? undefined : bookingOfVisit(db, value, clock.nowMs())
  return value === undefined || bookingId === undefined ? undefined : { value, bookingId }
}
