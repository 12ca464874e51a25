// What a caller wrote of a booking, in the seed's names or ours, as what the booking service takes.
// Pure. A field that nobody knows is passed over and named in the answer, for callers of the original send more than is needed; one that is nearly
// another is refused.

import { z } from 'zod'
import type { Settings } from '../../../config/settings.ts'
import { EzrecError } from '../../base/errors.ts'
import { isId } from '../../base/ids.ts'
import { isStrangeField, meantField } from '../../booking/booking-fields.ts'
import { emailAddress } from '../../booking/booking-mail.ts'
import type { BookingChange, NewBooking } from '../../booking/booking-service.ts'
import type { Booking } from '../../booking/booking.ts'
import { parseInstant } from '../../booking/local-time.ts'

const word = (max: number) =>
  z.string().regex(new RegExp(`^[^\\p{C}]{1,${max}}$`, 'u'), { error: `must be 1 to ${max} printable characters` })
const time = z.string().max(60)
const title = z
  .string()
  .regex(/^[^\p{C}]{0,200}$/u, { error: 'must be at most 200 printable characters' })
  .nullable()
const email = z.union([z.literal(''), emailAddress])

/** Refuses what is nearly a field: `recrod` must not be recorded. */
const withoutSlips = <S extends z.ZodType<object>>(schema: S): S =>
  schema.superRefine((written, context) => {
    for (const name of Object.keys(written)) {
      const meant = meantField(name)
      if (meant !== undefined)
        context.addIssue({ code: 'custom', path: [name.slice(0, 40)], message: `is no field of a booking: did you mean ${meant}?` })
    }
  })

/** What was written and means nothing here, as a remark. */
export function passedOver(...written: readonly object[]): string | undefined {
  const names = [...new Set(written.flatMap((each) => Object.keys(each)).filter(isStrangeField))]
  if (names.length === 0) return undefined
  return `passed over, as no field of a booking: ${names
    .slice(0, 5)
    .map((name) => JSON.stringify(name.slice(0, 40)))
    .join(', ')}`
}

const oneOf = (...names: readonly string[]): object => ({ anyOf: names.map((name) => ({ required: [name] })) })

