import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { mapPoint } from '../pitch/homography.ts'
import { courtCalibration } from './court-calibration.ts'
import { courtCamera, type CourtCamera } from './court-camera.ts'
import { dot, minus, plus, unit, type Vector } from './vector.ts'

const format = { width: 1280, height: 720 }
const [left, right] = [courtCamera('real', 'left', format), courtCamera('real', 'right', format)]

const seen = (camera: CourtCamera, point: Vector): readonly [number, number] => {
  const ideal = camera.toIdeal(point)
  assert.ok(ideal, `${point.join()} is before the camera`)
  return camera.bend(ideal[0], ideal[1])
}

/** The pixel (centres at whole numbers) at which a camera of the same focal length without a bend would show it. */
const ideally = (camera: CourtCamera, point: Vector): readonly [number, number] => {
  const ideal = camera.toIdeal(point)
  assert.ok(ideal)
  return [camera.lens.centreX + camera.lens.focalPx * ideal[0], camera.lens.centreY + camera.lens.focalPx * ideal[1]]
}

test('what is seen at a place of a picture lies in the direction in which that place looks', () => {
  const anyPlace = fc.tuple(
    fc.constantFrom(left, right, courtCamera('opposite', 'left', format), courtCamera('opposite', 'right', format)),
    fc.double({ min: 0, max: format.width, noNaN: true }),
    fc.double({ min: 0, max: format.height, noNaN: true }),
    fc.double({ min: 1, max: 60, noNaN: true }),
  )
  fc.assert(
    fc.property(anyPlace, ([camera, x, y, depth]) => {
      const [backX, backY] = seen(camera, plus(camera.pose.at, camera.ray(x, y), depth))
      assert.ok(Math.hypot(backX - x, backY - y) < 1e-5, `${x}, ${y} came back as ${backX}, ${backY}`)
    }),
  )
})

test('the calibration of the real rig holds on the ground, and above it parallax is left', () => {
  const { homography } = courtCalibration(format)
  const missBy = (point: Vector): number => {
    const [x, y] = mapPoint(homography, ...ideally(right, point))
    const [wantedX, wantedY] = ideally(left, point)
    return Math.hypot(x - wantedX, y - wantedY)
  }
  const inBoth = fc.tuple(fc.double({ min: -1, max: 1, noNaN: true }), fc.double({ min: 6, max: 40, noNaN: true }))
  fc.assert(fc.property(inBoth, ([x, z]) => assert.ok(missBy([x, 0, z]) < 1e-6)))
  const [near, far] = [missBy([0, 1.7, 5]), missBy([0, 1.7, 33])]
  assert.ok(near > 15 && far > 1 && far < 8, `a head at 5 m is off by ${near}, one at 33 m by ${far} pixels`)
})

test('a quarter of the breadth of each picture is in the other one, too', () => {
  for (const [camera, other] of [
    [left, right],
    [right, left],
  ] as const) {
    const columns = Array.from({ length: 128 }, (_, n) => (n + 0.5) * (format.width / 128))
    const shared = columns.filter((x) => {
      const ideal = other.toIdeal(plus(camera.pose.at, camera.ray(x, format.height / 2), 20))
      const [there] = ideal ? other.bend(ideal[0], ideal[1]) : [-1]
      return there >= 0 && there < format.width
    })
    assert.ok(shared.length > 128 * 0.22 && shared.length < 128 * 0.28, `${shared.length / 128}`)
  }
})

test('the lenses are barrels: the edge of a picture shows less than a straight line would reach', () => {
  for (const camera of [left, right]) {
    const straight = Math.hypot(...minus(camera.ray(0, 360), camera.pose.ahead)) * camera.lens.focalPx
    assert.ok(straight > 1.08 * 640, `${straight}`)
  }
})

test('the cameras of the opposite rig look at each other', () => {
  const [one, two] = [courtCamera('opposite', 'left', format), courtCamera('opposite', 'right', format)]
  assert.ok(dot(one.pose.ahead, two.pose.ahead) < -0.7)
  for (const pose of [one.pose, two.pose, left.pose]) {
    assert.ok(Math.abs(dot(pose.right, pose.down)) < 1e-12 && Math.abs(dot(pose.right, pose.ahead)) < 1e-12)
    assert.deepEqual(
      [pose.right, pose.down, pose.ahead].map((axis) => Math.hypot(...unit(axis)).toFixed(9)),
      ['1.000000000', '1.000000000', '1.000000000'],
    )
  }
})
