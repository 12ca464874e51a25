import assert from 'node:assert/strict'
import { test } from 'node:test'
import { middleSeam, ownParts, seamLine, seamOf } from './seam.ts'
import { calibration } from '../../../lab/panorama/geometry.ts'
import { warpMapsOf, type WarpMap } from './warp-map.ts'

const columns =
  (from: (y: number) => number, to: (y: number) => number): WarpMap =>
  (x, y) =>
    x >= from(y) && x <= to(y) ? { x: 0, y: 0 } : undefined

test('a seam that was given stands', () => {
  const seam = { points: [{ x: 7, y: 0 }], featherPx: 3 }
  assert.equal(seamOf(seam, { left: () => undefined, right: () => undefined }, { width: 100, height: 100 }), seam)
})

test('without one it is the middle of what both see in every row, as wide as that is', () => {
  const maps = {
    left: columns(
      () => 0,
      (y) => 60 + y / 10,
    ),
    right: columns(
      (y) => 20 + y / 10,
      () => 99,
    ),
  }
  // The right picture begins at 20 to 29.5, the left one ends at 60 to 69.5: both show 30 to 60.
  assert.deepEqual(middleSeam(maps, { width: 100, height: 96 }), { points: [{ x: 45, y: 0 }], featherPx: 31 })
})

test('the seam of the measured rig lies in the middle of its overlap', () => {
  const { points, featherPx } = middleSeam(warpMapsOf(calibration, { x: 0, y: 0 }), { width: 3392, height: 1080 })
  assert.equal(points.length, 1)
  assert.ok(Math.abs((points[0]?.x ?? 0) - 1675.5) < 2, JSON.stringify(points))
  assert.ok(Math.abs(featherPx - 488) < 4, `${featherPx}`)
})

test('edges that lean take the seam with them', () => {
  const maps = {
    left: columns(
      () => 0,
      (y) => 20 + y,
    ),
    right: columns(
      (y) => 10 + y,
      () => 199,
    ),
  }
  const seam = middleSeam(maps, { width: 200, height: 100 })
  assert.equal(seam.featherPx, 11)
  const line = seamLine(seam)
  for (let y = 0; y < 100; y += 1) assert.ok(Math.abs(line(y) - (15 + y)) < 0.01, `${y}: ${line(y)}`)
})

test('pictures that do not overlap meet in the middle of what nobody shows, without a blend', () => {
  const seam = middleSeam(
    {
      left: columns(
        () => 0,
        () => 39,
      ),
      right: columns(
        () => 60,
        () => 99,
      ),
    },
    { width: 100, height: 50 },
  )
  assert.equal(seam.featherPx, 0)
  assert.equal(seamLine(seam)(25), 49.5)
})

test('the line is straight between its points, in whatever order they are given, and upright beyond them', () => {
  const line = seamLine({
    points: [
      { x: 30, y: 20 },
      { x: 10, y: 10 },
    ],
    featherPx: 0,
  })
  assert.deepEqual([-5, 10, 15, 20, 99].map(line), [10, 10, 20, 30, 30])
})

test('each camera has a part of its own, on even columns, next to its edge of the canvas', () => {
  const seam = {
    points: [
      { x: 100, y: 0 },
      { x: 120, y: 50 },
    ],
    featherPx: 21,
  }
  assert.deepEqual(ownParts(seam, { width: 300, height: 60 }), { left: { x: 0, width: 88 }, right: { x: 132, width: 168 } })
  assert.deepEqual(ownParts({ ...seam, featherPx: 4000 }, { width: 300, height: 60 }), {
    left: { x: 0, width: 64 },
    right: { x: 236, width: 64 },
  })
})
