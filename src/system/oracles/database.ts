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
    const mend =
      'end everything that runs on this home and start it again: a damaged database is put aside, and what it held is brought back'
    return Promise.resolve([...pages.filter((text) => text !== 'ok'), ...pointers].map((fault) => ({ path: 'ezrec.sqlite', fault, mend })))
  },
}
