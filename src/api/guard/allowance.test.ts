import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { openAllowance } from './allowance.ts'

const start = (perMinute: number) => {
  let now = 1_000_000
  const { take } = openAllowance(perMinute, () => now)
  return { take, pass: (ms: number) => void (now += ms) }
}

test('a minute of it may come at once, then one as soon as its share of a minute has passed', () => {
  const { take, pass } = start(60)
  for (let n = 0; n < 60; n += 1) assert.equal(take('a'), 0)
  assert.equal(take('a'), 1_000)
  pass(400)
  assert.equal(take('a'), 600, 'a refusal costs nothing')
  pass(600)
  assert.equal(take('a'), 0)
  assert.equal(take('a'), 1_000)
})

test('each name has its own, and a long rest saves up no more than a minute', () => {
  const { take, pass } = start(2)
  assert.deepEqual([take('a'), take('a'), take('b')], [0, 0, 0])
  assert.equal(take('a'), 30_000)
  pass(3_600_000)
  assert.deepEqual([take('a'), take('a'), take('a')], [0, 0, 30_000])
})

test('whenever somebody asks, in no span is more granted than a minute’s worth and what the span allows; who waits as long as told is let in', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 400 }), (perMinute, pauses) => {
      const { take, pass } = start(perMinute)
      let [granted, spanMs] = [0, 0]
      for (const pause of pauses) {
        pass(pause)
        spanMs += pause
        if (take('a') === 0) granted += 1
      }
      assert.ok(granted <= perMinute + (spanMs * perMinute) / 60_000 + 1e-6)
      let waitMs = 0
      for (let n = 0; waitMs === 0 && n <= perMinute; n += 1) waitMs = take('a')
      assert.ok(waitMs > 0)
      pass(Math.ceil(waitMs))
      assert.equal(take('a'), 0)
    }),
  )
})

test('a clock that moves on between two looks at it costs nobody anything', () => {
  let now = 1_000_000
  const { take } = openAllowance(60, () => (now += 3_600_000))
  assert.deepEqual([take('a'), take('b'), take('a')], [0, 0, 0])
})
