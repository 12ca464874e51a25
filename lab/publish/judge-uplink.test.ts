import assert from 'node:assert/strict'
import { test } from 'node:test'
import { etaError, etaFaults, leftAtEnd, percentile, publishLimit } from './judge-uplink.ts'

const part = (sentAtMs: number, bytes = 5) => ({ bytes, sentAtMs })

test('left at the end is what was acknowledged later, not what was sent during the match', () => {
  assert.deepEqual(leftAtEnd([part(10), part(100), part(101), part(120, 2)], 100, 5), { bytes: 7, limit: 25 })
})

test('a film may take 2 s and what is left at 1.15 of the pace of the uplink', () => {
  assert.equal(publishLimit(0, 1_000), 2)
  assert.ok(Math.abs(publishLimit(100_000, 10_000) - 13.5) < 1e-9)
})

test('an end that was told is judged by what was left to wait, in the first half after the film', () => {
  const told = [
    { atMs: 0, etaMs: 999_999 }, // during the match
    { atMs: 100, etaMs: 210 },
    { atMs: 150, etaMs: 190 },
    { atMs: 190, etaMs: 300 }, // near the end
  ]
  const error = etaError(told, 100, 200)
  assert.deepEqual(error, { worst: 0.2, count: 2 })
  assert.deepEqual(etaFaults(error), [])
  assert.deepEqual(etaFaults({ worst: 0.21, count: 2 }), ['what was told was wrong by 21 %'])
  assert.equal(etaFaults(etaError([], 100, 200)).length, 1, 'silence is no good answer')
})

test('p95 of a few is the largest', () => {
  assert.deepEqual([percentile([1, 3, 2], 0.95), percentile([1, 2, 3, 4], 0.5)], [3, 2])
})
