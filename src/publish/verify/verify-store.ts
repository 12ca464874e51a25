// What was found of films in the bucket, as rows.
// Never asks the bucket.

import { z } from 'zod'
import { addEvent } from '../../adapters/log-tables.ts'
import type { Database } from '../../adapters/sqlite.ts'
import type { HeldFilm } from './verify-policy.ts'

export type CheckedFilm = HeldFilm & { readonly filmKey: string; readonly objectKey: string; readonly finding: Finding | null }

/** `missing`: the bucket says that there is none. `different`: what is there is not what was proven. */
export type Finding = 'missing' | 'different'

const row = z
  .object({
    id: z.string(),
    film_key: z.string(),
    object_key: z.string(),
    confirmed_at_ms: z.int(),
    checked_at_ms: z.int().nullable(),
    finding: z.enum(['missing', 'different']).nullable(),
  })
  .transform((r): CheckedFilm => ({
    id: r.id,
    filmKey: r.film_key,
    objectKey: r.object_key,
    confirmedAtMs: r.confirmed_at_ms,
    checkedAtMs: r.checked_at_ms,
    finding: r.finding,
  }))

const columns = 'id, film_key, object_key, confirmed_at_ms, checked_at_ms, finding'

export const listHeld = (db: Database, place: string): CheckedFilm[] =>
  db
    .all(`select ${columns} from upload where state = 'confirmed' and confirmed_at_ms is not null and place = ?`, place)
    .map((found) => row.parse(found))

/** Films that the bucket does not hold any more as it did. */
export const listFindings = (db: Database): CheckedFilm[] =>
  db
    .all(`select ${columns} from upload where state = 'confirmed' and finding is not null order by id limit 100`)
    .map((found) => row.parse(found))

export function noteChecked(db: Database, film: CheckedFilm, finding: Finding | null, nowMs: number): void {
  db.transaction(() => {
    db.run("update upload set checked_at_ms = ?, finding = ? where id = ? and state = 'confirmed'", nowMs, finding, film.id)
    if (finding !== film.finding)
      addEvent(db, {
        atMs: nowMs,
        kind: finding === null ? 'upload.sound-again' : 'upload.finding',
        subjectId: film.filmKey,
        facts: { object: film.objectKey, finding },
      })
  })
}
