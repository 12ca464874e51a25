import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { twoSensors } from '../../../tests/programs/rpicam-vid-folder.ts'
import { cameraAt, parseCameraListing } from './rpicam-listing.ts'

const hqCamera = `[0:12:44.601] [1893]  INFO Camera camera_manager.cpp:340 libcamera v0.7.1
Available cameras
-----------------
0 : imx477 [4056x3040 12-bit RGGB] (/base/soc/i2c0mux/i2c@1/imx477@1a)
    Modes: 'SRGGB10_CSI2P' : 1332x990 [120.05 fps - (696, 528)/2664x1980 crop]
           'SRGGB12_CSI2P' : 2028x1080 [50.03 fps - (0, 440)/4056x2160 crop]
                             2028x1520 [40.01 fps - (0, 0)/4056x3040 crop]
                             4056x3040 [10.00 fps - (0, 0)/4056x3040 crop]

`

test('two cameras are read with their places and modes', () => {
  const cameras = parseCameraListing(twoSensors)
  assert.deepEqual(
    cameras.map(({ index, model, path }) => [index, model, path]),
    [
      [0, 'imx708_wide', '/base/axi/pcie@1000120000/rp1/i2c@88000/imx708@1a'],
      [1, 'imx708_wide', '/base/axi/pcie@1000120000/rp1/i2c@80000/imx708@1a'],
    ],
  )
  assert.deepEqual(cameras[0]?.modes[1], {
    pixelFormat: 'SRGGB10_CSI2P',
    bitDepth: 10,
    packed: true,
    width: 2304,
    height: 1296,
    maxFps: 56.03,
    crop: { x: 0, y: 0, width: 4608, height: 2592 },
  })
})

test("each mode has the depth of its own line, and a library's remarks are passed over", () => {
  const [camera] = parseCameraListing(hqCamera)
  assert.deepEqual(
    camera?.modes.map(({ width, bitDepth, maxFps }) => [width, bitDepth, maxFps]),
    [
      [1332, 10, 120.05],
      [2028, 12, 50.03],
      [2028, 12, 40.01],
      [4056, 12, 10],
    ],
  )
})

test('no camera is no camera, whatever the exit code', () => {
  assert.deepEqual(parseCameraListing('No cameras available!\n'), [])
})

test('a camera is found at its place though a new kernel numbers the buses above it otherwise', () => {
  const cameras = parseCameraListing(twoSensors)
  assert.equal(cameraAt(cameras, '/base/axi/pcie@1000120000/rp1/i2c@80000/imx708@1a')?.index, 1)
  assert.equal(cameraAt(cameras, '/base/axi/pcie@120000/rp1/i2c@80000/imx708@1a')?.index, 1)
  assert.equal(cameraAt(cameras, '/base/axi/pcie@120000/rp1/i2c@80000/imx477@1a'), undefined)
  const alike = cameras.map((camera) => ({ ...camera, path: `/bus${camera.index}/i2c@1/imx708@1a` }))
  assert.equal(cameraAt(alike, '/bus7/i2c@1/imx708@1a'), undefined, 'two could be meant')
})

test('any text is read without harm, and what is read is whole', () => {
  const piece = fc.oneof(fc.string(), fc.constantFrom(...twoSensors.split('\n'), ...hqCamera.split('\n')))
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (lines) => {
      for (const camera of parseCameraListing(lines.join('\n'))) {
        assert.ok(camera.path.startsWith('/') && camera.width > 0)
        for (const mode of camera.modes) assert.ok(mode.pixelFormat !== '' && Number.isFinite(mode.maxFps + mode.bitDepth))
      }
    }),
  )
})
