import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encoderOf, rpicamArguments, type RpicamOrder } from './rpicam.ts'

const order: RpicamOrder = {
  index: 1,
  mode: {
    pixelFormat: 'SRGGB10_CSI2P',
    bitDepth: 10,
    packed: true,
    width: 2304,
    height: 1296,
    maxFps: 56.03,
    crop: { x: 0, y: 0, width: 4608, height: 2592 },
  },
  format: { width: 1280, height: 720, fps: 25 },
  tuning: { bitrateKbps: 5_000, mainsHz: 50 },
  rotation: 0,
  lensDioptres: 0,
}

const common =
  '--nopreview --camera 1 --timeout 0 --width 1280 --height 720 --framerate 25 --mode 2304:1296:10:P --bitrate 5000000 --intra 25 ' +
  '--autofocus-mode manual --lens-position 0.00 --flicker-period 10000us '

test('a Raspberry Pi 5 encodes with x264 into MPEG-TS', () => {
  assert.equal(encoderOf('pi5'), 'libav')
  assert.equal(encoderOf('other'), 'libav')
  assert.equal(
    rpicamArguments(order, 'libav').join(' '),
    `${common}--codec libav --libav-video-codec libx264 --libav-video-codec-opts bf=0 --libav-format mpegts --low-latency --output -`,
  )
})

test('a Raspberry Pi 4 encodes in hardware, with parameter sets at each key frame', () => {
  assert.equal(encoderOf('pi4'), 'hardware')
  assert.equal(encoderOf('pi-older'), 'hardware')
  assert.equal(rpicamArguments(order, 'hardware').join(' '), `${common}--codec h264 --profile high --level 4.2 --inline --flush --output -`)
})

test('what is fixed for the pair, how the camera hangs and its part in running in step are said', () => {
  const args = rpicamArguments(
    {
      ...order,
      tuning: { bitrateKbps: 250, mainsHz: 60, shutterUs: 4_000, gain: 2.5, awbGains: { red: 1.8, blue: 1.4 } },
      rotation: 180,
      lensDioptres: 0.1,
      mode: { ...order.mode, bitDepth: 12, packed: false },
      sync: { role: 'client', tuningFile: '/cache/tuning.json' },
    },
    'libav',
  ).join(' ')
  assert.ok(
    args.includes(
      '--mode 2304:1296:12:U --bitrate 250000 --intra 25 --autofocus-mode manual --lens-position 0.10 --flicker-period 8333us ' +
        '--rotation 180 --shutter 4000us --gain 2.5 --awbgains 1.8,1.4 --tuning-file /cache/tuning.json --sync client --codec libav',
    ),
    args,
  )
})

test('without a tuning file of its own a pair runs in the group of the library', () => {
  const args = rpicamArguments({ ...order, sync: { role: 'server', tuningFile: undefined } }, 'libav')
  assert.ok(args.join(' ').includes('--sync server') && !args.includes('--tuning-file'))
})

test('metadata and time stamps are never asked of a container', () => {
  assert.ok(!rpicamArguments(order, 'libav').some((arg) => arg === '--metadata' || arg === '--save-pts'))
})
