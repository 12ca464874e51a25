import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { sampledGeometries } from '../../../tests/random-stitch.ts'
import { multiply, invert, type Matrix3 } from './homography.ts'
import { openRowSampler, stepsX, stepsY } from './sampled-map.ts'
import { warpMapsOf, type WarpMap } from './warp-map.ts'

/** The largest distance between what the sampler and the map say, in source pixels; what only one of them shows counts as far. */
function largestMiss(map: WarpMap, source: { width: number; height: number }, width: number, rows: readonly number[]): number {
  const sampler = openRowSampler(map, 'luma', width, source)
  const held = (value: number, most: number): number => Math.min(Math.max(value, 0), most)
  let largest = 0
  for (const y of rows) {
    sampler.fill(y, 0, width)
    for (let x = 0; x < width; x += 1) {
      const [sx, sy] = [sampler.points.x[x] ?? 0, sampler.points.y[x] ?? 0]
      const at = map(x, y)
      if (!at && sx < 0) continue
      if (!at || sx < 0) return 99
      largest = Math.max(
        largest,
        Math.abs(sx / stepsX - held(at.x, source.width - 1)),
        Math.abs(sy / stepsY - held(at.y, source.height - 1)),
      )
    }
  }
  return largest
}

test('a row of a cylinder through a bent lens is as the map says, to the rounding', () => {
  const size = { width: 1920, height: 1080 }
  const lens = { focalPx: 1100, centreX: 960, centreY: 540, k1: -0.22, k2: 0.04 }
  const camera: Matrix3 = [1100, 0, 959.5, 0, 1100, 539.5, 0, 0, 1]
  const turned = (angle: number): Matrix3 => [Math.cos(angle), 0, Math.sin(angle), 0, 1, 0, -Math.sin(angle), 0, Math.cos(angle)]
  const maps = warpMapsOf(
    {
      version: 1,
      left: size,
      right: size,
      homography: multiply(camera, multiply(turned(0.9), invert(camera))),
      lens: { left: lens, right: lens },
      projection: { kind: 'cylindrical', focalPx: 1100, reference: multiply(camera, turned(0.45)) },
    },
    { x: -1300, y: -500 },
  )
  for (const map of [maps.left, maps.right]) {
    const miss = largestMiss(map, size, 2600, [3, 200, 500, 777, 990])
    assert.ok(miss > 0 && miss < 0.5 / stepsX + 0.001, `${miss}`)
  }
})

test('a map that bends as no lens does is asked everywhere: nothing is more than a hundredth and the rounding off', () => {
  fc.assert(
    fc.property(sampledGeometries, ({ maps, left, canvas }) => {
      const everywhere: WarpMap = (x, y) => maps.left(x, y) ?? { x: 0, y: 0 } // spans that are shown and narrower than the spacing may be missed
      const isWhole = Array.from({ length: canvas.width + 32 }, (_, x) => maps.left(x, 2)).every(Boolean)
      fc.pre(isWhole)
      assert.ok(largestMiss(everywhere, left, canvas.width, [2]) < 0.5 / stepsX + 0.02)
    }),
    { numRuns: 50, maxSkipsPerRun: 1000 },
  )
})

test('chroma lies beside the even columns, between two rows', () => {
  const sampler = openRowSampler((x, y) => ({ x: x + 3, y: y + 1 }), 'chroma', 32, { width: 128, height: 64 })
  assert.ok(sampler.fill(4, 0, 32))
  // Chroma (10, 4) is at luma (20, 8.5), which shows luma (23, 9.5): chroma (11.5, 4.5).
  assert.deepEqual([sampler.points.x[10], sampler.points.y[10]], [11.5 * stepsX, 4.5 * stepsY])
})

test('what lies half a pixel outside shows the edge, and what is not shown is told', () => {
  const sampler = openRowSampler((x) => (x < 20 ? { x: x - 0.5, y: -0.5 } : undefined), 'luma', 32, { width: 19, height: 64 })
  assert.equal(sampler.fill(0, 0, 32), false)
  assert.deepEqual([sampler.points.x[0], sampler.points.y[0]], [0, 0])
  assert.deepEqual([sampler.points.x[19], sampler.points.x[20]], [18 * stepsX, -1])
  assert.equal(sampler.fill(0, 0, 20), true)
})
