import assert from 'node:assert/strict'
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { openDatabase } from '../../src/adapters/sqlite.ts'
import { addEvent } from '../../src/adapters/log-tables.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { changesBetween, fingerprint } from './fingerprint.ts'

test('a changed row, a grown file and a new one are named; what the box tells of itself is no change', () => {
  using folder = temporaryFolder()
  using db = openDatabase(folder.file('ezrec.sqlite'))
  mkdirSync(folder.file('store'))
  writeFileSync(folder.file('store/film.mp4'), 'film')
  db.run("insert into account (id, name, role, password_hash, created_at_ms) values ('a', 'anna', 'viewer', 'x', 1)")
  const before = fingerprint(folder.path)
  addEvent(db, { atMs: 1, kind: 'alert.raised', subjectId: 'x', facts: {} })
  addEvent(db, { atMs: 1, kind: 'health.changed', subjectId: 'x', facts: {} })
  assert.deepEqual(changesBetween(before, fingerprint(folder.path)), [])
  db.run("update account set role = 'admin'")
  appendFileSync(folder.file('store/film.mp4'), '!')
  writeFileSync(folder.file('store/other.mp4'), '')
  assert.deepEqual(changesBetween(before, fingerprint(folder.path)), ['account', 'store/film.mp4', 'store/other.mp4'])
  addEvent(db, { atMs: 1, kind: 'booking.changed', subjectId: 'x', facts: {} })
  assert.ok(changesBetween(before, fingerprint(folder.path)).includes('event'))
})
