import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { apply, determinant, identity, invert, multiply, scaled, type Matrix3 } from './homography.ts'

const between = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true })

/** As cameras beside each other have them: turned, scaled, moved, a little tilted. */
const rigs: fc.Arbitrary<Matrix3> = fc
  .tuple(between(-1, 1), between(0.5, 2), between(-3000, 3000), between(-500, 500), between(-1e-4, 1e-4), between(-1e-4, 1e-4))
  .map(([turn, scale, x, y, g, h]) => [
    scale * Math.cos(turn),
    -scale * Math.sin(turn),
    x,
    scale * Math.sin(turn),
    scale * Math.cos(turn),
    y,
    g,
    h,
    1,
  ])

const points = fc.record({ x: between(0, 1920), y: between(0, 1080) })

/** A point on a mapping's horizon goes nowhere. */
const isFar = ([, , , , , , g, h, i]: Matrix3, { x, y }: { x: number; y: number }): boolean => Math.abs(g * x + h * y + i) < 0.2

test('what the inverse takes back is where it was', () => {
  fc.assert(
    fc.property(rigs, points, (matrix, point) => {
      fc.pre(!isFar(matrix, point))
      const there = apply(matrix, point)
      const back = apply(invert(matrix), there)
      assert.ok(Math.hypot(back.x - point.x, back.y - point.y) < 1e-5, JSON.stringify({ there, back }))
    }),
  )
})

test('a product does its second factor first', () => {
  fc.assert(
    fc.property(rigs, rigs, points, (a, b, point) => {
      const between = apply(b, point)
      fc.pre(!isFar(b, point) && !isFar(a, between))
      const [once, twice] = [apply(multiply(a, b), point), apply(a, between)]
      assert.ok(Math.hypot(once.x - twice.x, once.y - twice.y) < 1e-6 * (1 + Math.hypot(twice.x, twice.y)))
    }),
  )
})

test('the determinant is that of a known matrix, of a product the product, of the identity one', () => {
  assert.equal(determinant([2, 0, 1, 1, 3, 2, 1, 1, 1]), 2 * (3 - 2) - 0 + 1 * (1 - 3))
  assert.equal(determinant(identity), 1)
  fc.assert(
    fc.property(rigs, rigs, (a, b) => {
      const [whole, parts] = [determinant(multiply(a, b)), determinant(a) * determinant(b)]
      assert.ok(Math.abs(whole - parts) < 1e-6 * (1 + Math.abs(parts)))
    }),
  )
})

test('a matrix that squeezes the plane into a line has no inverse, nor has one that is not finite', () => {
  for (const matrix of [
    [1, 2, 3, 2, 4, 6, 0, 0, 1],
    [0, 0, 0, 0, 0, 0, 0, 0, 0],
    [1, 0, 0, 0, Number.NaN, 0, 0, 0, 1],
  ] satisfies Matrix3[])
    assert.throws(() => invert(matrix), { code: 'invalid' })
})

test('a scaled matrix maps as before and ends with 1; one that ends with 0 stays', () => {
  assert.deepEqual(scaled([2, 4, 6, 8, 10, 12, 0, 0, 2]), [1, 2, 3, 4, 5, 6, 0, 0, 1])
  assert.deepEqual(scaled([2, 4, 6, 8, 10, 12, 1, 0, 0]), [2, 4, 6, 8, 10, 12, 1, 0, 0])
})
