import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openDatabase } from '../../adapters/sqlite.ts'
import { addAudit, addSessionOpened, addSessionRefused, hasSignedIn, listAudit, type Audited } from './audit.ts'

const newest = { beforeId: Number.MAX_SAFE_INTEGER, limit: 500 }
const day = 86_400_000

test('rows go after two years, and of each kind the newest ten thousand stay', () => {
  using db = openDatabase(':memory:')
  const add = (what: Audited['what'], atMs: number): void => addAudit(db, { atMs, who: 'a', what, subjectId: null, facts: {} })
  const count = (what: string): unknown => db.get('select count(*) as n from audit where what = ?', what)?.['n']
  add('key.made', 1)
  add('key.made', 5 * day)
  db.run(
    `insert into audit (at_ms, who, what) with recursive n (i) as (select 1 union all select i + 1 from n where i < 10500)
     select ${6 * day} + i, 'a', 'session.opened' from n`,
  )
  add('session.opened', 7 * day)
  assert.deepEqual([count('session.opened'), count('key.made')], [10_000, 2], 'no kind pushes out another one')
  assert.equal(listAudit(db, newest)[0]?.atMs, 7 * day)
  add('film.held', 1 + 2 * 365 * day + 1)
  assert.equal(count('key.made'), 1)
})

test('refusals are counted by address, account and minute; beyond ten rows a minute all others are one', () => {
  using db = openDatabase(':memory:')
  const refuse = (atMs: number, address: string, accountId: string | null = null): void =>
    addSessionRefused(db, { atMs, address, accountId })
  const told = (): unknown[] => listAudit(db, newest).map(({ subjectId, facts }) => [facts['address'], subjectId, facts['times']])
  for (const address of ['192.0.2.1', '192.0.2.1', '2001:db8::1', '2001:db8::2']) refuse(60_000, address)
  refuse(119_999, '192.0.2.1', 'anna')
  refuse(119_999, '192.0.2.1', 'anna')
  assert.deepEqual(told().toReversed(), [
    ['192.0.2.1', null, 2],
    ['2001:db8:0:0', null, 2],
    ['192.0.2.1', 'anna', 2],
  ])
  for (let n = 0; n < 1_000; n += 1) refuse(119_999, `198.51.${n % 250}.${n % 7}`)
  assert.equal(told().length, 11)
  assert.equal(
    listAudit(db, newest).reduce((sum, { facts }) => sum + Number(facts['times']), 0),
    1_006,
    'none is lost',
  )
  refuse(120_000, '192.0.2.1')
  assert.deepEqual(told()[0], ['192.0.2.1', null, 1], 'another minute')
})

test('somebody is known where that one signed in within ninety days: there, and by nobody else', () => {
  using db = openDatabase(':memory:')
  addSessionOpened(db, { atMs: day, who: 'anna', address: '2001:db8:0:1::5' })
  const knows = (who: string, address: string, nowMs = 2 * day): boolean => hasSignedIn(db, { nowMs, who, address })
  assert.deepEqual(
    [knows('anna', '2001:db8:0:1::9'), knows('anna', '2001:db8:0:2::5'), knows('ben', '2001:db8:0:1::5')],
    [true, false, false],
  )
  assert.deepEqual([knows('anna', '2001:db8:0:1::5', 90 * day), knows('anna', '2001:db8:0:1::5', 91 * day)], [true, false])
})
