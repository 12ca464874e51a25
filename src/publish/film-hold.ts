// A reason not to remove a published film, nor the footage that it was made of, as its row tells it.
// Never changes it: sweep/delete-film.ts does.

import type { Database } from '../adapters/sqlite.ts'

/** Why it is held; null when it is not. */
export function heldBecause(db: Database, id: string): string | null {
  const held = db.get('select held_because from video where id = ?', id)?.['held_because']
  return typeof held === 'string' ? held : null
}
