import assert from 'node:assert/strict'
import { test } from 'node:test'
import { apply } from '../../src/merge/stitch/homography.ts'
import { camera, homography, inRight, overlap, panorama } from './geometry.ts'

test("the right picture's corner pixels lie where they are said to", () => {
  const [right, bottom] = [camera.width - 1, camera.height - 1]
  for (const [from, to] of [
    [
      { x: 0, y: 0 },
      { x: 1432, y: -38 },
    ],
    [
      { x: right, y: 0 },
      { x: 3420, y: -95 },
    ],
    [
      { x: right, y: bottom },
      { x: 3440, y: 1175 },
    ],
    [
      { x: 0, y: bottom },
      { x: 1425, y: 1122 },
    ],
  ] as const) {
    const found = apply(homography, from)
    assert.ok(Math.hypot(found.x - to.x, found.y - to.y) < 1e-6, `${found.x}, ${found.y}`)
    const back = inRight(to.x, to.y)
    assert.ok(Math.hypot(back.x - from.x, back.y - from.y) < 1e-6)
  }
})

test('every pixel of the panorama right of where the overlap begins is in the right picture', () => {
  for (const x of [overlap.from, overlap.to, panorama.width - 1])
    for (let y = 0; y < panorama.height; y += 1) {
      const seen = inRight(x, y)
      assert.ok(seen.x >= 0 && seen.x <= camera.width - 1 && seen.y >= 0 && seen.y <= camera.height - 1, `${x}, ${y}`)
    }
})
