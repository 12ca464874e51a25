// kill -9 at every write, sync, cut and removal of a database file while it is brought up to date: the old version or the new one, never
// something between them, and the next start goes on from there.

import assert from 'node:assert/strict'
import { copyFileSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { openDatabase } from '../../src/adapters/sqlite.ts'
import { repositoryFolder } from '../../bin/cli.ts'
import { runChild } from '../../src/base/process.ts'
import { cannotTrace } from '../machine.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const program = path.join(import.meta.dirname, '..', 'programs', 'opens-a-database.ts')
const migrations = path.join(repositoryFolder, 'src', 'adapters', 'migrations')
const newest = readdirSync(migrations).filter((name) => name.endsWith('.sql')).length

/** What SQLite does to its files. */
const strokes = ['pwrite64', 'fsync', 'fdatasync', 'ftruncate', 'unlink'] as const

/** Opens it in a process that is killed when it is about to do its `n`-th stroke of this kind; false when it does not do so many. */
async function killedAt(file: string, stroke: string, n: number): Promise<boolean> {
  const files = ['', '-wal', '-journal'].flatMap((end) => ['-P', `${file}${end}`])
  const strace = ['-f', '-qq', '-o', '/dev/null', ...files, '-e', `trace=${stroke}`]
  const { code, stderr } = await runChild(
    'strace',
    [
      ...strace,
      '-e',
      `inject=${stroke}:signal=SIGKILL:when=${n}`,
      process.execPath,
      '--disable-warning=ExperimentalWarning',
      program,
      file,
    ],
    { timeoutMs: 60_000 },
  )
  if (code === 0) return false
  assert.equal(stderr, '', 'it was killed and did not fail')
  return true
}

function makeFirstVersion(file: string): void {
  const db = new DatabaseSync(file)
  db.exec('pragma journal_mode = wal')
  db.exec(readFileSync(path.join(migrations, '0001-initial.sql'), 'utf8'))
  db.exec("insert into booking values ('b', null, 'u', 'rig', null, 1, 2, null, null, 0, 0)")
  db.exec('pragma user_version = 1')
  db.close()
}

type Found = { readonly version: number; readonly schema: string }

/** What a start finds. */
function look(file: string): Found {
  const db = new DatabaseSync(file)
  try {
    assert.deepEqual({ ...db.prepare('pragma integrity_check').get() }, { integrity_check: 'ok' })
    const version = Number(db.prepare('pragma user_version').get()?.['user_version'])
    return { version, schema: JSON.stringify(db.prepare('select type, name, sql from sqlite_schema order by type, name').all()) }
  } finally {
    db.close()
  }
}

test(
  'a home of the first version is cut short at every stroke of its migration: it is old or new, and the next start migrates',
  { skip: cannotTrace },
  async () => {
    using folder = temporaryFolder()
    const [first, file] = [folder.file('first.sqlite'), folder.file('a.sqlite')]
    makeFirstVersion(first)
    copyFileSync(first, file)
    const old = look(first)
    openDatabase(file).close()
    const migrated = look(file)
    assert.deepEqual([old.version, migrated.version], [1, newest])
    const found = { old: 0, new: 0 }
    for (const stroke of strokes)
      for (let n = 1; ; n += 1) {
        for (const end of ['', '-wal', '-shm', '-journal']) rmSync(`${file}${end}`, { force: true })
        copyFileSync(first, file)
        if (!(await killedAt(file, stroke, n))) break
        const left = look(file)
        assert.deepEqual(left, left.version === 1 ? old : migrated, `${stroke} ${n}`)
        found[left.version === 1 ? 'old' : 'new'] += 1
        using db = openDatabase(file)
        assert.equal(db.get('select user_id from booking')?.['user_id'], 'u')
        assert.deepEqual(look(file), migrated, `after the next start, ${stroke} ${n}`)
      }
    assert.ok(found.old > 0 && found.new > 0, `killed on both sides of the commit: ${JSON.stringify(found)}`)
  },
)

test('a new home that is killed while it is made is empty or whole, and the next start makes it', { skip: cannotTrace }, async () => {
  using folder = temporaryFolder()
  const whole = folder.file('whole.sqlite')
  openDatabase(whole).close()
  const made = look(whole)
  for (let n = 1; ; n += 13) {
    const file = folder.file(`${n}.sqlite`)
    if (!(await killedAt(file, 'pwrite64', n))) break
    const left = look(file)
    assert.deepEqual(left, left.version === 0 ? { version: 0, schema: '[]' } : made, `write ${n}`)
    openDatabase(file).close()
    assert.deepEqual(look(file), made)
  }
})
