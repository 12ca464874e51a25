// What the bookings file said of each entry when it was last acted on, as rows.
// Never a booking's truth: what was changed elsewhere since then stays changed.

import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Database } from '../adapters/sqlite.ts'

const content = z.object({
  start: z.string(),
  end: z.string(),
  title: z.string().nullable(),
  cancelled: z.boolean(),
  /** Entries that were seen before there was such a word were recorded. */
  record: z.boolean().default(true),
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

/** Forgets what the file said of a booking's entries; until that booking's end an entry that says the same is known as erased, by a hash. How many. */
export function eraseEntries(
  db: Database,
  { bookingId, erasureId, untilMs }: { readonly bookingId: string; readonly erasureId: string; readonly untilMs: number },
): number {
  const rows = db.all('select user_id, entry_id, content from bookings_file_entry where booking_id = ?', bookingId)
  for (const found of rows) {
    const row = z.object({ user_id: z.string(), entry_id: z.string(), content: z.string() }).parse(found)
    const name = { userId: row.user_id, entryId: row.entry_id }
    const hash = hashOf(erasureId, name, content.parse(JSON.parse(row.content)))
    db.run('insert or replace into erased_entry (entry_hash, erasure_id, until_ms) values (?, ?, ?)', hash, erasureId, untilMs)
  }
  return db.run('delete from bookings_file_entry where booking_id = ?', bookingId)
}

/** Whether an entry that the file still has is one that was erased. */
export function isErasedEntry(db: Database, name: EntryName, written: Pick<EntryContent, 'start' | 'end'>, nowMs: number): boolean {
  db.run('delete from erased_entry where until_ms <= ?', Math.floor(nowMs))
  return db
    .all('select distinct erasure_id from erased_entry')
    .some(
      (row) => db.get('select 1 from erased_entry where entry_hash = ?', hashOf(String(row['erasure_id']), name, written)) !== undefined,
    )
}

const hashOf = (salt: string, { userId, entryId }: EntryName, { start, end }: Pick<EntryContent, 'start' | 'end'>): Buffer =>
  createHash('sha256')
    .update(JSON.stringify([salt, userId, entryId, start, end]))
    .digest()
