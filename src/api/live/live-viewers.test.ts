import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openDatabase } from '../../adapters/sqlite.ts'
import { silentLogger } from '../../base/logger.ts'
import { lastViewerMs } from '../../publish/uplink/uplink-store.ts'
import { fakeClock } from '../../../tests/fake-clock.ts'
import { isNear, openLiveViewers } from './live-viewers.ts'

test('who watches in the venue network uses no uplink, who watches from afar does', () => {
  for (const address of [
    '127.0.0.1',
    '::1',
    '192.168.1.20',
    '10.3.0.1',
    '172.31.255.1',
    '::ffff:192.168.1.20',
    'fe80::1',
    'fd00::7',
    'nonsense',
  ])
    assert.equal(isNear(address), true, address)
  for (const address of ['203.0.113.9', '172.32.0.1', '::ffff:203.0.113.9', '2001:db8::1', '100.64.0.9'])
    assert.equal(isNear(address), false, address)
})

test('a viewer from afar is noted once in a while, one that is near never; a database that is gone stops no answer', () => {
  const db = openDatabase(':memory:')
  const clock = fakeClock(1_000_000)
  const viewers = openLiveViewers({ db, clock, logger: silentLogger() })
  viewers.note('192.168.1.20')
  assert.equal(lastViewerMs(db), undefined)
  viewers.note('203.0.113.9')
  assert.equal(lastViewerMs(db), 1_000_000)
  clock.advance(1_000)
  viewers.note('203.0.113.9')
  assert.equal(lastViewerMs(db), 1_000_000)
  clock.advance(5_000)
  viewers.note('203.0.113.9')
  assert.equal(lastViewerMs(db), 1_006_000)
  db.close()
  clock.advance(6_000)
  viewers.note('203.0.113.9')
})
