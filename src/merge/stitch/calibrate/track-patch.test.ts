import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { textureAt } from '../../../../tests/textured-views.ts'
import { smoothed, type LumaPlane } from './luma-plane.ts'
import { openTracker, type Bend } from './track-patch.ts'

const trackPatch = openTracker()
const straight: Bend = [1, 0, 0, 1]

const planeOf = (valueAt: (x: number, y: number) => number): LumaPlane =>
  smoothed({ width: 90, height: 80, data: Float32Array.from({ length: 90 * 80 }, (_, n) => valueAt(n % 90, Math.floor(n / 90))) })

const left = planeOf(textureAt)

test('a patch is found to a fiftieth of a pixel, whatever gain and offset', () =>
  fc.assert(
    fc.property(
      fc.double({ min: -2.5, max: 2.5, noNaN: true }),
      fc.double({ min: -2.5, max: 2.5, noNaN: true }),
      fc.double({ min: 0.5, max: 1.5, noNaN: true }),
      (dx, dy, gain) => {
        const right = planeOf((x, y) => 10 + gain * textureAt(x - dx, y - dy))
        const found = trackPatch(left, right, { x: 45, y: 40 }, { x: 45, y: 40 }, straight, 6)
        assert.ok(found, 'not found')
        assert.ok(Math.hypot(found.at.x - 45 - dx, found.at.y - 40 - dy) < 0.02, JSON.stringify(found))
        assert.ok(found.likeness > 0.99)
      },
    ),
    { numRuns: 25 },
  ))

test('a patch that the model bends is found bent', () => {
  const [a, b, c, d]: Bend = [1.1, 0.08, -0.05, 0.95]
  // Right (x, y) shows what left shows where the inverse of the bend leads to, around (45, 40).
  const size = a * d - b * c
  const right = planeOf((x, y) => textureAt(45 + (d * (x - 45.4) - b * (y - 39.7)) / size, 40 + (-c * (x - 45.4) + a * (y - 39.7)) / size))
  const found = trackPatch(left, right, { x: 45, y: 40 }, { x: 45, y: 40 }, [a, b, c, d], 4)
  assert.ok(found && Math.hypot(found.at.x - 45.4, found.at.y - 39.7) < 0.03, JSON.stringify(found))
})

test('what has no drawing, or only a straight edge, is no landmark; neither is what lies out of reach', () => {
  const at = { x: 45, y: 40 }
  const bare = planeOf(() => 90)
  const edge = planeOf((x) => (x < 45 ? 60 : 160))
  const far = planeOf((x, y) => textureAt(x - 3, y))
  assert.equal(trackPatch(bare, bare, at, at, straight, 4), undefined)
  assert.equal(trackPatch(edge, edge, at, at, straight, 4), undefined)
  assert.equal(trackPatch(left, far, at, at, straight, 1), undefined)
  assert.equal(trackPatch(left, left, at, { x: 6, y: 40 }, straight, 4), undefined)
})

test('noise makes a place less exact, and it says so', () => {
  let state = 7
  const noisy = planeOf((x, y) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return textureAt(x, y) + (state / 2 ** 32 - 0.5) * 60
  })
  const at = { x: 45, y: 40 }
  const [clean, rough] = [trackPatch(left, left, at, at, straight, 4), trackPatch(left, noisy, at, at, straight, 4)]
  assert.ok(clean && rough)
  assert.ok(rough.sigmaPx > 5 * clean.sigmaPx, `${rough.sigmaPx} and ${clean.sigmaPx}`)
})
