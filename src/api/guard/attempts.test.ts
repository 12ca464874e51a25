import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EzrecError } from '../../base/errors.ts'
import { openAttempts } from './attempts.ts'

const start = ({ perMinute = 5, capSeconds = 900 } = {}) => {
  let now = 1_000_000
  const attempts = openAttempts({ perMinute, capSeconds }, () => now)
  /** Seconds to wait, or 0 when it was let in. */
  const wait = (address = '192.0.2.1'): number => {
    try {
      attempts.begin(address)
      return 0
    } catch (error) {
      assert.ok(error instanceof EzrecError && error.code === 'rate_limited')
      return Number(error.facts['retryAfterSeconds'])
    }
  }
  return { attempts, wait, pass: (seconds: number) => void (now += seconds * 1_000) }
}

test('five failures are let in, the sixth waits a minute, the next block twice as long', () => {
  const { wait, pass } = start()
  for (let n = 0; n < 5; n += 1) assert.equal(wait(), 0)
  assert.equal(wait(), 60)
  pass(59)
  assert.equal(wait(), 1)
  pass(1)
  for (let n = 0; n < 5; n += 1) assert.equal(wait(), 0)
  assert.equal(wait(), 120)
})

test('the wait grows to its cap and no further', () => {
  const { wait, pass } = start({ perMinute: 1, capSeconds: 100 })
  const waits = Array.from({ length: 4 }, () => {
    wait()
    const seconds = wait()
    pass(seconds)
    return seconds
  })
  assert.deepEqual(waits, [60, 100, 100, 100])
})

test('failures that lie further apart than a minute never add up', () => {
  const { wait, pass } = start()
  for (let n = 0; n < 50; n += 1) {
    assert.equal(wait(), 0)
    pass(13)
  }
})

test('a good attempt costs nothing', () => {
  const { attempts, wait } = start()
  for (let n = 0; n < 50; n += 1) {
    assert.equal(wait(), 0)
    attempts.forgive('192.0.2.1')
  }
})

test('one address does not hold up another, but all of one IPv6 network are one', () => {
  const { wait } = start({ perMinute: 1 })
  assert.equal(wait('192.0.2.1'), 0)
  assert.equal(wait('192.0.2.2'), 0)
  assert.equal(wait('2001:db8:1:2::1'), 0)
  assert.equal(wait('2001:db8:1:2:ffff::9'), 60)
  assert.equal(wait('2001:db8:1:3::1'), 0)
})

test('an address that kept quiet for long begins anew', () => {
  const { wait, pass } = start({ perMinute: 1, capSeconds: 120 })
  wait()
  assert.equal(wait(), 60)
  pass(60 + 121)
  wait()
  assert.equal(wait(), 60)
})
