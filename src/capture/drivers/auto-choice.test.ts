import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chooseAuto, type SeenCameras } from './auto-choice.ts'

const sensor = (path: string) => ({ model: 'imx477', path })
const webcam = (device: string) => ({ name: 'HD Webcam', device })
const seen = (csi: readonly string[], usb: readonly string[]): SeenCameras => ({ csi: csi.map(sensor), usb: usb.map(webcam), nodes: 36 })
const pick = (all: SeenCameras, other?: string): string[] => (['left', 'right'] as const).map((side) => chooseAuto(side, all, other).source)

test('two CSI cameras come before two at USB', () => {
  assert.deepEqual(pick(seen(['/a', '/b'], ['/dev/x', '/dev/y'])), ['rpicam:/a', 'rpicam:/b'])
  assert.deepEqual(pick(seen([], ['/dev/x', '/dev/y'])), ['v4l2:/dev/x', 'v4l2:/dev/y'])
  assert.match(chooseAuto('right', seen(['/a', '/b'], [])).why, /second of the two CSI cameras: imx477/)
})

test('one of each is a pair', () => {
  assert.deepEqual(pick(seen(['/a'], ['/dev/x'])), ['rpicam:/a', 'v4l2:/dev/x'])
})

test('without any camera it refuses, and tells what was seen', () => {
  assert.throws(() => pick(seen([], [])), { code: 'camera_missing', message: /saw 0 at CSI connectors and 0 at USB; 36 video nodes/ })
})

test('the only camera is the left one, so that something is recorded', () => {
  for (const all of [seen(['/a'], []), seen([], ['/dev/x'])]) {
    assert.match(chooseAuto('left', all).why, /the only camera/)
    assert.throws(() => chooseAuto('right', all), { code: 'camera_missing' })
  }
})

test('a camera of before stays on its side, in whatever order they are found, also alone', () => {
  const before = { left: 'v4l2:/dev/y', right: 'v4l2:/dev/x' }
  const choose = (side: 'left' | 'right', ...usb: string[]) => chooseAuto(side, seen([], usb), 'auto', before).source
  assert.deepEqual([choose('left', '/dev/x', '/dev/y'), choose('right', '/dev/x', '/dev/y')], ['v4l2:/dev/y', 'v4l2:/dev/x'])
  assert.equal(choose('right', '/dev/x'), 'v4l2:/dev/x')
  assert.throws(() => choose('left', '/dev/x'), { code: 'camera_missing', message: /camera of before is gone: v4l2:\/dev\/y/ })
  assert.equal(choose('left', '/dev/x', '/dev/z'), 'v4l2:/dev/z', 'one in the place of the one that is gone')
  assert.throws(() => choose('left', '/dev/x', '/dev/z', '/dev/w'), { code: 'invalid' })
  assert.deepEqual([choose('left', '/dev/v', '/dev/w'), choose('right', '/dev/v', '/dev/w')], ['v4l2:/dev/v', 'v4l2:/dev/w'], 'another rig')
})

test('among three of a kind nothing is chosen', () => {
  assert.throws(() => pick(seen(['/a', '/b', '/c'], [])), { code: 'invalid', hint: /rpicam:\/a rpicam:\/b rpicam:\/c/ })
  assert.throws(() => pick(seen(['/a'], ['/dev/x', '/dev/y', '/dev/z'])), { code: 'invalid' })
})

test('a camera that the other side names is left to it', () => {
  assert.deepEqual(chooseAuto('left', seen(['/a', '/b'], []), 'rpicam:/a?rotation=180').source, 'rpicam:/b')
  assert.deepEqual(chooseAuto('right', seen([], ['/dev/x']), 'rtsp://camera/1').source, 'v4l2:/dev/x')
  assert.throws(() => chooseAuto('left', seen(['/a'], []), 'rpicam:/a'), { code: 'camera_missing' })
  assert.throws(() => chooseAuto('left', seen(['/a', '/b'], []), 'rtsp://camera/1'), { code: 'invalid' })
})
