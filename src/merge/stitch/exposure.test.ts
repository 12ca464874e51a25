import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { textureAt } from '../../../tests/textured-views.ts'
import { pictureBytes } from '../picture.ts'
import type { Calibration } from './calibration.ts'
import { canvasWindowOf } from './canvas-window.ts'
import { exposureCellsOf, measureExposure, type ExposureCells } from './exposure.ts'
import { warpMapsOf } from './warp-map.ts'

const size = { width: 320, height: 180 }
const calibration: Calibration = { version: 1, left: size, right: size, homography: [1, 0, 220, 0, 1, 4, 0, 0, 1] }

function cellsOf(of: Calibration): ExposureCells {
  const window = canvasWindowOf(of)
  return exposureCellsOf(of, window, warpMapsOf(of, window))
}

/** Left as it is; right darker or lighter, its colours moved. */
function pictures(of: { y: readonly [number, number]; u: readonly [number, number]; v: readonly [number, number] }): {
  left: Buffer
  right: Buffer
} {
  const draw = (shift: number, seen: typeof of): Buffer => {
    const picture = Buffer.alloc(pictureBytes(size))
    for (let y = 0; y < 180; y += 1)
      for (let x = 0; x < 320; x += 1)
        picture[y * 320 + x] = Math.round(16 + (textureAt(x + shift, y + (shift && 4)) - 16) * seen.y[0] + seen.y[1])
    for (const [plane, [gain, offset]] of [seen.u, seen.v].entries())
      for (let y = 0; y < 90; y += 1)
        for (let x = 0; x < 160; x += 1) {
          const colour = (textureAt(2 * x + shift + 1000 * plane, 2 * y + (shift && 4)) - 125) / 2
          picture[320 * 180 + plane * 160 * 90 + y * 160 + x] = Math.round(128 + colour * gain + offset)
        }
    return picture
  }
  return { left: draw(0, { y: [1, 0], u: [1, 0], v: [1, 0] }), right: draw(220, of) }
}

test('gain and offset of each plane are found again', () => {
  const gain = fc.double({ min: 0.75, max: 1.1, noNaN: true })
  const offset = fc.double({ min: -6, max: 6, noNaN: true })
  const plane = fc.tuple(gain, offset)
  const cells = cellsOf(calibration)
  assert.ok(cells.count > 100, `${cells.count} cells`)
  fc.assert(
    fc.property(fc.record({ y: plane, u: plane, v: plane }), (seen) => {
      const found = measureExposure([pictures(seen)], calibration, cells)
      for (const name of ['y', 'u', 'v'] as const) {
        const [by, and] = found?.[name] ?? [0, 0]
        const [gainSeen, offsetSeen] = seen[name]
        assert.ok(Math.abs(by - 1 / gainSeen) < 0.03, `${name}: gain ${by} for ${1 / gainSeen}`)
        assert.ok(Math.abs(and + offsetSeen / gainSeen) < 1.2, `${name}: offset ${and} for ${-offsetSeen / gainSeen}`)
      }
    }),
    { numRuns: 8 },
  )
})

test('someone who stands before one camera changes nothing', () => {
  const seen = { y: [0.85, 5], u: [1, 0], v: [1, 0] } as const
  const { left, right } = pictures(seen)
  for (let y = 40; y < 120; y += 1) right.fill(20, y * 320 + 20, y * 320 + 45)
  const [gain, offset] = measureExposure([{ left, right }], calibration, cellsOf(calibration))?.y ?? [0, 0]
  assert.ok(Math.abs(gain - 1 / 0.85) < 0.04 && Math.abs(offset + 5 / 0.85) < 2, `${gain} ${offset}`)
})

test('black pictures keep their gain, and an overlap too small for cells tells nothing', () => {
  const black = Buffer.alloc(pictureBytes(size), 16)
  assert.deepEqual(measureExposure([{ left: black, right: black }], calibration, cellsOf(calibration))?.y, [1, 0])
  const apart: Calibration = { ...calibration, homography: [1, 0, 310, 0, 1, 0, 0, 0, 1] }
  assert.equal(measureExposure([{ left: black, right: black }], apart, cellsOf(apart)), undefined)
  assert.throws(() => measureExposure([{ left: black, right: black.subarray(9) }], calibration, cellsOf(calibration)), RangeError)
})
