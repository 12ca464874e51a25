import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Calibration } from '../calibration.ts'
import type { Matrix3 } from '../homography.ts'
import { overlapShareOf, spreadOf } from './overlap.ts'
import { shapeOf, type Shape } from '../shape.ts'
import type { PairSize } from './two-view.ts'

const sizes: PairSize = { left: { width: 1000, height: 500 }, right: { width: 1000, height: 500 } }
const view = (homography: Matrix3) => ({ homography, k1: 0, k2: 0 })
const shift = (x: number, y = 0): Matrix3 => [1, 0, x, 0, 1, y, 0, 0, 1]

test('the overlap is what the right camera shows of the left picture', () => {
  for (const [x, share] of [
    [750, 0.25],
    [500, 0.5],
    [0, 1],
    [1200, 0],
  ] as const)
    assert.ok(Math.abs(overlapShareOf(view(shift(x)), sizes) - share) < 0.02, `${x}`)
})

test('the spread is the share of the overlap with a place in it', () => {
  const everywhere = Array.from({ length: 36 }, (_, n) => ({ left: { x: 770 + (n % 6) * 41, y: 40 + Math.floor(n / 6) * 83 } }))
  assert.equal(spreadOf(everywhere, view(shift(750)), sizes), 1)
  assert.ok(spreadOf(everywhere.slice(0, 6), view(shift(750)), sizes) < 0.2)
  assert.equal(spreadOf([], view(shift(750)), sizes), 0)
})

test('what becomes of the right picture is seen by its cells', () => {
  const shapes: readonly (readonly [Matrix3, Shape])[] = [
    [shift(700, 10), 'sound'],
    [[0.9, -0.1, 720, 0.1, 0.95, -20, 1e-4, 2e-5, 1], 'sound'],
    [[-1, 0, 1700, 0, -1, 500, 0, 0, 1], 'sound'], // upside down is no fault of the geometry
    [[-1, 0, 1700, 0, 1, 0, 0, 0, 1], 'mirrored'],
    [shift(-700), 'swapped'],
    [[1, 0, 700, 0, 1, 0, -1.5e-3, 0, 1], 'folded'],
    [[0.05, 0, 700, 0, 0.05, 0, 0, 0, 1], 'folded'],
  ]
  for (const [homography, shape] of shapes) {
    const calibration: Calibration = { version: 1, ...sizes, homography }
    assert.equal(shapeOf(calibration), shape, homography.join(' '))
  }
})
