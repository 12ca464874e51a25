// After a year of films in a bucket the worker's one thread stood still for most of a minute, again and again: what it asks each second or two was
// looked for among everything that had ever been sent beside a film, and among all events. Each look at the metrics read all parts that were ever sent,
// each look at the health all events.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openDatabase, type Database } from '../../src/adapters/sqlite.ts'
import { filmsWithStrays, listBucketCopies } from '../../src/publish/companions/bucket-copy-store.ts'
import { damagedSegments } from '../../src/publish/read-certificate.ts'
import { listPages, nextRefused } from '../../src/share/page-store.ts'
import { uploadedBytes } from '../../src/system/metrics/box-figures.ts'
import { listFootage } from '../../src/sweep/footage.ts'
import { listKeptOfFilms } from '../../src/sweep/kept-films.ts'
import { databaseTrouble } from '../../src/system/restore/database-trouble.ts'
import { planOf } from '../plan-of.ts'

/** With the names of what grows with each film in the query. */
const asked: readonly (readonly [string, (db: Database) => unknown, readonly string[]])[] = [
  ['what stands beside a film', (db) => listBucketCopies(db, 'p', 'f'), ['bucket_object']],
  ['films that left something behind', (db) => filmsWithStrays(db, 'p'), ['o']],
  ['the pages of links', (db) => listPages(db, 'p'), ['e', 'o']],
  ['the next page that may not be removed', (db) => nextRefused(db, 'p'), ['e', 'o']],
  ['segments of a film that were damaged', (db) => damagedSegments(db, 'r'), ['event']],
  ['whether the database was lost lately', (db) => databaseTrouble(db, 0), ['event']],
  ['what may be swept of films', (db) => listKeptOfFilms(db, 'p'), ['u']],
  ['footage that is still there', (db) => listFootage({ db, rigId: 'r', labelOf: () => undefined }), ['s']],
  ['what has been sent of films that are on their way', uploadedBytes, ['p']],
]

for (const [what, ask, grown] of asked)
  test(`${what}: found by film, however many there were`, () => {
    using db = openDatabase(':memory:')
    const plan = planOf(db, ask)
    for (const name of grown) {
      const steps = plan.filter((each) => /^(SCAN|SEARCH) (\w+)/.exec(each)?.[2] === name)
      assert.notEqual(steps.length, 0)
      for (const step of steps) assert.match(step, /^SEARCH .*(\((film_key=|subject_id=|upload=|at_ms>)\?|segment_kept)/)
    }
  })
