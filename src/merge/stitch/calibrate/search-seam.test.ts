import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { searchSeam, seamStep, type Disagreement } from './search-seam.ts'

const columns = 120
const rows = 60

/** Both see columns 40 to 99. */
const field = (differs: (column: number, row: number) => number): Disagreement => ({
  columns,
  rows,
  cost: Float32Array.from({ length: columns * rows }, (_, n) => {
    const column = n % columns
    return column < 40 || column > 99 ? Number.POSITIVE_INFINITY : differs(column, Math.floor(n / columns))
  }),
})

test('where all agrees the seam runs down the middle and the blend is as wide as the overlap', () => {
  const seam = searchSeam(field(() => 1))
  assert.ok(seam)
  for (const { x } of seam.points) assert.ok(Math.abs(x - 70 * seamStep) <= 2 * seamStep, `${x}`)
  assert.ok(seam.featherPx > 50 * seamStep && seam.featherPx <= 60 * seamStep, `${seam.featherPx}`)
  assert.equal(seam.points[0]?.y, 0)
  assert.equal(seam.points.at(-1)?.y, rows * seamStep)
})

test('the seam goes around what stands near, and the blend stays clear of it', () => {
  const stands = (column: number, row: number): boolean => column > 55 && column < 85 && row > 20 && row < 45
  const seam = searchSeam(field((column, row) => (stands(column, row) ? 40 : 1)))
  assert.ok(seam)
  for (const { x, y } of seam.points) assert.ok(!stands(x / seamStep, y / seamStep), `through it at ${x},${y}`)
  assert.ok(seam.featherPx < 25 * seamStep, `${seam.featherPx}`)
})

test('pictures that do not meet have no seam', () =>
  assert.equal(searchSeam({ columns, rows, cost: new Float32Array(columns * rows).fill(Number.POSITIVE_INFINITY) }), undefined))

test('the seam never leaves what both see, whatever differs there', () =>
  fc.assert(
    fc.property(fc.array(fc.nat(60), { minLength: 37, maxLength: 37 }), (noise) => {
      const seam = searchSeam(field((column, row) => noise[(column * 7 + row * 11) % 37] ?? 0))
      assert.ok(seam && seam.points.length <= 256)
      for (const { x } of seam.points) assert.ok(x >= 40 * seamStep && x <= 100 * seamStep, `${x}`)
      assert.ok(seam.featherPx >= 0 && seam.featherPx <= 60 * seamStep)
    }),
    { numRuns: 50 },
  ))
