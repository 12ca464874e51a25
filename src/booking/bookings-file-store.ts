// What the bookings file said of each entry when it was last acted on, as rows.
// Never a booking's truth: what was changed elsewhere since then stays changed.

import { z } from 'zod'
import type { Database } from '../adapters/sqlite.ts'

const content = z.object({
  start: z.string(),
  end: z.string(),
  title: z.string().nullable(),
  cancelled: z.boolean(),
  /** Tells a change; the address itself stands with the booking alone. */
  emailHash: z.string().nullable(),
})

/** An entry as it was written. */
export type EntryContent = z.output<typeof content>

export type SeenEntry = { readonly content: EntryContent; readonly bookingId: string }

export type EntryName = { readonly userId: string; readonly entryId: string }

export function findSeenEntry(db: Database, { userId, entryId }: EntryName): SeenEntry | undefined {
  const found = db.get('select content, booking_id from bookings_file_entry where user_id = ? and entry_id = ?', userId, entryId)
  if (!found) return undefined
  const row = z.object({ content: z.string(), booking_id: z.string() }).parse(found)
  return { content: content.parse(JSON.parse(row.content)), bookingId: row.booking_id }
}

export function noteSeenEntry(db: Database, { userId, entryId }: EntryName, seen: SeenEntry, nowMs: number): void {
  db.run(
    `insert into bookings_file_entry (user_id, entry_id, content, booking_id, seen_at_ms) values (?, ?, ?, ?, ?)
     on conflict (user_id, entry_id) do update set content = excluded.content, booking_id = excluded.booking_id, seen_at_ms = excluded.seen_at_ms`,
    userId,
    entryId,
    JSON.stringify(seen.content),
    seen.bookingId,
    Math.floor(nowMs),
  )
}
