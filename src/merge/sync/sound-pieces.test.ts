import assert from 'node:assert/strict'
import { test } from 'node:test'
import { drifting } from '../../../tests/drifting-sound.ts'
import { measureSoundOffset } from './sound-offset.ts'
import { agreedOffset, measurePieces } from './sound-pieces.ts'

const rate = 8_000

test('clocks that run apart smear thirty seconds, and leave the pieces of them what they are', () => {
  const { left, right } = drifting(rate, 30, { offsetMs: 3_210, driftPpm: 300 })
  assert.equal(measureSoundOffset(left, right, { rate, reachMs: 10_000 }).is, 'refused')
  const pieces = measurePieces(left, right, { rate, reachMs: 10_000 })
  assert.ok(pieces.length >= 4, JSON.stringify(pieces))
  for (const { atMs, offsetMs } of pieces) assert.ok(Math.abs(offsetMs - 3_210 - 300e-6 * atMs) < 2, `${offsetMs} at ${atMs}`)
  const told = agreedOffset(pieces)
  assert.ok(told && Math.abs(told.offsetMs - 3_214) < 5, JSON.stringify(told))
})

test('two places that hear different things tell nothing', () => {
  const { left } = drifting(rate, 20, { offsetMs: 0, driftPpm: 0 })
  const { left: other } = drifting(rate, 20, { offsetMs: 0, driftPpm: 0, seed: 99 })
  assert.equal(agreedOffset(measurePieces(left, other, { rate, reachMs: 5_000 })), undefined)
})

test('most of the pieces must agree, and two at least', () => {
  const piece = (offsetMs: number) => ({ atMs: 0, offsetMs, confidence: 3 })
  assert.equal(agreedOffset([]), undefined)
  assert.equal(agreedOffset([piece(7)]), undefined)
  assert.equal(agreedOffset([piece(7), piece(900)]), undefined)
  assert.equal(agreedOffset([piece(7), piece(8), piece(900), piece(-4_000)]), undefined)
  assert.equal(agreedOffset([piece(7), piece(9), piece(900)])?.offsetMs, 8)
})
