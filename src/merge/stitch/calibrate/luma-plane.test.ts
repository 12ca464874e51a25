import assert from 'node:assert/strict'
import { test } from 'node:test'
import { halved, planeFrom, sampleCubic, smoothed, type LumaPlane } from './luma-plane.ts'

const ramp = (width: number, height: number): LumaPlane =>
  planeFrom(
    Uint8Array.from({ length: width * height }, (_, n) => 3 * (n % width) + 5 * Math.floor(n / width)),
    width,
    height,
  )

test('a slope stays a slope: between pixels, smaller and smoother', () => {
  const plane = ramp(24, 16)
  assert.ok(Math.abs(sampleCubic(plane, 7.3, 5.6) - (3 * 7.3 + 5 * 5.6)) < 1e-4)
  const half = halved(plane)
  assert.deepEqual([half.width, half.height], [12, 8])
  // Pixel 4, 3 of the half lies at 8.5, 6.5 of the whole.
  assert.ok(Math.abs((half.data[3 * 12 + 4] ?? 0) - (3 * 8.5 + 5 * 6.5)) < 1e-4)
  const soft = smoothed(plane)
  for (const [x, y] of [
    [5, 5],
    [12, 9],
  ] as const)
    assert.ok(Math.abs((soft.data[y * 24 + x] ?? 0) - (3 * x + 5 * y)) < 1e-4)
})

test('smoothing keeps the light, also at the edge, and spreads a dot evenly', () => {
  const even = smoothed(planeFrom(new Uint8Array(40).fill(77), 8, 5))
  assert.ok(even.data.every((value) => Math.abs(value - 77) < 1e-4))
  const dot = new Uint8Array(81)
  dot[40] = 255
  const { data } = smoothed(planeFrom(dot, 9, 9))
  assert.ok(Math.abs((data[40] ?? 0) - (255 * 36) / 256) < 1e-3)
  assert.ok(Math.abs((data[38] ?? 0) - (data[42] ?? 0)) < 1e-4)
  assert.ok(Math.abs((data[22] ?? 0) - (data[38] ?? 0)) < 1e-4)
})

test('an odd last column and row are left out of a half', () => {
  const { width, height, data } = halved(ramp(7, 5))
  assert.deepEqual([width, height, data.length], [3, 2, 6])
})
