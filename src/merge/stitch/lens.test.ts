import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { distort, undistort, type Lens } from './lens.ts'

const between = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true })
const lenses: fc.Arbitrary<Lens> = fc.record({
  focalPx: between(400, 3000),
  centreX: between(800, 1100),
  centreY: between(400, 700),
  k1: between(-0.35, 0.2),
  k2: between(-0.05, 0.15),
})
const points = fc.record({ x: between(0, 1920), y: between(0, 1080) })

test('a lens undone is where it was, and the other way round, wherever the lens shows anything', () => {
  fc.assert(
    fc.property(lenses, points, (lens, ideal) => {
      const shown = distort(lens)(ideal)
      fc.pre(shown !== undefined)
      // Where the picture is flat, at the fold and where it almost folds, a hair's breadth is far: what is shown there is shown nearly alike.
      const squared = ((ideal.x - lens.centreX) ** 2 + (ideal.y - lens.centreY) ** 2) / lens.focalPx ** 2
      fc.pre(1 + squared * (3 * lens.k1 + 5 * lens.k2 * squared) > 1e-6)
      const back = undistort(lens)(shown)
      assert.ok(Math.hypot(back.x - ideal.x, back.y - ideal.y) < 1e-3, JSON.stringify({ ideal, shown, back }))
    }),
  )
})

test('a picture that almost folds is undone, too', () => {
  const lens = { focalPx: 500, centreX: 960, centreY: 540, k1: -0.35, k2: 0.0555 }
  for (const x of [960, 1300, 1500, 1670, 1690, 1700, 1710, 1730, 1800, 1919]) {
    const shown = distort(lens)({ x, y: 540 })
    assert.ok(shown !== undefined, String(x))
    assert.ok(Math.abs(undistort(lens)(shown).x - x) < 1e-3, `${String(x)} became ${String(undistort(lens)(shown).x)}`)
  }
})

test('what no ideal camera would show there is found at the fold', () => {
  const lens = { focalPx: 900, centreX: 640, centreY: 360, k1: -0.2, k2: 0 }
  assert.ok(Math.abs(undistort(lens)({ x: 640 + 2 * 900, y: 360 }).x - (640 + 900 * Math.sqrt(1 / 0.6))) < 1e-6)
})

test('the middle stays, a barrel draws the corners in, a cushion pushes them out', () => {
  const lens = { focalPx: 900, centreX: 640, centreY: 360, k1: -0.2, k2: 0 }
  assert.deepEqual(distort(lens)({ x: 640, y: 360 }), { x: 640, y: 360 })
  assert.deepEqual(undistort(lens)({ x: 640, y: 360 }), { x: 640, y: 360 })
  const corner = { x: 1280, y: 720 }
  assert.ok((distort(lens)(corner)?.x ?? 9999) < corner.x)
  assert.ok((distort({ ...lens, k1: 0.2 })(corner)?.x ?? 0) > corner.x)
})

test('beyond the angle at which the model folds the picture over, a lens shows nothing', () => {
  const lens = { focalPx: 900, centreX: 640, centreY: 360, k1: -0.2, k2: 0 }
  // 1 - 3 * 0.2 * r^2 = 0: the fold is at 1.291 focal lengths
  assert.ok(distort(lens)({ x: 640 + 1.29 * 900, y: 360 }))
  assert.equal(distort(lens)({ x: 640 + 1.3 * 900, y: 360 }), undefined)
  assert.ok(distort({ ...lens, k1: 0, k2: 0 })({ x: 1e6, y: 0 }), 'a lens without distortion never folds')
  assert.ok(distort({ ...lens, k1: 0.1, k2: 0.1 })({ x: 1e6, y: 0 }), 'nor does a cushion')
  assert.equal(distort({ ...lens, k1: 0.1, k2: -0.1 })({ x: 640 + 3 * 900, y: 360 }), undefined)
})
