import assert from 'node:assert/strict'
import { test } from 'node:test'
import { courtCalibration } from '../../src/capture/court/court-calibration.ts'
import { courtCamera } from '../../src/capture/court/court-camera.ts'
import type { Vector } from '../../src/capture/court/vector.ts'
import { simulatedCalibration } from '../../src/capture/pitch/view.ts'
import { parseCalibration } from '../../src/merge/stitch/calibration.ts'
import { canvasWindowOf } from '../../src/merge/stitch/canvas-window.ts'
import { warpMapsOf } from '../../src/merge/stitch/warp-map.ts'

const format = { width: 1280, height: 720, fps: 25 }

test('what the simulated rigs write beside their loops is a calibration', () => {
  for (const truth of [simulatedCalibration(format), courtCalibration(format)]) {
    const calibration = parseCalibration(JSON.stringify(truth), 'simulated')
    const { width, height } = canvasWindowOf(calibration)
    assert.ok(width > 1.5 * format.width && height > 0.5 * format.height, `${width}x${height}`)
  }
})

test('a place on the ground of the real rig has one place in the panorama, from whichever camera it comes', () => {
  const calibration = parseCalibration(JSON.stringify(courtCalibration(format)), 'simulated')
  const window = canvasWindowOf(calibration)
  const maps = warpMapsOf(calibration, window)
  const { focalPx } = courtCalibration(format).projection
  const [left, right] = [courtCamera('real', 'left', format), courtCamera('real', 'right', format)]
  for (const [x, z] of [
    [0, 8],
    [0.6, 14],
    [-1.5, 20],
    [2, 30],
  ] as const) {
    const point: Vector = [x, 0, z]
    const [dx, dy, dz] = [x - left.pose.at[0], left.pose.at[1], z - left.pose.at[2]]
    // Where the level cylinder around the left camera has it, in pixels of the window.
    const canvas = [focalPx * Math.atan2(dx, dz) - window.x, (focalPx * dy) / Math.hypot(dx, dz) - window.y] as const
    for (const [camera, map] of [
      [left, maps.left],
      [right, maps.right],
    ] as const) {
      const ideal = camera.toIdeal(point)
      const found = map(...canvas)
      assert.ok(ideal && found, `${point.join()} is in both pictures`)
      const [shownX, shownY] = camera.bend(ideal[0], ideal[1])
      assert.ok(Math.hypot(found.x + 0.5 - shownX, found.y + 0.5 - shownY) < 1e-3, `${found.x},${found.y} for ${shownX},${shownY}`)
    }
  }
})
