// Whether the database of this home is whole, as new as the code, and what it says of the services.
// Reads only: a copy that is being written meanwhile stays as it is.

import { existsSync } from 'node:fs'
import { readDatabase, type Database } from '../../adapters/sqlite.ts'
import { messageOf } from '../../base/errors.ts'
import { healthy, unhealthy, unhealthyBy, type Finding } from './finding.ts'

/** `db` is the caller's to close; absent when it cannot be read. */
export type OpenedRows = { readonly db: Database | undefined; readonly findings: readonly Finding[] }

const mend =
  'end all services of this home and start them again: the database is brought back from plan, footage and films. ./ezrec fsck tells more'

export function openRows(file: string): OpenedRows {
  if (!existsSync(file)) return { db: undefined, findings: [healthy('database', 'there is none yet: nothing has run in this home')] }
  let db: Database | undefined
  try {
    db = readDatabase(file)
    const said = db.all('pragma quick_check(3)').map((row) => String(Object.values(row)[0]))
    if (said.join() === 'ok') return { db, findings: [healthy('database integrity', 'whole')] }
    return { db, findings: [unhealthy('database integrity', said.join('; ').slice(0, 200), mend)] }
  } catch (error) {
    db?.close()
    const isOurs = error instanceof Error && 'hint' in error
    return {
      db: undefined,
      findings: [isOurs ? unhealthyBy('database integrity', error) : unhealthy('database integrity', messageOf(error), mend)],
    }
  }
}
