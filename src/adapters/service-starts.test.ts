import assert from 'node:assert/strict'
import { test } from 'node:test'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { noteStart, startsLately } from './service-starts.ts'
import { addEvent } from './log-tables.ts'
import { openDatabase } from './sqlite.ts'

const start = { service: 'video_worker', bootId: 'boot', pid: 7, atMs: 1_000_000 }

test('a start is noted once in the life of a process, and forgotten after ten minutes', () => {
  using folder = temporaryFolder()
  using db = openDatabase(folder.file('a.sqlite'))
  addEvent(db, { atMs: start.atMs, kind: 'chunk.made', subjectId: 'r', facts: { number: 1 } })
  assert.deepEqual(noteStart(db, start), [start])
  assert.deepEqual(noteStart(db, { ...start, atMs: start.atMs + 1_000 }), [start])
  const again = { ...start, bootId: 'next', atMs: start.atMs + 2_000 }
  assert.deepEqual(noteStart(db, again), [start, again])
  assert.deepEqual(startsLately(db, start.atMs), [start])
  assert.deepEqual(startsLately(db, start.atMs + 600_000), [again])
})

test('a service that ends at once and for ever does not fill the event log', () => {
  using folder = temporaryFolder()
  using db = openDatabase(folder.file('a.sqlite'))
  for (let pid = 1; pid <= 100; pid += 1) noteStart(db, { ...start, pid, atMs: start.atMs + pid })
  assert.equal(noteStart(db, { ...start, service: 'ezrec-api', atMs: start.atMs + 101 }).length, 21)
})
