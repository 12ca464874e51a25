import assert from 'node:assert/strict'
import { test } from 'node:test'
import { twoSensors } from '../../../tests/programs/rpicam-vid-folder.ts'
import { parseCameraListing, type CsiCamera } from './rpicam-listing.ts'
import { chooseSensorMode, namedSensorMode, syncHeadroom } from './sensor-mode.ts'

const camera = (): CsiCamera => parseCameraListing(twoSensors)[0] ?? assert.fail('no camera')
const widthOf = (width: number, height: number, fps: number, headroom = 1): number =>
  chooseSensorMode(camera(), { width, height, fps }, headroom).mode.width

test('the whole field of view is taken, with no more pixels than needed, though a faster mode has the size', () => {
  assert.equal(widthOf(1280, 720, 25), 2304)
  assert.equal(chooseSensorMode(camera(), { width: 1280, height: 720, fps: 25 }).lostView, 0)
  assert.equal(widthOf(2560, 1440, 14), 4608)
})

test('a rate that the whole view does not reach costs view, and it is told how much', () => {
  const { mode, lostView } = chooseSensorMode(camera(), { width: 1280, height: 720, fps: 60 })
  assert.equal(mode.width, 1536)
  assert.equal(lostView, 0.556)
})

test('a pair in step needs room below the highest rate', () => {
  assert.equal(widthOf(1280, 720, 56, 1), 2304)
  assert.equal(widthOf(1280, 720, 56, syncHeadroom), 1536)
})

test('what no mode gives is refused with what there is', () => {
  assert.throws(() => widthOf(1920, 1080, 60), { code: 'invalid', hint: /2304x1296 up to 56.03/ })
  assert.throws(() => chooseSensorMode({ ...camera(), modes: [] }, { width: 640, height: 360, fps: 25 }), {
    hint: /nothing that can be used/,
  })
})

test('a mode may be named by its size, and its bits', () => {
  assert.equal(namedSensorMode(camera(), { width: 1536, height: 864 })?.maxFps, 120.13)
  assert.equal(namedSensorMode(camera(), { width: 1536, height: 864, bitDepth: 12 }), undefined)
  assert.equal(namedSensorMode(camera(), { width: 1, height: 864 }), undefined)
})