/** Each field under either of its names; start and end are needed. */
export const bookingOrder = withoutSlips(
  z
    .looseObject({
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
    .meta({ allOf: [oneOf('start_time', 'startsAt'), oneOf('end_time', 'endsAt')] }),
)
export type BookingOrder = z.output<typeof bookingOrder>

/** Errors: invalid (a start or end is missing or no time). `remark` says what was taken otherwise than written. */
export function orderOf(
  order: BookingOrder,
  { booking, camera }: Pick<Settings, 'booking' | 'camera'>,
): { wanted: NewBooking; remark: string | undefined } {
  assertOneMeaning(order)
  const [start, end] = timesOf(order, booking.timeZone)
  if (start === undefined || end === undefined)
    throw new EzrecError('invalid', `a booking needs its ${start === undefined ? 'start_time' : 'end_time'}`, {
      hint: 'write it like 2026-05-02T19:30:00+02:00',
    })
  const asked = order.cameraId ?? order.camera_id
  return {
    wanted: {
      startsAtMs: start,
      endsAtMs: end,
      userId: order.userId ?? order.user_id ?? booking.userId,
      callerId: order.callerId ?? order.id ?? null,
      title: order.title ?? null,
      ...(order.record === undefined ? {} : { record: order.record }),
      email: order.email === '' ? null : (order.email ?? null),
    },
    remark: asked == null || asked === camera.rigId ? undefined : `camera_id was taken for ${camera.rigId}, the only rig of this box`,
  }
}

type Times = Pick<BookingOrder, 'start_time' | 'startsAt' | 'end_time' | 'endsAt'>

/** Start and end. Errors: invalid (no time, or two names of one that contradict each other). */
function timesOf(written: Times, timeZone: string): readonly [number | undefined, number | undefined] {
  const one = (names: readonly [keyof Times, keyof Times]): number | undefined => {
    const [first, second] = names.flatMap((name) => (written[name] === undefined ? [] : [parseInstant(written[name], timeZone)]))
    if (first !== undefined && second !== undefined && first !== second) throw contradiction(names)
    return first
  }
  return [one(['startsAt', 'start_time']), one(['endsAt', 'end_time'])]
}

/** Two ids may differ when one of them is ours, as in an answer that is sent back. */
function assertOneMeaning({ userId, user_id, id, callerId }: BookingOrder): void {
  if (userId != null && user_id != null && userId !== user_id) throw contradiction(['userId', 'user_id'])
  if (id != null && callerId != null && id !== callerId && !isId(id)) throw contradiction(['callerId', 'id'])
}

const contradiction = ([a, b]: readonly [string, string]): EzrecError =>
  new EzrecError('invalid', `${a} and ${b} are two names of one field, and say different things`, { hint: 'send one of them' })

/** A list: an entry that cannot be read is its error, for the others are judged all the same. */
export function ordersOf(
  orders: readonly BookingOrder[],
  settings: Pick<Settings, 'booking' | 'camera'>,
): { readonly wanted: (NewBooking | EzrecError)[]; readonly remarks: readonly string[] } {
  const remarks = new Set<string>()
  const wanted = orders.map((order) => {
    try {
      const { wanted: one, remark } = orderOf(order, settings)
      if (remark !== undefined) remarks.add(remark)
      return one
    } catch (error) {
      if (error instanceof EzrecError) return error
      throw error
    }
  })
  return { wanted, remarks: [...remarks] }
}

export const bookingChange = withoutSlips(
  z.looseObject({
    start_time: time.optional(),
    startsAt: time.optional(),
    end_time: time.optional(),
    endsAt: time.optional(),
    title: title.optional(),
    record: z.boolean().optional(),
    email: email.nullish(),
  }),
)

/** PATCH: what is not said stays as it is. Errors: invalid. */
export function moveOf(change: z.output<typeof bookingChange>, timeZone: string): BookingChange {
  const [start, end] = timesOf(change, timeZone)
  if (start === undefined && end === undefined && change.title === undefined && change.record === undefined && change.email === undefined)
    throw new EzrecError('invalid', 'nothing of this booking is to be changed', {
      hint: 'give start_time, end_time, title, record or email',
    })
  return {
    ...(start === undefined ? {} : { startsAtMs: start }),
    ...(end === undefined ? {} : { endsAtMs: end }),
    ...(change.title === undefined ? {} : { title: change.title }),
    ...(change.record === undefined ? {} : { record: change.record }),
    ...(change.email === undefined ? {} : { email: change.email || null }),
  }
}

/** PUT: the booking is as it is written here; a title that is left out is none. Its address, which no answer tells, and whether it is recorded, stay unless they are named. Whose it
 *  is and its ids cannot change. Errors: invalid. `remark` as of `orderOf`. */
export function replacementOf(
  order: BookingOrder,
  current: Booking,
  settings: Pick<Settings, 'booking' | 'camera'>,
): { wanted: BookingChange; remark: string | undefined } {
  const { wanted, remark } = orderOf(order, settings)
  const asked = { ids: [order.callerId, order.id], user: order.userId ?? order.user_id }
  const fault = asked.ids.some((id) => id != null && id !== current.id && id !== current.callerId)
    ? 'id'
    : asked.user != null && asked.user !== current.userId
      ? 'user_id'
      : undefined
  if (fault !== undefined)
    throw new EzrecError('invalid', `the ${fault} of a booking cannot change`, { hint: 'cancel it and make another one' })
  const { startsAtMs, endsAtMs, title = null } = wanted
  const kept = {
    ...(order.record === undefined ? {} : { record: order.record }),
    ...(order.email === undefined ? {} : { email: order.email || null }),
  }
  return { wanted: { startsAtMs, endsAtMs, title, ...kept }, remark }
}
