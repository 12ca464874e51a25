// After a year of films in a bucket the worker's one thread stood still for most of a minute, again and again: what it asks each second or two was
// looked for among everything that had ever been sent beside a film, and among all events.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openDatabase, type Database } from '../../src/adapters/sqlite.ts'
import { filmsWithStrays, listBucketCopies } from '../../src/publish/companions/bucket-copy-store.ts'
import { listPages, nextRefused } from '../../src/share/page-store.ts'
import { planOf } from '../plan-of.ts'

const asked: readonly (readonly [string, (db: Database) => unknown])[] = [
  ['what stands beside a film', (db) => listBucketCopies(db, 'p', 'f')],
  ['films that left something behind', (db) => filmsWithStrays(db, 'p')],
  ['the pages of links', (db) => listPages(db, 'p')],
  ['the next page that may not be removed', (db) => nextRefused(db, 'p')],
]

for (const [what, ask] of asked)
  test(`${what}: found by film, however many there were`, () => {
    using db = openDatabase(':memory:')
    const steps = planOf(db, ask).filter((step) => /^(SCAN|SEARCH) (e|o|bucket_object)\b/.test(step))
    assert.notEqual(steps.length, 0)
    for (const step of steps) assert.match(step, /INDEX (bucket_object_of|upload_moved) /)
  })
