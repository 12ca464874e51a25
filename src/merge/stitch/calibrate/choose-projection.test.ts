import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { simulatedCalibration } from '../../../capture/pitch/view.ts'
import type { Calibration } from '../calibration.ts'
import { canvasWindowOf } from '../canvas-window.ts'
import { invert, multiply, scaled, type Matrix3 } from '../homography.ts'
import { projectedOf } from '../projected.ts'
import { warpMapsOf } from '../warp-map.ts'
import { chooseProjection } from './choose-projection.ts'
import { shapeOf } from '../shape.ts'
import type { PairSize, TwoView } from './two-view.ts'

const size = { width: 1280, height: 720 }
const sizes: PairSize = { left: size, right: size }

const cameraOf = (focalPx: number): Matrix3 => [focalPx, 0, 639.5, 0, focalPx, 359.5, 0, 0, 1]
const yaw = (angle: number): Matrix3 => [Math.cos(angle), 0, Math.sin(angle), 0, 1, 0, -Math.sin(angle), 0, Math.cos(angle)]
const pitch = (angle: number): Matrix3 => [1, 0, 0, 0, Math.cos(angle), -Math.sin(angle), 0, Math.sin(angle), Math.cos(angle)]

/** Two cameras on one post that look down by `tilt`, the right one further right by `turn`, both in radians. */
function rigOf(focalPx: number, turn: number, tilt: number): TwoView {
  const rotation = multiply(pitch(tilt), multiply(yaw(turn), pitch(-tilt)))
  const camera = cameraOf(focalPx)
  return { homography: scaled(multiply(camera, multiply(rotation, invert(camera)))), k1: 0, k2: 0 }
}

const calibrationOf = (model: TwoView, projection: Calibration['projection']): Calibration => ({
  version: 1,
  ...sizes,
  homography: model.homography,
  ...(projection ? { projection } : {}),
})

test('how wide two turned cameras see is told by the homography alone', () =>
  fc.assert(
    fc.property(
      fc.double({ min: 600, max: 1_400, noNaN: true }),
      fc.double({ min: 0.4, max: 0.75, noNaN: true }),
      fc.double({ min: 0, max: 0.3, noNaN: true }),
      (focalPx, turn, tilt) => {
        const { viewDegrees } = chooseProjection(rigOf(focalPx, turn, tilt), sizes, 'auto')
        assert.ok(viewDegrees !== undefined)
        const level = ((2 * Math.atan(639.5 / focalPx) + turn) * 180) / Math.PI
        assert.ok(Math.abs(viewDegrees - level) < 4 + 40 * tilt, `${viewDegrees} degrees instead of ${level}`)
      },
    ),
    { numRuns: 30 },
  ))

test('a wide rig is drawn on a cylinder: all of it is in the canvas, without a hole', () => {
  const model = rigOf(900, 0.8, 0.15)
  const { projection } = chooseProjection(model, sizes, 'auto')
  assert.equal(projection?.kind, 'cylindrical')
  const calibration = calibrationOf(model, projection)
  assert.equal(shapeOf(calibration), 'sound')
  const window = canvasWindowOf(calibration)
  const maps = warpMapsOf(calibration, window)
  for (let y = 0; y < window.height; y += 37)
    for (let x = 0; x < window.width; x += 41) assert.ok(maps.left(x, y) ?? maps.right(x, y), `a hole at ${x},${y}`)
  assert.ok(window.width > 1_500 && window.height > 450, JSON.stringify(window))
})

test('cameras that look more than a right angle apart are drawn on one cylinder, too', () => {
  const model = rigOf(420, 1.62, 0.1)
  const { projection, viewDegrees } = chooseProjection(model, sizes, 'auto')
  assert.ok(viewDegrees !== undefined && viewDegrees > 185, `${viewDegrees}`)
  const calibration = calibrationOf(model, projection)
  assert.equal(shapeOf(calibration), 'sound')
  const window = canvasWindowOf(calibration)
  assert.ok(window.width > 2.6 * 420, JSON.stringify(window))
  const maps = warpMapsOf(calibration, window)
  const [y, end] = [window.height / 2, window.width - 2]
  assert.ok((maps.left(1, y)?.x ?? 1e9) < 640 && maps.right(1, y) === undefined)
  assert.ok((maps.right(end, y)?.x ?? 0) > 640 && maps.left(end, y) === undefined)
})

test('on the cylinder of tilted cameras the horizon is level', () => {
  const [tilt, turn, focalPx] = [0.25, 0.8, 900]
  const model = rigOf(focalPx, turn, tilt)
  const calibration = calibrationOf(model, chooseProjection(model, sizes, 'cylindrical').projection)
  // The horizon lies above the middle of both pictures; far out in the left picture it is curved in the plane, level on the cylinder.
  const heightAt = (side: 'left' | 'right', angle: number): number => {
    const ray = multiply(pitch(tilt), [Math.sin(angle), 0, 0, 0, 0, 0, Math.cos(angle), 0, 0])
    const [u, v, w] = [ray[0], ray[3], ray[6]]
    return projectedOf(calibration, side)({ x: 639.5 + (focalPx * u) / w, y: 359.5 + (focalPx * v) / w }).y
  }
  const heights = [heightAt('left', -0.5), heightAt('left', 0), heightAt('left', 0.3), heightAt('right', -0.3), heightAt('right', 0.5)]
  assert.ok(Math.max(...heights) - Math.min(...heights) < 2, heights.map((each) => each.toFixed(2)).join(' '))
})

test('a middling view stays a plane, before its middle; the simulated rig stays on the left picture', () => {
  const model = rigOf(1_300, 0.62, 0.1)
  const { projection, viewDegrees } = chooseProjection(model, sizes, 'auto')
  assert.ok(viewDegrees !== undefined && viewDegrees > 75 && viewDegrees < 90, `${viewDegrees}`)
  assert.equal(projection?.kind, 'planar')
  const calibration = calibrationOf(model, projection)
  assert.equal(shapeOf(calibration), 'sound')
  const [left, right] = [projectedOf(calibration, 'left')({ x: 0, y: 360 }), projectedOf(calibration, 'right')({ x: 1279, y: 360 })]
  assert.ok(Math.abs(left.x + right.x) < 8, `${left.x} and ${right.x}`)
  const { homography } = simulatedCalibration({ ...size, fps: 25 })
  assert.equal(chooseProjection({ homography, k1: 0, k2: 0 }, sizes, 'auto').projection, undefined)
})
