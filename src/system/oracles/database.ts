// The database itself: its pages, its indexes, and that no row points at a row that is not there.
// Never asks what the rows mean.

import type { Oracle } from '../oracle.ts'

export const databaseOracle: Oracle = {
  name: 'the database is sound',
  findings: ({ db }) => {
    const pages = db.all('pragma integrity_check').map((row) => String(row['integrity_check']))
    const pointers = db
      .all('pragma foreign_key_check')
      .map((row) => `a row of ${String(row['table'])} points at no row of ${String(row['parent'])}`)
    const mend = 'stop the services and keep a copy of the file: what was recorded is also in the journals and manifests'
    return Promise.resolve([...pages.filter((text) => text !== 'ok'), ...pointers].map((fault) => ({ path: 'ezrec.sqlite', fault, mend })))
  },
}
