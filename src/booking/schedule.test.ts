import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { planAt, type PlannedWindow } from './schedule.ts'

const margins = { leadInMs: 10_000, tailMs: 5_000 }
const window = (bookingId: string, startsAtMs: number, endsAtMs: number): PlannedWindow => ({ bookingId, startsAtMs, endsAtMs })

const someDay = fc.array(fc.record({ from: fc.integer({ min: 0, max: 500_000 }), length: fc.integer({ min: 1, max: 100_000 }) }), {
  maxLength: 8,
})
const asWindows = (day: readonly { from: number; length: number }[]): PlannedWindow[] =>
  day.map(({ from, length }, n) => window(`b${n}`, from, from + length))

test('back-to-back bookings keep one capture running over the seam', () => {
  const day = [window('a', 100_000, 200_000), window('b', 200_000, 300_000)]
  for (let at = 90_000; at < 305_000; at += 250) assert.equal(planAt(at, day, margins).capturing, true, `at ${at}`)
  assert.deepEqual(planAt(192_000, day, margins).open, ['a', 'b'])
})

test('capture begins at the lead-in, not before, and its end is not part of it', () => {
  const day = [window('a', 100_000, 200_000)]
  assert.deepEqual(planAt(89_999, day, margins), { open: [], capturing: false, changesAtMs: 90_000 })
  assert.deepEqual(planAt(90_000, day, margins), { open: ['a'], capturing: true, changesAtMs: 205_000 })
  assert.deepEqual(planAt(204_999, day, margins).open, ['a'])
  assert.deepEqual(planAt(205_000, day, margins), { open: [], capturing: false, changesAtMs: undefined })
})

test('nothing changes between now and changesAtMs, on any day', () => {
  fc.assert(
    fc.property(someDay, fc.integer({ min: -20_000, max: 650_000 }), fc.double({ min: 0, max: 0.9999, noNaN: true }), (day, at, share) => {
      const windows = asWindows(day)
      const plan = planAt(at, windows, margins)
      const until = plan.changesAtMs ?? at + 1_000_000
      assert.ok(until > at)
      const later = planAt(at + Math.floor((until - at) * share), windows, margins)
      assert.deepEqual(later.open, plan.open)
      assert.equal(later.capturing, plan.capturing)
    }),
  )
})

test('every instant of every booking is captured, on any day', () => {
  fc.assert(
    fc.property(someDay, (day) => {
      const windows = asWindows(day)
      for (const { bookingId, startsAtMs, endsAtMs } of windows)
        for (const at of [startsAtMs, (startsAtMs + endsAtMs) / 2, endsAtMs - 1])
          assert.ok(planAt(at, windows, margins).open.includes(bookingId))
    }),
  )
})

test('open windows are named earliest first', () => {
  assert.deepEqual(planAt(150_000, [window('late', 140_000, 200_000), window('early', 100_000, 200_000)], margins).open, ['early', 'late'])
})
