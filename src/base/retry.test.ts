import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { backoffMs } from './retry.ts'

test('a wait is never negative, never past the cap, and grows with the attempt', () => {
  fc.assert(
    fc.property(
      fc.nat(1000),
      fc.integer({ min: 1, max: 60_000 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (attempt, baseMs, luck) => {
        const wait = backoffMs(attempt, { baseMs, capMs: 120_000 }, () => luck)
        assert.ok(wait >= 0 && wait <= 120_000)
        assert.ok(wait <= backoffMs(attempt + 1, { baseMs, capMs: 120_000 }, () => luck))
      },
    ),
  )
})

test('the first retry waits at most the base', () => {
  assert.equal(
    backoffMs(0, { baseMs: 500, capMs: 9_000 }, () => 0.5),
    250,
  )
})
