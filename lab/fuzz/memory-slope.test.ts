import assert from 'node:assert/strict'
import { test } from 'node:test'
import { residentBytes, slopeOfSecondHalf } from './memory-slope.ts'

const samples = (bytesAt: (requests: number) => number) =>
  Array.from({ length: 101 }, (_, n) => ({ requests: n * 100, bytes: bytesAt(n * 100) }))

test('a process that fills its caches in the first half and then stands still does not grow', () => {
  assert.equal(slopeOfSecondHalf(samples((requests) => Math.min(requests, 5_000) * 1_000)), 0)
})

test('a leak is seen through the saw teeth of a collector', () => {
  const slope = slopeOfSecondHalf(samples((requests) => requests * 512 + (requests % 1_000) * 2_000))
  assert.ok(Math.abs(slope - 512) < 100, String(slope))
})

test('of three samples at least a line is drawn, and a process has a size', () => {
  assert.ok(Number.isNaN(slopeOfSecondHalf([{ requests: 1, bytes: 1 }])))
  assert.ok(residentBytes(process.pid) > 10_000_000)
})
