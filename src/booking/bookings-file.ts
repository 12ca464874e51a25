// The original's bookings.json in both of its shapes: a list, or an object with a list under `bookings`.
// Each entry stands alone: a bad one is told and changes nothing, the others are booked once each.

import { z } from 'zod'
import type { Clock } from '../base/clock.ts'
import { EzrecError, messageOf } from '../base/errors.ts'
import type { Booking } from './booking.ts'
import type { BookingService } from './booking-service.ts'
import { parseInstant } from './local-time.ts'

const text = z.string().trim().min(1).max(200)
const entry = z.object({
  id: text,
  start_time: text,
  end_time: text,
  user_id: text.optional(),
  camera_id: text.optional(),
  title: text.optional(),
  status: z.string().nullish(),
})

export type FileEntry = z.infer<typeof entry> | { readonly fault: string }

/** The entries of a file, bad ones with their fault. Errors: invalid when the whole is neither shape. */
export function parseBookingsFile(content: string): FileEntry[] {
  const whole = z
    .union([z.array(z.unknown()).max(10_000), z.object({ bookings: z.array(z.unknown()).max(10_000) })])
    .safeParse(readJson(content))
  if (!whole.success)
    throw new EzrecError('invalid', 'this is no bookings file', {
      hint: 'a list of bookings, or {"bookings": [...]}, each with id, start_time and end_time',
    })
  const entries = Array.isArray(whole.data) ? whole.data : whole.data.bookings
  return entries.map((each) => {
    const parsed = entry.safeParse(each)
    return parsed.success
      ? parsed.data
      : { fault: parsed.error.issues.map((issue) => `${issue.path.join('.') || 'entry'}: ${issue.message}`).join('; ') }
  })
}

function readJson(content: string): unknown {
  try {
    return JSON.parse(content)
  } catch (cause) {
    throw new EzrecError('invalid', 'this file is no JSON', { hint: 'mend the file; nothing was changed', cause })
  }
}

export type ImportOptions = {
  readonly bookings: BookingService
  readonly clock: Clock
  readonly timeZone: string
  readonly userId: string
  readonly rigId: string
}

export type ImportOutcome = { readonly bookings: readonly Booking[]; readonly refused: number; readonly said: readonly string[] }

/** Books each entry once, by its id. Entries that are over are passed by. */
export async function importBookings(entries: readonly FileEntry[], options: ImportOptions): Promise<ImportOutcome> {
  const booked: Booking[] = []
  const said: string[] = []
  let refused = 0
  for (const [n, each] of entries.entries()) {
    try {
      const outcome = await importEntry(each, options)
      if (typeof outcome === 'string') said.push(`entry ${n + 1}: ${outcome}`)
      else booked.push(outcome)
    } catch (error) {
      refused += 1
      said.push(`entry ${n + 1} refused: ${messageOf(error)}${error instanceof EzrecError ? ` (${error.hint})` : ''}`)
    }
  }
  return { bookings: booked, refused, said }
}

async function importEntry(each: FileEntry, { bookings, clock, timeZone, userId }: ImportOptions): Promise<Booking | string> {
  if ('fault' in each) throw new EzrecError('invalid', each.fault, { hint: 'see docs/ref/seed.md for the fields' })
  const endsAtMs = parseInstant(each.end_time, timeZone)
  if (each.status === 'cancelled' || endsAtMs <= clock.nowMs()) return 'over or cancelled, passed by'
  const { booking } = await bookings.create({
    startsAtMs: parseInstant(each.start_time, timeZone),
    endsAtMs,
    userId: each.user_id ?? userId,
    callerId: each.id,
    title: each.title ?? null,
  })
  return booking
}
