import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { nearestFree, nearMs } from './free-slot-policy.ts'

const w = (startsAtMs: number, endsAtMs: number): { startsAtMs: number; endsAtMs: number } => ({ startsAtMs, endsAtMs })

test('the free slot nearest to a taken one has the same length and touches what is in the way', () => {
  assert.deepEqual(nearestFree(w(100, 200), [w(150, 300)], 0), w(50, 150))
  assert.deepEqual(nearestFree(w(100, 200), [w(150, 300)], 60), w(300, 400), 'the past is not free')
  assert.deepEqual(nearestFree(w(100, 200), [w(100, 200)], 0), w(200, 300), 'of two as near, the later')
  assert.deepEqual(nearestFree(w(100, 200), [w(90, 120), w(130, 210), w(250, 400)], 0), w(400, 500), 'no gap between them is long enough')
  assert.deepEqual(nearestFree(w(100, 200), [], 0), w(100, 200))
  assert.equal(nearestFree(w(0, 10), [w(-nearMs, 2 * nearMs)], 0), undefined)
})

test('a slot that is offered is free, to come and no farther than any other', () => {
  const window = fc.tuple(fc.nat(500), fc.integer({ min: 1, max: 80 })).map(([from, length]) => w(from, from + length))
  fc.assert(
    fc.property(window, fc.array(window, { maxLength: 12 }), fc.nat(300), (wanted, taken, nowMs) => {
      const isFree = (start: number): boolean =>
        start >= nowMs && taken.every((each) => each.endsAtMs <= start || each.startsAtMs >= start + wanted.endsAtMs - wanted.startsAtMs)
      const found = nearestFree(wanted, taken, nowMs)
      const off = Array.from({ length: 700 }, (_, n) => n).find((n) => isFree(wanted.startsAtMs + n) || isFree(wanted.startsAtMs - n))
      if (found) {
        assert.ok(isFree(found.startsAtMs))
        assert.equal(Math.abs(found.startsAtMs - wanted.startsAtMs), off)
      } else assert.equal(off, undefined)
    }),
  )
})
