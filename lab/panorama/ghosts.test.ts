// The distance between both images of a thing: nothing on the ground, which the calibration is made for, and the more the higher and closer it is.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { courtCalibration } from '../../src/capture/court/court-calibration.ts'
import { courtCamera } from '../../src/capture/court/court-camera.ts'
import { ghostsOnSeam } from './ghosts.ts'

const format = { width: 1280, height: 720, fps: 25 }
const cameras = { left: courtCamera('real', 'left', format), right: courtCamera('real', 'right', format) }
const apart = (height: number): number[] =>
  ghostsOnSeam(courtCalibration(format), cameras, [8, 16, 32], height).map(({ apartPx }) => apartPx)

test('what lies on the ground is shown once', () => {
  for (const px of apart(0)) assert.ok(px < 0.05, `${px} px`)
})

test('what stands upright is shown twice, as far apart as the cameras see it apart', () => {
  const [near = 0, middle = 0, far = 0] = apart(1.8)
  assert.ok(near > middle && middle > far && far > 0, `${near}, ${middle}, ${far}`)
  // A head of 1.8 m hides the ground 1.8/2.4 of its distance behind it: at 8 m the 0.3 m between the cameras is 0.3 / 8 - 0.3 / 14 of a radian,
  // seen by 867 pixels a radian, less what the seam looks aside.
  assert.ok(Math.abs(near - 13.9) < 1.5, `${near} px`)
})

test('a distance that is in no picture at the seam is left out', () => {
  assert.deepEqual(ghostsOnSeam(courtCalibration(format), cameras, [0.5], 1.8), [])
})
