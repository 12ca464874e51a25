import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { canvasWindowOf, largestRectangle } from './canvas-window.ts'
import type { Calibration } from './calibration.ts'
import { invert, multiply, type Matrix3 } from './homography.ts'
import { warpMapsOf } from './warp-map.ts'

const beside: Calibration = {
  version: 1,
  left: { width: 1280, height: 720 },
  right: { width: 1280, height: 720 },
  homography: [1, 0, 960, 0, 1, 20, 0, 0, 1],
}

test('two pictures beside each other fill what both reach', () => {
  const { x, y, width, height } = canvasWindowOf(beside)
  assert.deepEqual({ x, y }, { x: 0, y: 20 })
  assert.ok(width > 2240 - 12 && width <= 2240, `${width}`)
  assert.ok(height > 700 - 12 && height <= 700, `${height}`)
})

test('no pixel of the window is without a picture, also on a cylinder and through lenses that bend', () => {
  const lens = { focalPx: 900, centreX: 639.5, centreY: 359.5, k1: -0.2, k2: 0.03 }
  // Two cameras that look 0.35 to the left and to the right of the middle, which is the cylinder's.
  const camera: Matrix3 = [900, 0, 639.5, 0, 900, 359.5, 0, 0, 1]
  const turned = (angle: number): Matrix3 => [Math.cos(angle), 0, Math.sin(angle), 0, 1, 0, -Math.sin(angle), 0, Math.cos(angle)]
  const calibration: Calibration = {
    ...beside,
    homography: multiply(camera, multiply(turned(0.7), invert(camera))),
    lens: { left: lens, right: lens },
    projection: { kind: 'cylindrical', focalPx: 900, reference: multiply(camera, turned(0.35)) },
  }
  const window = canvasWindowOf(calibration)
  const maps = warpMapsOf(calibration, window)
  for (let y = 0; y < window.height; y += 13)
    for (let x = 0; x < window.width; x += 17)
      assert.ok(maps.left(x, y) ?? maps.right(x, y), `a hole at ${x},${y} of ${JSON.stringify(window)}`)
  assert.ok(window.width > 1400, JSON.stringify(window))
})

test('the largest rectangle is filled, and no larger one is', () => {
  const grid = fc.array(fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }), { minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(grid, (filled) => {
      const isFilled = (column: number, row: number): boolean => filled[row]?.[column] === true
      const all = (column: number, row: number, columns: number, rows: number): boolean =>
        Array.from({ length: columns * rows }, (_, n) => isFilled(column + (n % columns), row + Math.floor(n / columns))).every(Boolean)
      const found = largestRectangle(6, filled.length, isFilled)
      assert.ok(found.columns * found.rows === 0 || all(found.column, found.row, found.columns, found.rows))
      for (let row = 0; row < filled.length; row += 1)
        for (let column = 0; column < 6; column += 1)
          for (let rows = 1; row + rows <= filled.length; rows += 1)
            for (let columns = 1; column + columns <= 6; columns += 1)
              assert.ok(columns * rows <= found.columns * found.rows || !all(column, row, columns, rows))
    }),
  )
})

test('pictures that do not meet are refused', () => {
  assert.throws(() => canvasWindowOf({ ...beside, homography: [1e-4, 0, 0, 0, 1e-4, 9000, 0, 0, 1], left: { width: 48, height: 48 } }), {
    code: 'invalid',
  })
})
