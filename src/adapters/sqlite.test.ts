import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
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

test('a home of the first version is brought up to date, and its recordings stand upright', () =>
  inFolder((folder) => {
    const file = path.join(folder, 'a.sqlite')
    const raw = new DatabaseSync(file)
    raw.exec(readFileSync(path.join(import.meta.dirname, 'migrations', '0001-initial.sql'), 'utf8'))
    raw.exec("insert into booking values ('b', null, 'u', 'rig', null, 1, 2, null, null, 0, 0)")
    raw.exec(
      "insert into recording (id, booking_id, rig_id, folder, starts_at_ms, ends_at_ms, fps, camera_width, camera_height, layout, opened_at_ms) values ('r', 'b', 'rig', 'f', 1, 2, 25, 1280, 720, 'side-by-side', 0)",
    )
    raw.exec('pragma user_version = 1')
    raw.close()
    using db = openDatabase(file)
    assert.deepEqual(
      { ...db.get('select camera_width, left_rotation, right_rotation from recording') },
      {
        camera_width: 1280,
        left_rotation: 0,
        right_rotation: 0,
      },
    )
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

test('what is deleted or written over stands nowhere in the file any more', () =>
  inFolder((folder) => {
    const file = path.join(folder, 'a.sqlite')
    using db = openDatabase(file)
    const word = 'a name that goes'
    for (const n of [1, 2, 3]) db.run('insert into outbox (at_ms, kind, payload) values (?, ?, ?)', n, 'k', `${word} `.repeat(n * 200))
    db.get('pragma wal_checkpoint(truncate)')
    assert.ok(readFileSync(file).includes(word))
    db.run('delete from outbox where at_ms > 1')
    db.run("update outbox set payload = 'x'")
    db.get('pragma wal_checkpoint(truncate)')
    assert.equal(readFileSync(file).includes(word), false)
  }))
