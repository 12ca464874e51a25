import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { copiesOf, copyDatabase, judgeDatabase, putAside } from './database-file.ts'
import { openDatabase } from './sqlite.ts'

const note = (file: string, kind: string): void => {
  using db = openDatabase(file)
  db.run("insert into event (at_ms, kind, subject_id) values (0, ?, 'x')", kind)
}
const kindsIn = (file: string): unknown[] => {
  using db = openDatabase(file)
  return db.all('select kind from event order by id').map((row) => row['kind'])
}
const spoil = (file: string): void => {
  const bytes = readFileSync(file)
  for (let at = 4_096; at < bytes.length; at += 8_192) bytes.fill(0xa5, at, at + 4_096)
  writeFileSync(file, bytes)
}

test('a database is sound, damaged in its pages, no database at all, or gone', async () => {
  using folder = temporaryFolder()
  const file = folder.file('a.sqlite')
  assert.deepEqual(await judgeDatabase(file), { is: 'gone' })
  writeFileSync(file, '')
  assert.deepEqual(await judgeDatabase(file), { is: 'gone' })
  new DatabaseSync(file).close()
  assert.deepEqual(await judgeDatabase(file), { is: 'gone' })
  note(file, 'one')
  assert.deepEqual(await judgeDatabase(file), { is: 'sound' })
  spoil(file)
  assert.equal((await judgeDatabase(file)).is, 'damaged')
  writeFileSync(file, Buffer.alloc(8_192, 7))
  assert.equal((await judgeDatabase(file)).is, 'damaged')
})

test('a locked database is no damaged one', async () => {
  using folder = temporaryFolder()
  const file = folder.file('a.sqlite')
  note(file, 'one')
  using holder = new DatabaseSync(file)
  holder.exec('pragma locking_mode = exclusive; begin exclusive')
  await assert.rejects(judgeDatabase(file), { errcode: 5 })
})

test('two copies are kept, each whole in one file, of what was committed while it was open', async () => {
  using folder = temporaryFolder()
  const file = folder.file('a.sqlite')
  using writer = openDatabase(file)
  for (const kind of ['one', 'two', 'three']) {
    writer.run("insert into event (at_ms, kind, subject_id) values (0, ?, 'x')", kind)
    assert.ok('bytes' in (await copyDatabase(file)))
  }
  assert.deepEqual(
    readdirSync(folder.path)
      .filter((name) => name.includes('cop'))
      .toSorted(),
    ['a.sqlite.copy', 'a.sqlite.copy-before'],
  )
  const [newest = '', before = ''] = copiesOf(file)
  assert.deepEqual(
    [kindsIn(newest), kindsIn(before)],
    [
      ['one', 'two', 'three'],
      ['one', 'two'],
    ],
  )
})

test('a damaged database is not copied over a good copy', async () => {
  using folder = temporaryFolder()
  const file = folder.file('a.sqlite')
  note(file, 'one')
  await copyDatabase(file)
  spoil(file)
  assert.ok('fault' in (await copyDatabase(file)))
  assert.deepEqual(kindsIn(copiesOf(file)[0] ?? ''), ['one'])
  assert.equal(existsSync(`${file}.copying`), false)
})

test('a damaged database is put aside with its log, under the instant, also when only the log is left', async () => {
  using folder = temporaryFolder()
  const file = folder.file('a.sqlite')
  for (const end of ['', '-wal', '-shm']) writeFileSync(file + end, end)
  assert.equal(await putAside(file, Date.UTC(2026, 4, 2, 18)), `${file}.damaged-2026-05-02T18-00-00-000Z`)
  const name = 'a.sqlite.damaged-2026-05-02T18-00-00-000Z'
  assert.deepEqual(readdirSync(folder.path).toSorted(), [name, `${name}-shm`, `${name}-wal`])
  rmSync(folder.file(name))
  assert.equal(await putAside(file, 0), undefined)
})
