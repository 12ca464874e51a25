import assert from 'node:assert/strict'
import { test } from 'node:test'
import { timesOf } from './load.ts'

test('of a hundred answers the slowest is the hundredth, and refused ones are counted and timed', () => {
  const all = Array.from({ length: 100 }, (_, n) => ({ path: n % 2 === 0 ? '/a' : '/b', ms: n + 1, isGood: n !== 7 }))
  const { requests, refused, p50Ms, p95Ms, p99Ms, longestMs, byPath } = timesOf(all)
  assert.deepEqual([requests, refused, p50Ms, p95Ms, p99Ms, longestMs], [100, 1, 51, 96, 100, 100])
  assert.deepEqual([byPath['/a']?.requests, byPath['/b']?.p99Ms], [50, 100])
})
