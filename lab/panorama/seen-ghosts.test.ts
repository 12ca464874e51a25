// What is measured in stitched pictures is what the geometry says.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { courtCalibration } from '../../src/capture/court/court-calibration.ts'
import { courtCamera } from '../../src/capture/court/court-camera.ts'
import { ghostsOnSeam } from './ghosts.ts'
import { ghostsInPictures } from './seen-ghosts.ts'

const format = { width: 1280, height: 720, fps: 25 }
const cameras = { left: courtCamera('real', 'left', format), right: courtCamera('real', 'right', format) }
const calibration = courtCalibration(format)
const distances = [5, 10, 20, 40]

for (const height of [0, 1.8])
  test(`both lights of a lamp ${height} m above the ground stand in the stitched picture where the geometry says, both alike bright`, () => {
    const told = ghostsOnSeam(calibration, cameras, distances, height)
    const seen = ghostsInPictures(calibration, cameras, distances, height)
    assert.ok(told.length >= 3)
    assert.deepEqual(
      seen.map(({ distance }) => distance),
      told.map(({ distance }) => distance),
    )
    for (const [n, { apartPx, fainterShare }] of seen.entries()) {
      assert.ok(Math.abs(apartPx - (told[n]?.apartPx ?? Number.NaN)) < 0.3, `${apartPx} px, not ${told[n]?.apartPx}`)
      assert.ok(fainterShare > 0.4, `${fainterShare}`)
    }
  })
