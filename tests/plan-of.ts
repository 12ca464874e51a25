// How SQLite finds what is asked for: for tests that what is asked again and again does not take longer with each film there ever was.
// Never measures a time.

import type { Database } from '../src/adapters/sqlite.ts'

/** Steps of the queries that `act` asks with `all` and `get`, in the words of `explain query plan`. */
export function planOf(db: Database, act: (db: Database) => unknown): string[] {
  const asked: string[] = []
  const note = (sql: string): string => {
    asked.push(sql)
    return sql
  }
  act({ ...db, all: (sql, ...values) => db.all(note(sql), ...values), get: (sql, ...values) => db.get(note(sql), ...values) })
  return asked.flatMap((sql) => db.all(`explain query plan ${sql.replaceAll(/\?\d*/g, 'null')}`).map(({ detail }) => String(detail)))
}
