import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Window } from './booking.ts'
import { nearestFreeSlot } from './free-slot.ts'

const window = (startsAtMs: number, endsAtMs: number): Window => ({ startsAtMs, endsAtMs })
const day = { fromMs: 0, toMs: 1_000 }

test('the free slot is the nearest that is as long, before or after', () => {
  assert.deepEqual(nearestFreeSlot(window(100, 200), [window(150, 300)], day), window(50, 150))
  assert.deepEqual(nearestFreeSlot(window(100, 200), [window(90, 150)], day), window(150, 250))
  assert.deepEqual(nearestFreeSlot(window(100, 200), [window(90, 150), window(200, 260)], day), window(260, 360), 'the hole is too short')
  assert.deepEqual(nearestFreeSlot(window(100, 200), [window(50, 150)], { fromMs: 100, toMs: 1_000 }), window(150, 250), 'not in the past')
  assert.equal(nearestFreeSlot(window(100, 200), [window(0, 950)], day), undefined)
})

test('what is offered is free, as long as what was asked for, and no other free start is nearer', () => {
  const span = fc
    .record({ from: fc.nat(100), length: fc.integer({ min: 1, max: 30 }) })
    .map(({ from, length }) => window(from, from + length))
  fc.assert(
    fc.property(span, fc.array(span, { maxLength: 8 }), (wanted, taken) => {
      const limits = { fromMs: 10, toMs: 90 }
      const lengthMs = wanted.endsAtMs - wanted.startsAtMs
      const starts = Array.from({ length: 81 }, (_, n) => 10 + n).filter(
        (at) => at + lengthMs <= 90 && taken.every((one) => one.endsAtMs <= at || one.startsAtMs >= at + lengthMs),
      )
      const found = nearestFreeSlot(wanted, taken, limits)
      if (!found) return assert.deepEqual(starts, [])
      assert.equal(found.endsAtMs - found.startsAtMs, lengthMs)
      assert.ok(starts.includes(found.startsAtMs))
      const nearest = Math.min(...starts.map((at) => Math.abs(at - wanted.startsAtMs)))
      return assert.equal(Math.abs(found.startsAtMs - wanted.startsAtMs), nearest)
    }),
    { numRuns: 500 },
  )
})
