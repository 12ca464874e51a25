import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, before, suite, test } from 'node:test'
import { openDatabase, type Database } from '../../adapters/sqlite.ts'
import { addAccount, removeAccount, type Account } from './account-store.ts'
import { absoluteMs, closeSession, idleMs, openSession, sessionAccount } from './session-store.ts'

suite('a session', () => {
  let folder: string
  let db: Database
  let anna: Account
  const startMs = 1_800_000_000_000
  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'ezrec-session-'))
    db = openDatabase(path.join(folder, 'box.sqlite'))
    anna = addAccount(db, { name: 'anna', role: 'admin', passwordHash: 'x' }, startMs)
  })
  after(() => {
    db.close()
    rmSync(folder, { recursive: true })
  })

  const nameAt = (token: string, nowMs: number): string | undefined => sessionAccount(db, token, nowMs)?.name

  test('lasts while it is used, and ends after half an hour without', () => {
    const token = openSession(db, anna.id, startMs)
    assert.equal(nameAt(token, startMs + idleMs), 'anna')
    assert.equal(nameAt(token, startMs + 2 * idleMs), 'anna', 'the last use counts')
    assert.equal(nameAt(token, startMs + 3 * idleMs + 1), undefined)
  })

  test('ends after twelve hours, however busy', () => {
    const token = openSession(db, anna.id, startMs)
    for (let ms = startMs; ms <= startMs + absoluteMs; ms += idleMs / 2) assert.equal(nameAt(token, ms), 'anna')
    assert.equal(nameAt(token, startMs + absoluteMs + 1), undefined)
  })

  test('ends by signing out, and with its account', () => {
    const [one, two] = [openSession(db, anna.id, startMs), openSession(db, anna.id, startMs)]
    closeSession(db, one)
    assert.equal(nameAt(one, startMs), undefined)
    assert.equal(nameAt(two, startMs), 'anna')
    const bo = addAccount(db, { name: 'bo', role: 'viewer', passwordHash: 'x' }, startMs)
    const three = openSession(db, bo.id, startMs)
    removeAccount(db, 'bo', startMs)
    assert.equal(nameAt(three, startMs), undefined)
  })

  test('is known by a token that stands nowhere in the database', () => {
    const token = openSession(db, anna.id, startMs)
    db.run('pragma wal_checkpoint(truncate)')
    assert.ok(!readFileSync(path.join(folder, 'box.sqlite')).toString('latin1').includes(token))
    for (const text of ['', token.slice(1), `${token}A`, "' or 1=1"]) assert.equal(nameAt(text, startMs), undefined)
  })
})
