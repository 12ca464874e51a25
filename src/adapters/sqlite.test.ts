import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { openDatabase } from './sqlite.ts'

const inFolder = (work: (folder: string) => void): void => {
  const folder = mkdtempSync(path.join(tmpdir(), 'ezrec-sqlite-'))
  try {
    work(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('a commit is one fsync: WAL with synchronous=FULL', () =>
  inFolder((folder) => {
    using db = openDatabase(path.join(folder, 'a.sqlite'))
    assert.equal(db.get('pragma journal_mode')?.['journal_mode'], 'wal')
    assert.equal(db.get('pragma synchronous')?.['synchronous'], 2)
    assert.equal(db.get('pragma foreign_keys')?.['foreign_keys'], 1)
  }))

test('a database that is newer than the code is refused and not touched', () =>
  inFolder((folder) => {
    const file = path.join(folder, 'a.sqlite')
    openDatabase(file).close()
    const raw = new DatabaseSync(file)
    raw.exec('pragma user_version = 99')
    raw.close()
    assert.throws(() => openDatabase(file), /written by a newer EZREC \(schema 99/)
  }))

test('a file that is no database is named as damaged, with the mend', () =>
  inFolder((folder) => {
    const file = path.join(folder, 'a.sqlite')
    openDatabase(file).close()
    const raw = new DatabaseSync(path.join(folder, 'b.sqlite'))
    raw.close()
    rmSync(file)
    const junk = Buffer.alloc(8192, 7)
    process.getBuiltinModule('node:fs').writeFileSync(file, junk)
    assert.throws(() => openDatabase(file), { code: 'media_unreadable' })
  }))

test('a transaction is all or nothing, and one within it follows the outer', () =>
  inFolder((folder) => {
    using db = openDatabase(path.join(folder, 'a.sqlite'))
    const add = (kind: string): number => db.run('insert into event (at_ms, kind, subject_id) values (0, ?, ?)', kind, 'x')
    assert.throws(() =>
      db.transaction(() => {
        add('one')
        db.transaction(() => add('two'))
        throw new Error('no')
      }),
    )
    assert.equal(db.all('select * from event').length, 0)
    db.transaction(() => add('three'))
    assert.equal(db.all('select * from event').length, 1)
  }))

test('another connection sees that something was committed', () =>
  inFolder((folder) => {
    const file = path.join(folder, 'a.sqlite')
    using reader = openDatabase(file)
    using writer = openDatabase(file)
    const before = reader.dataVersion()
    writer.run("insert into event (at_ms, kind, subject_id) values (0, 'k', 'x')")
    assert.notEqual(reader.dataVersion(), before)
  }))
