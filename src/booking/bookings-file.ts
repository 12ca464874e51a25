// The original's bookings.json in both of its shapes: a list, or an object with a list under `bookings`.
// Pure. Each entry stands alone: a bad one is told by its fault and spoils no other.

import { z } from 'zod'
import { EzrecError } from '../base/errors.ts'
import { plainIssue } from '../base/plain-issue.ts'
import { meantField } from './booking-fields.ts'

const text = z.string().trim().min(1).max(200)
const entry = z.object({
  id: z.union([text, z.int().transform(String)]),
  start_time: text,
  end_time: text,
  user_id: text.nullish(),
  camera_id: text.nullish(),
  title: z.string().trim().max(200).nullish(),
  record: z.boolean().nullish(),
  email: z.string().max(1_000).nullish().catch(null),
  status: z.string().nullish(),
})

export type GoodEntry = z.infer<typeof entry>
export type FileEntry = GoodEntry | { readonly fault: string }

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
    const slips = slipsOf(each)
    if (slips.length > 0) return { fault: slips.join('; ') }
    const parsed = entry.safeParse(each, { error: plainIssue })
    return parsed.success
      ? parsed.data
      : { fault: parsed.error.issues.map((issue) => `${issue.path.join('.') || 'entry'}: ${issue.message}`).join('; ') }
  })
}

/** A word that is misspelt must not film people who wanted no film. */
const slipsOf = (each: unknown): string[] =>
  (each instanceof Object ? Object.keys(each) : []).flatMap((name) => {
    const meant = meantField(name)
    return meant === undefined ? [] : [`${name.slice(0, 40)}: is no field of a booking: did you mean ${meant}?`]
  })

function readJson(content: string): unknown {
  try {
    return JSON.parse(content)
  } catch (cause) {
    throw new EzrecError('invalid', 'this file is no JSON', { hint: 'mend the file; nothing was changed', cause })
  }
}
