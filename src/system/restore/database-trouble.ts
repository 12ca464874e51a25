// What became of a database that was damaged, gone or behind, in words, for a day: somebody should look.
// Never judges the database itself.

import { z } from 'zod'
import type { Database } from '../../adapters/sqlite.ts'

const toldMs = 86_400_000

const event = z.object({ kind: z.string(), at_ms: z.int(), facts: z.string() })
const facts = z.object({
  cause: z.string().optional(),
  putAside: z.string().nullish(),
  bookings: z.int().optional(),
  cancelled: z.int().optional(),
  films: z.int().optional(),
  lost: z.string().optional(),
})

const causes: Readonly<Record<string, string>> = {
  damaged: 'was damaged',
  gone: 'was gone',
  older: 'was older than the plan or the footage',
}

/** `undefined` when there was nothing of the kind within the last day. */
export function databaseTrouble(db: Database, nowMs: number): string | undefined {
  const found = db.get(
    "select kind, at_ms, facts from event where kind in ('database.restored', 'database.damaged') and at_ms > ? order by id desc limit 1",
    nowMs - toldMs,
  )
  if (!found) return undefined
  const { kind, at_ms: atMs, facts: text } = event.parse(found)
  const at = new Date(atMs).toISOString()
  if (kind === 'database.damaged') return `is damaged, seen at ${at}: end everything that runs on this home and start it again`
  const { cause = '', putAside, bookings = 0, cancelled = 0, films = 0, lost = '' } = facts.parse(JSON.parse(text))
  return [
    `${causes[cause] ?? 'was wrong'}, brought up to date at ${at}: ${bookings} bookings, ${cancelled} cancelled ones and ${films} films`,
    'look through bookings, accounts, keys and share links',
    ...(putAside ? [`the old one is ${putAside}`] : []),
    ...(lost === '' ? [] : [`not brought back: ${lost}`]),
  ].join('; ')
}
