// What a caller wrote of a booking, in the seed's names or ours, as what the booking service takes.
// Pure. Unknown fields are passed over: callers of the original send more than is needed.

import { z } from 'zod'
import type { Settings } from '../../../config/settings.ts'
import { EzrecError } from '../../base/errors.ts'
import { emailAddress } from '../../booking/booking-mail.ts'
import type { BookingChange, NewBooking } from '../../booking/booking-service.ts'
import type { Booking } from '../../booking/booking.ts'
import { ListRefused } from '../../booking/list-refused.ts'
import { parseInstant } from '../../booking/local-time.ts'

const word = (max: number) =>
  z.string().regex(new RegExp(`^[^\\p{C}]{1,${max}}$`, 'u'), { error: `must be 1 to ${max} printable characters` })
const time = z.string().max(60)
const title = z
  .string()
  .regex(/^[^\p{C}]{0,200}$/u, { error: 'must be at most 200 printable characters' })
  .nullable()
const email = z.union([z.literal(''), emailAddress])

/** Each field under either of its names; start and end are needed. */
export const bookingOrder = z.object({
  id: z.union([word(200), z.int().transform(String)]).nullish(),
  callerId: word(200).nullish(),
  start_time: time.optional(),
  startsAt: time.optional(),
  end_time: time.optional(),
  endsAt: time.optional(),
  user_id: word(100).nullish(),
  userId: word(100).nullish(),
  camera_id: word(100).nullish(),
  cameraId: word(100).nullish(),
  title: title.optional(),
  record: z.boolean().describe('false: the court is kept, nothing is captured, there is no film').optional(),
  email: email.nullish(),
})
export type BookingOrder = z.output<typeof bookingOrder>

/** Errors: invalid (a start or end is missing or no time). `remark` says what was taken otherwise than written. */
export function orderOf(
  order: BookingOrder,
  { booking, camera }: Pick<Settings, 'booking' | 'camera'>,
): { wanted: NewBooking; remark: string | undefined } {
  const start = order.startsAt ?? order.start_time
  const end = order.endsAt ?? order.end_time
  if (start === undefined || end === undefined)
    throw new EzrecError('invalid', `a booking needs its ${start === undefined ? 'start_time' : 'end_time'}`, {
      hint: 'write it like 2026-05-02T19:30:00+02:00',
    })
  const asked = order.cameraId ?? order.camera_id
  return {
    wanted: {
      startsAtMs: parseInstant(start, booking.timeZone),
      endsAtMs: parseInstant(end, booking.timeZone),
      userId: order.userId ?? order.user_id ?? booking.userId,
      callerId: order.callerId ?? order.id ?? null,
      title: order.title ?? null,
      ...(order.record === undefined ? {} : { record: order.record }),
      email: order.email === '' ? null : (order.email ?? null),
    },
    remark: asked == null || asked === camera.rigId ? undefined : `camera_id was taken for ${camera.rigId}, the only rig of this box`,
  }
}

/** A list: all of it or none. Errors: `ListRefused`, with every entry that cannot be read. */
export function ordersOf(orders: readonly BookingOrder[], settings: Pick<Settings, 'booking' | 'camera'>): NewBooking[] {
  const wanted: NewBooking[] = []
  const refused: { readonly index: number; readonly error: EzrecError }[] = []
  for (const [index, order] of orders.entries())
    try {
      wanted.push(orderOf(order, settings).wanted)
    } catch (error) {
      if (!(error instanceof EzrecError)) throw error
      refused.push({ index, error })
    }
  const [first, ...rest] = refused
  if (first) throw new ListRefused([first, ...rest], orders.length)
  return wanted
}

export const bookingChange = z.object({
  start_time: time.optional(),
  startsAt: time.optional(),
  end_time: time.optional(),
  endsAt: time.optional(),
  title: title.optional(),
  record: z.boolean().optional(),
  email: email.nullish(),
})

/** PATCH: what is not said stays as it is. Errors: invalid. */
export function moveOf(change: z.output<typeof bookingChange>, timeZone: string): BookingChange {
  const start = change.startsAt ?? change.start_time
  const end = change.endsAt ?? change.end_time
  if (start === undefined && end === undefined && change.title === undefined && change.record === undefined && change.email === undefined)
    throw new EzrecError('invalid', 'nothing of this booking is to be changed', {
      hint: 'give start_time, end_time, title, record or email',
    })
  return {
    ...(start === undefined ? {} : { startsAtMs: parseInstant(start, timeZone) }),
    ...(end === undefined ? {} : { endsAtMs: parseInstant(end, timeZone) }),
    ...(change.title === undefined ? {} : { title: change.title }),
    ...(change.record === undefined ? {} : { record: change.record }),
    ...(change.email === undefined ? {} : { email: change.email || null }),
  }
}

/** PUT: the booking is as it is written here; a title that is left out is none. Its address, which no answer tells, and whether it is recorded, stay unless they are named. Whose it
 *  is and its ids cannot change. Errors: invalid. */
export function replacementOf(order: BookingOrder, current: Booking, settings: Pick<Settings, 'booking' | 'camera'>): BookingChange {
  const { wanted } = orderOf(order, settings)
  const asked = { id: order.callerId ?? order.id, user: order.userId ?? order.user_id }
  const fault =
    asked.id != null && asked.id !== current.id && asked.id !== current.callerId
      ? 'id'
      : asked.user != null && asked.user !== current.userId
        ? 'user_id'
        : undefined
  if (fault !== undefined)
    throw new EzrecError('invalid', `the ${fault} of a booking cannot change`, { hint: 'cancel it and make another one' })
  const { startsAtMs, endsAtMs, title = null } = wanted
  return {
    startsAtMs,
    endsAtMs,
    title,
    ...(order.record === undefined ? {} : { record: order.record }),
    ...(order.email === undefined ? {} : { email: order.email || null }),
  }
}
