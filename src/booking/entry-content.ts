// What an entry of a bookings file says, in the form in which it is remembered, and whether two say the same.
// Pure. Never holds an address: its hash tells a change.

import { createHash } from 'node:crypto'
import { emailAddress } from './booking-mail.ts'
import type { FileEntry, GoodEntry } from './bookings-file.ts'
import type { EntryContent, EntryName } from './bookings-file-store.ts'
import { parseInstant } from './local-time.ts'

export const isSame = (a: EntryContent, b: EntryContent): boolean =>
  a.start === b.start &&
  a.end === b.end &&
  a.title === b.title &&
  a.cancelled === b.cancelled &&
  a.record === b.record &&
  a.emailHash === b.emailHash

export const contentOf = (
  { start_time: start, end_time: end, title, status, record, email }: GoodEntry,
  { userId, entryId }: EntryName,
): EntryContent => ({
  start,
  end,
  title: title === '' ? null : (title ?? null),
  record: record ?? true,
  cancelled: ['cancelled', 'canceled'].includes((status ?? '').trim().toLowerCase()),
  emailHash: email?.trim()
    ? createHash('sha256')
        .update(JSON.stringify([userId, entryId, email.trim()]))
        .digest('base64url')
    : null,
})

export const isUnmailed = (each: FileEntry): boolean => !('fault' in each) && Boolean(each.email?.trim()) && emailOf(each) === null

/** Null for none, and for what is no address. */
export const emailOf = ({ email }: GoodEntry): string | null => emailAddress.safeParse(email?.trim()).data ?? null

/** Whether a booking that is over, or was cancelled elsewhere, is what the entry still speaks of; what the file itself cancelled it may book again. */
export const isSameMatch = (was: EntryContent, now: EntryContent, timeZone: string): boolean =>
  !was.cancelled &&
  parseInstant(was.start, timeZone) === parseInstant(now.start, timeZone) &&
  parseInstant(was.end, timeZone) === parseInstant(now.end, timeZone)
