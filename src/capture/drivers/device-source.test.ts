import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, test } from 'node:test'
import { installRpicam, leftSensor, perfect, rightSensor, twoSensors, type FakeRpicam } from '../../../tests/programs/rpicam-vid-folder.ts'
import { installV4l2Ctl } from '../../../tests/programs/v4l2-ctl-folder.ts'
import { temporaryFolder } from '../../../tests/temporary-folder.ts'
import { seeCameras } from './auto.ts'
import { openSource, type SourceContext } from './driver.ts'
import { readSyncGroup } from './sync-group.ts'

const usualPath = process.env['PATH']
let folder: ReturnType<typeof temporaryFolder>
beforeEach(() => (folder = temporaryFolder()))
afterEach(() => {
  process.env['PATH'] = usualPath
  folder[Symbol.dispose]()
})

const webcam = `ioctl: VIDIOC_ENUM_FMT
	Type: Video Capture

	[0]: 'MJPG' (Motion-JPEG, compressed)
		Size: Discrete 1280x720
			Interval: Discrete 0.040s (25.000 fps)
`
const twoWebcams = `rpi-hevc-dec (platform:rpi-hevc-dec):
	/dev/video19

HD Webcam (usb-xhci-hcd.0-1):
	/dev/video0
	/dev/video1

HD Webcam (usb-xhci-hcd.1-2):
	/dev/video2
	/dev/video3

`

function context(model: string, more: Partial<SourceContext> = {}): SourceContext {
  mkdirSync(folder.file('by-path'), { recursive: true })
  mkdirSync(folder.file('proc'), { recursive: true })
  writeFileSync(folder.file('model'), model)
  const machine = {
    modelFile: folder.file('model'),
    procFolder: folder.file('proc'),
    devFolder: folder.file('dev'),
    byPathFolder: folder.file('by-path'),
    machineIdFile: folder.file('machine-id'),
    cores: 4,
  }
  return { side: 'left', format: { width: 1280, height: 720, fps: 25 }, cacheFolder: folder.file('cache'), machine, ...more }
}

/** A machine with these CSI cameras (two, unless a listing is given), and these USB cameras. */
function machineWith(listing: string | undefined, devices = ''): FakeRpicam {
  const fake = installRpicam(folder.file('programs'), {
    cacheFolder: folder.file('cache'),
    cameras: { 0: perfect('left') },
    ...(listing === undefined ? {} : { listing }),
  })
  installV4l2Ctl(folder.file('programs'), devices, { '/dev/video0': webcam, '/dev/video2': webcam })
  process.env['PATH'] = fake.path
  return fake
}

const pi5 = 'Raspberry Pi 5 Model B Rev 1.0\0'
const pi4 = 'Raspberry Pi 4 Model B Rev 1.4\0'

test('a CSI camera is started by the index that its place has now, in the mode with the full field of view', async () => {
  machineWith(undefined)
  const { program, args, remarks } = await openSource(rightSensor, context(pi5))
  assert.equal(program, 'rpicam-vid')
  assert.ok(args.join(' ').startsWith('--nopreview --camera 1 ') && args.includes('2304:1296:10:P'), args.join(' '))
  assert.deepEqual(remarks, ['imx708_wide as camera 1, sensor mode 2304x1296 of 10 bits'])
})

