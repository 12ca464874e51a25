import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Calibration } from './calibration.ts'
import { apply, invert, multiply, type Matrix3 } from './homography.ts'
import { distort } from './lens.ts'
import { warpMapsOf } from './warp-map.ts'

const size = { width: 1920, height: 1080 }
const homography: Matrix3 = [0.98, 0.02, 1400, -0.01, 1.01, -20, -2e-5, 1e-5, 1]
const plain: Calibration = { version: 1, left: size, right: size, homography }
const points = fc.record({ x: fc.integer({ min: 0, max: 3391 }), y: fc.integer({ min: 0, max: 1079 }) })

const close = (a: { x: number; y: number } | undefined, b: { x: number; y: number }, within = 1e-6): void => {
  assert.ok(a && Math.hypot(a.x - b.x, a.y - b.y) < within, `${JSON.stringify(a)} is not ${JSON.stringify(b)}`)
}

const isInside = ({ x, y }: { x: number; y: number }): boolean => x >= -0.5 && y >= -0.5 && x <= 1919.5 && y <= 1079.5

test('in the left plane the left picture is moved by the window, the right one comes by the homography backwards', () => {
  const maps = warpMapsOf(plain, { x: 100, y: 40 })
  assert.deepEqual(maps.left(0, 0), { x: 100, y: 40 })
  assert.deepEqual(maps.left(1819, 1039), { x: 1919, y: 1079 })
  assert.equal(maps.left(1820, 0), undefined)
  fc.assert(
    fc.property(points, ({ x, y }) => {
      const expected = apply(invert(homography), { x: x + 100, y: y + 40 })
      const found = maps.right(x, y)
      if (isInside(expected)) close(found, expected)
      else assert.equal(found, undefined)
    }),
  )
})

test('a homography and its multiples, negative ones too, make the same map', () => {
  const maps = warpMapsOf(plain, { x: 0, y: 0 })
  for (const by of [-1, 3, -0.01]) {
    const [a, b, c, d, e, f, g, h, i] = homography
    const same = warpMapsOf(
      { ...plain, homography: [a * by, b * by, c * by, d * by, e * by, f * by, g * by, h * by, i * by] },
      { x: 0, y: 0 },
    )
    for (const [x, y] of [
      [1500, 100],
      [3000, 900],
      [100, 100],
    ] as const) {
      const expected = maps.right(x, y)
      if (expected) close(same.right(x, y), expected)
      else assert.equal(same.right(x, y), undefined)
    }
  }
})

test('what lies behind a camera is not shown by it', () => {
  const turned = (angle: number): Matrix3 => [Math.cos(angle), 0, Math.sin(angle), 0, 1, 0, -Math.sin(angle), 0, Math.cos(angle)]
  const camera: Matrix3 = [900, 0, 959.5, 0, 900, 539.5, 0, 0, 1]
  const maps = warpMapsOf(
    {
      ...plain,
      homography: multiply(camera, multiply(turned(1.2), invert(camera))),
      projection: { kind: 'cylindrical', focalPx: 900, reference: multiply(camera, turned(0.6)) },
    },
    { x: -2800, y: -500 },
  )
  // A whole turn of the cylinder: each camera is seen once only.
  const spans = { left: 0, right: 0 }
  for (const side of ['left', 'right'] as const)
    for (let x = 1; x < 5600; x += 1) if (maps[side](x, 500) !== undefined && maps[side](x - 1, 500) === undefined) spans[side] += 1
  assert.deepEqual(spans, { left: 1, right: 1 })
})

test('a lens bends the map, and its centre stays where it was', () => {
  const lens = { focalPx: 1200, centreX: 960, centreY: 540, k1: -0.2, k2: 0.02 }
  const maps = warpMapsOf({ ...plain, lens: { left: lens, right: lens } }, { x: 0, y: 0 })
  assert.deepEqual(maps.left(960, 540), { x: 960, y: 540 })
  fc.assert(
    fc.property(points, ({ x, y }) => {
      const expected = distort(lens)({ x, y })
      if (expected && isInside(expected)) close(maps.left(x, y), expected)
      else assert.equal(maps.left(x, y), undefined)
    }),
  )
})

test('half a pixel around a picture still shows its edge', () => {
  const maps = warpMapsOf({ ...plain, homography: [1, 0, 0.5, 0, 1, 0, 0, 0, 1] }, { x: 0, y: 0 })
  assert.deepEqual(maps.right(0, 0), { x: -0.5, y: 0 })
  assert.equal(maps.right(-1, 0), undefined)
})
