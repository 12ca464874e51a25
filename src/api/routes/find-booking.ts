// A booking by what a request names it: our id, or the caller's.
// Never takes one of several: an id that two users have is told with ours.

import { z } from 'zod'
import { EzrecError } from '../../base/errors.ts'
import { noSuchBooking, type Booking } from '../../booking/booking.ts'
import { findBooking, listBookingsByCaller } from '../../booking/booking-store.ts'
import { assertOwnUser, onlyUserOf } from '../routing/own.ts'
import type { Door } from '../routing/door.ts'
import type { Caller } from '../routing/route.ts'

/** Which of several bookings with the caller's id is meant. */
export const whose = z.object({ user: z.string().max(100).describe('whose it is, where two users have the same id').optional() })

export const seenEnd = 'the end from which it is to go on, as the asker saw it: 409 where it was moved since'

type Asked = { readonly id: string; readonly user?: string | undefined }

/** By our id, which nobody can take from a booking; else by the caller's: of any user, or of the key's own alone. Errors: not_found; conflict (several users have that id). */
export function mustFindBooking({ db }: Pick<Door, 'db'>, { id, user }: Asked, caller: Pick<Caller, 'principal'>): Booking {
  const only = user ?? onlyUserOf(caller)
  assertOwnUser(caller, only, 'user')
  const ours = findBooking(db, id)
  if (ours && ours.userId === (only ?? ours.userId)) return ours
  const [found, ...others] = listBookingsByCaller(db, id, only)
  if (found && others.length > 0)
    throw new EzrecError('conflict', `${others.length + 1} users have a booking with this id`, {
      hint: 'ask by our id, or give ?user=',
      facts: { bookings: [found, ...others].map((each) => each.id).join(' ') },
    })
  if (found) return found
  throw noSuchBooking(id)
}