test('cameras are listed once a boot, by both sides together, and not again for what is known', async () => {
  const fake = machineWith(undefined)
  await Promise.all([openSource(leftSensor, context(pi5)), openSource(rightSensor, context(pi5))])
  await openSource(leftSensor, context(pi5))
  assert.equal(fake.listings(), 1)
  const kept = folder.file('cache', 'csi-cameras.json')
  writeFileSync(kept, readFileSync(kept, 'utf8').replace(/"bootId":"[^"]*"/, '"bootId":"another"'))
  await openSource(leftSensor, context(pi5))
  assert.equal(fake.listings(), 2)
})

test('while a camera records, cameras are not listed', async () => {
  const fake = machineWith(undefined)
  const here = context(pi5)
  mkdirSync(folder.file('proc', '4711'))
  writeFileSync(folder.file('proc', '4711', 'comm'), 'rpicam-vid\n')
  await assert.rejects(openSource(leftSensor, here), { code: 'conflict', message: /process 4711/ })
  assert.equal(fake.listings(), 0)
})

test('a pair runs in step with a group of its own; beside another kind of camera it does not', async () => {
  machineWith(undefined)
  const sync = { group: '239.255.7.8', port: 20_009 }
  const pair = await openSource(leftSensor, context(pi5, { sync, otherSource: rightSensor }))
  assert.ok(pair.args.join(' ').includes('--sync server'))
  assert.ok(pair.argsAlone && !pair.argsAlone.includes('--sync'))
  const mixed = await openSource(leftSensor, context(pi5, { sync, otherSource: 'rtsp://camera/1' }))
  assert.ok(!mixed.args.includes('--sync') && mixed.argsAlone === undefined)
  assert.ok(
    !(await openSource(leftSensor, context(pi5, { otherSource: rightSensor }))).args.includes('--sync'),
    'only when it is asked for',
  )
  const found = await openSource('auto', context(pi5, { sync, side: 'right' }))
  assert.ok(found.args.join(' ').includes('--sync client'))
})

test('a Raspberry Pi 4 has a program of ours behind its encoder, and refuses a second CSI camera', async () => {
  machineWith(undefined)
  const { program, args } = await openSource(leftSensor, context(pi4, { otherSource: 'rtsp://camera/1' }))
  assert.equal(program, process.execPath)
  assert.match(args.join(' '), /raw-h264\/main\.ts .*"--codec","h264"/)
  await assert.rejects(openSource(leftSensor, context(pi4, { otherSource: rightSensor })), {
    code: 'invalid',
    message: /1 CSI camera at a time/,
  })
})

test('what the board cannot record is refused, what comes late is told', async () => {
  machineWith(undefined)
  const format = { width: 1920, height: 1080, fps: 30 }
  const { remarks } = await openSource(leftSensor, context(pi5, { format, otherSource: rightSensor }))
  assert.match(remarks?.at(-1) ?? '', /film comes later/)
  await assert.rejects(openSource(leftSensor, context(pi5, { format: { ...format, fps: 50 } })), {
    code: 'invalid',
    hint: /at most 1920x1080 at 30/,
  })
})

test('a named mode is taken, and one that does not exist is refused', async () => {
  machineWith(undefined)
  assert.ok((await openSource(`${leftSensor}?mode=1536x864&rotation=180`, context(pi5))).args.join(' ').includes('--mode 1536:864:10:P'))
  await assert.rejects(openSource(`${leftSensor}?mode=1000x1000`, context(pi5)), { code: 'invalid', hint: /1536x864/ })
})

test('USB cameras are seen under the names of their plugs, one for each, and no other node', async () => {
  machineWith('', twoWebcams)
  const here = context('')
  for (const [name, node] of [
    ['pci-0-usb-0:1:1.0-video-index0', 'video0'],
    ['pci-0-usbv2-0:1:1.0-video-index0', 'video0'],
    ['pci-0-usb-0:1:1.0-video-index1', 'video1'],
  ] as const)
    symlinkSync(`../../${node}`, folder.file('by-path', name))
  const { csi, usb, nodes } = await seeCameras(here)
  assert.deepEqual(csi, [])
  assert.deepEqual(
    usb.map(({ name, device }) => [name, device]),
    [
      ['HD Webcam', folder.file('by-path', 'pci-0-usb-0:1:1.0-video-index0')],
      ['HD Webcam', '/dev/video2'], // udev made no name for it
    ],
  )
  assert.equal(nodes, 5)
})

test('a device that is not there is told before its program is asked', async () => {
  machineWith('', twoWebcams)
  await assert.rejects(openSource('v4l2:/dev/video77', context('')), { code: 'camera_missing', message: /no camera at \/dev\/video77/ })
})

test('a USB camera is asked what it offers and started with the least work', async () => {
  machineWith('', twoWebcams)
  installV4l2Ctl(folder.file('programs'), twoWebcams, { '/dev/null': webcam })
  const { program, args, presentWhile, remarks } = await openSource('v4l2:/dev/null', context(''))
  assert.deepEqual([program, presentWhile], ['ffmpeg', '/dev/null'])
  assert.ok(args.join(' ').includes('-input_format mjpeg -video_size 1280x720 -framerate 25 -i /dev/null'))
  assert.deepEqual(remarks, ['mjpeg at 25 frames a second, encoded on this box'])
})

test('auto remembers its pair, and goes on with the camera that is left', async () => {
  machineWith(undefined)
  await openSource('auto', context(pi5))
  assert.deepEqual(JSON.parse(readFileSync(folder.file('cache', 'auto-pair.json'), 'utf8')), { left: leftSensor, right: rightSensor })
  const [, second = ''] = twoSensors.split(/(?=1 : imx)/)
  machineWith(second.replace('1 : ', '0 : '))
  rmSync(folder.file('cache', 'csi-cameras.json'))
  await assert.rejects(openSource('auto', context(pi5)), { code: 'camera_missing', message: /of before is gone/ })
  const { args, remarks } = await openSource('auto', context(pi5, { side: 'right', sync: { group: '239.255.7.8', port: 20_009 } }))
  assert.ok(args.join(' ').includes('--camera 0') && !args.includes('--sync'))
  assert.match(remarks?.[0] ?? '', /the same as before/)
})

test('auto without cameras says what it saw', async () => {
  machineWith('', 'rpi-hevc-dec (platform:rpi-hevc-dec):\n\t/dev/video19\n')
  await assert.rejects(openSource('auto', context(pi5)), {
    code: 'camera_missing',
    message: /0 at CSI connectors and 0 at USB; 1 video nodes/,
  })
})

test('a machine without the programs has no cameras; one whose program fails is told why', async () => {
  process.env['PATH'] = folder.path
  await assert.rejects(openSource('auto', context('')), { code: 'camera_missing' })
  await assert.rejects(openSource(leftSensor, context('')), { code: 'program_missing', hint: /install rpicam-vid/ })
  await assert.rejects(openSource('v4l2:/dev/null', context('')), { code: 'program_missing', hint: /install .* v4l-utils/ })
  writeFileSync(folder.file('rpicam-vid'), '#!/bin/sh\necho "Could not open any dmaHeap device" >&2\nexit 255\n', { mode: 0o755 })
  await assert.rejects(openSource(leftSensor, context('')), { code: 'camera_missing', hint: /group video/ })
})

test('what is fixed for the pair reaches the camera', async () => {
  machineWith(undefined)
  const tuning = { bitrateKbps: 8_000, mainsHz: 60, shutterUs: 2_000 } as const
  const { args } = await openSource(leftSensor, context(pi5, { tuning }))
  assert.ok(args.join(' ').includes('--bitrate 8000000') && args.includes('8333us') && args.includes('2000us'))
  assert.match(readFileSync(folder.file('cache', 'csi-cameras.json'), 'utf8'), /imx708/)
})

test("a box's group is its own: by its machine-id, and without one by its name", async () => {
  const { machine } = context('')
  const unnamed = await readSyncGroup('rig', machine)
  writeFileSync(folder.file('machine-id'), 'one\n')
  const one = await readSyncGroup('rig', machine)
  assert.deepEqual(await readSyncGroup('rig', machine), one)
  writeFileSync(folder.file('machine-id'), 'two\n')
  assert.equal(
    new Set(
      [unnamed, one, await readSyncGroup('rig', machine), await readSyncGroup('rig-2', machine)].map(
        ({ group, port }) => `${group}:${port}`,
      ),
    ).size,
    4,
  )
})
