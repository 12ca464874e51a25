import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { field } from './ground-plan.ts'
import { mapPoint } from './homography.ts'
import { openPitch } from './pitch.ts'
import { simulatedCalibration, viewOf } from './view.ts'

const format = { width: 640, height: 360, fps: 25 }

test('a point of the world lands in the left picture where the calibration takes its place in the right one', () => {
  const { homography } = simulatedCalibration(format)
  const [left, right] = [viewOf('left', format), viewOf('right', format)]
  const anyPlace = fc.tuple(fc.integer({ min: -40, max: 40 }), fc.integer({ min: 0, max: 20 }), fc.integer({ min: 43, max: 140 }))
  fc.assert(
    fc.property(anyPlace, ([x, y, z]) => {
      const [seenX, seenY] = right.project(x, y, z)
      const [mappedX, mappedY] = mapPoint(homography, seenX - 0.5, seenY - 0.5)
      const [leftX, leftY] = left.project(x, y, z)
      assert.ok(Math.hypot(mappedX - (leftX - 0.5), mappedY - (leftY - 0.5)) < 1e-6)
    }),
  )
})

test('markings found in the drawn pictures agree with the calibration within a pixel', () => {
  const { homography } = simulatedCalibration(format)
  const [left, right] = [openPitch('left', format), openPitch('right', format)]
  const corners = [field.near, field.middle - 9.15, field.middle + 9.15] // where the halfway line crosses touchline and circle
  for (const z of corners) {
    const inLeft = brightest(left.backdrop, viewOf('left', format).project(0, 0, z))
    const inRight = brightest(right.backdrop, viewOf('right', format).project(0, 0, z))
    const mapped = mapPoint(homography, inRight[0], inRight[1])
    assert.ok(Math.hypot(mapped[0] - inLeft[0], mapped[1] - inLeft[1]) <= 1, `${mapped.join()} and ${inLeft.join()}`)
  }
})

test('a quarter of the right picture is also in the left one', () => {
  const { homography, left } = simulatedCalibration(format)
  let shared = 0
  for (let y = 0; y < format.height; y += 8)
    for (let x = 0; x < format.width; x += 8) {
      const [u, v] = mapPoint(homography, x, y)
      if (u >= 0 && u < left.width && v >= 0 && v < left.height) shared += 1
    }
  const share = shared / ((format.width / 8) * (format.height / 8))
  assert.ok(share > 0.2 && share < 0.3, `${share}`)
})

test('the right camera sees the same, darker', () => {
  const mean = (side: 'left' | 'right'): number => {
    const [x, y] = viewOf(side, format).project(0, 0, field.middle + 4)
    return openPitch(side, format).backdrop[Math.floor(y) * format.width + Math.floor(x)] ?? 0
  }
  assert.ok(mean('right') < mean('left') * 0.97)
})

/** Centre of the bright pixels (pixel centres at whole numbers) around a place: a marking on grass. */
function brightest(luma: Uint8Array, [placeX, placeY]: readonly [number, number]): [number, number] {
  const [centreX, centreY] = [Math.floor(placeX), Math.floor(placeY)]
  let [sum, sumX, sumY] = [0, 0, 0]
  for (let y = centreY - 4; y <= centreY + 4; y += 1)
    for (let x = centreX - 4; x <= centreX + 4; x += 1) {
      const weight = Math.max(0, (luma[y * format.width + x] ?? 0) - 130)
      sum += weight
      sumX += weight * x
      sumY += weight * y
    }
  assert.ok(sum > 0, `nothing bright at ${placeX}, ${placeY}`)
  return [sumX / sum, sumY / sum]
}
