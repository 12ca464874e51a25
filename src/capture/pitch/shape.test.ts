import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { openRasterizer, type Polygon } from './shape.ts'

const rasterize = openRasterizer(64, 48)

function coveredArea(polygons: readonly Polygon[]): number {
  const cover = rasterize(polygons)
  let sum = 0
  for (let n = 0; n < (cover === undefined ? 0 : cover.width * cover.height); n += 1) sum += cover?.alpha[n] ?? 0
  return sum
}

const rectangle = (x0: number, y0: number, x1: number, y1: number): Polygon => [x0, y0, x1, y0, x1, y1, x0, y1]
const coordinate = (most: number) => fc.double({ min: 0, max: most, noNaN: true })

test('a triangle covers its area to a thousandth of a pixel, whichever way it turns', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(coordinate(64), coordinate(48)), { minLength: 3, maxLength: 3 }), (corners) => {
      const [[x0, y0] = [0, 0], [x1, y1] = [0, 0], [x2, y2] = [0, 0]] = corners
      const area = Math.abs((x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)) / 2
      assert.ok(Math.abs(coveredArea([[x0, y0, x1, y1, x2, y2]]) - area) < 0.02, `${coveredArea([[x0, y0, x1, y1, x2, y2]])} of ${area}`)
    }),
  )
})

test('a pixel that is covered by a quarter says so', () => {
  const cover = rasterize([rectangle(10.5, 7.5, 12, 9)])
  assert.deepEqual([cover?.x, cover?.y, cover?.alpha[0], cover?.alpha[1]], [10, 7, 0.25, 0.5])
})

test('what lies outside the picture covers nothing, what sticks out is cut', () => {
  assert.equal(rasterize([rectangle(-20, -20, -5, -5)]), undefined)
  assert.ok(Math.abs(coveredArea([rectangle(-10, -10, 5, 5)]) - 25) < 1e-3)
  assert.ok(Math.abs(coveredArea([rectangle(60, 40, 500, 500)]) - 32) < 1e-3)
})

test('overlapping polygons cover their union once', () => {
  assert.ok(Math.abs(coveredArea([rectangle(0, 0, 10, 10), [5, 5, 5, 15, 15, 15, 15, 5]]) - 175) < 1e-2)
})
