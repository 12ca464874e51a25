import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isPluggedCamera, parseDeviceListing, parseFormatListing, type V4l2Offer } from './v4l2-listing.ts'
import { chooseFormat, v4l2Arguments } from './v4l2.ts'

/** A Raspberry Pi 5 with two webcams: 36 nodes, two cameras. */
const devices = `pispbe (platform:1000880000.pisp_be):
${[20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35].map((n) => `\t/dev/video${n}`).join('\n')}
\t/dev/media0

rp1-cfe (platform:1f00110000.csi):
${[0, 1, 2, 3, 4, 5, 6, 7].map((n) => `\t/dev/video${n}`).join('\n')}
\t/dev/media2

rp1-cfe (platform:1f00128000.csi):
${[10, 11, 12, 13, 14, 15, 16].map((n) => `\t/dev/video${n}`).join('\n')}
\t/dev/media3

rpi-hevc-dec (platform:rpi-hevc-dec):
\t/dev/video19
\t/dev/media4

HD Pro Webcam C920 (usb-xhci-hcd.0-1):
\t/dev/video8
\t/dev/video9
\t/dev/media5

Logi: 4K (Pro) (usb-xhci-hcd.1-2):
\t/dev/video17
\t/dev/video18
\t/dev/media6

`

const webcam = `ioctl: VIDIOC_ENUM_FMT
	Type: Video Capture

	[0]: 'YUYV' (YUYV 4:2:2)
		Size: Discrete 640x480
			Interval: Discrete 0.033s (30.000 fps)
			Interval: Discrete 0.040s (25.000 fps)
		Size: Discrete 1280x720
			Interval: Discrete 0.100s (10.000 fps)
	[1]: 'MJPG' (Motion-JPEG, compressed)
		Size: Discrete 1280x720
			Interval: Discrete 0.033s (30.000 fps)
			Interval: Discrete 0.040s (25.000 fps)
		Size: Discrete 1920x1080
			Interval: Discrete 0.033s (30.000 fps)
`
const h264 = `${webcam}	[2]: 'H264' (H.264, compressed)
		Size: Discrete 1280x720
			Interval: Discrete 0.033s (29.970 fps)
`
/** A device that gives any size, and rates in steps. */
const ranges = `ioctl: VIDIOC_ENUM_FMT
	Type: Video Capture

	[0]: 'YUYV' (YUYV 4:2:2)
		Size: Stepwise 16x16 - 3840x2160 with step 2/2
			Interval: Continuous 0.010s - 1.000s (1.000-100.000 fps)
	[1]: 'XR24' (32-bit BGRX 8-8-8-8)
		Size: Discrete 1280x720
			Interval: Discrete 0.017s (60.000 fps)
`

/** As v4l2-ctl 1.22 lists the kernel's two test cameras (vivid, Linux 6.1), shortened. */
const vividDevices = `vivid (platform:vivid-000):
\t/dev/video0
\t/dev/media0

vivid (platform:vivid-001):
\t/dev/video1
\t/dev/media1

`
const vividFormats = `ioctl: VIDIOC_ENUM_FMT
\tType: Video Capture

\t[0]: 'YUYV' (YUYV 4:2:2, csc-colorspace, csc-ycbcr, csc-quantization, csc-xfer-func)
\t\tSize: Discrete 320x180
\t\t\tInterval: Discrete 0.100s (10.000 fps)
\t\t\tInterval: Discrete 0.080s (12.500 fps)
\t\t\tInterval: Discrete 0.017s (60.000 fps)
\t\tSize: Discrete 3840x2160
\t\t\tInterval: Discrete 0.500s (2.000 fps)
\t[1]: 'UYVY' (UYVY 4:2:2, csc-colorspace, csc-ycbcr, csc-quantization, csc-xfer-func)
\t\tSize: Discrete 320x180
\t\t\tInterval: Discrete 0.100s (10.000 fps)
\t[50]: 'XR15-BE' (16-bit XRGB 1-5-5-5 BE, csc-colorspace, csc-quantization, csc-xfer-func)
\t\tSize: Discrete 640x480
\t\t\tInterval: Discrete 0.100s (10.000 fps)
`

test('the test cameras of a kernel are read as they are listed, and are at no plug', () => {
  const groups = parseDeviceListing(vividDevices)
  assert.deepEqual(
    groups.map(({ bus, nodes }) => [bus, ...nodes]),
    [
      ['platform:vivid-000', '/dev/video0'],
      ['platform:vivid-001', '/dev/video1'],
    ],
  )
  assert.deepEqual(groups.filter(isPluggedCamera), [])
  assert.deepEqual(choose(vividFormats, 320, 180, 10), { inputFormat: 'yuyv422', fps: 10, work: 'encode' })
  assert.deepEqual(choose(vividFormats, 320, 180, 25), { inputFormat: 'yuyv422', fps: 60, work: 'encode' })
  assert.throws(() => choose(vividFormats, 640, 480, 10), { code: 'invalid' }, 'another form is not the one before it')
  assert.throws(() => choose(vividFormats, 3840, 2160, 10), { code: 'invalid', hint: /YUYV 3840x2160 up to 2/ })
})

test('of 36 nodes those at a plug are cameras', () => {
  const groups = parseDeviceListing(devices)
  assert.equal(groups.flatMap(({ nodes }) => nodes).length, 36)
  assert.deepEqual(
    groups.filter(isPluggedCamera).map(({ name, nodes }) => [name, nodes[0]]),
    [
      ['HD Pro Webcam C920', '/dev/video8'],
      ['Logi: 4K (Pro)', '/dev/video17'],
    ],
  )
})

test('sizes and rates are read, discrete and in ranges; a node for metadata has none', () => {
  const offers = parseFormatListing(webcam)
  assert.deepEqual(
    offers.map(({ pixels, maxWidth, maxFps }) => `${pixels} ${maxWidth} ${maxFps}`),
    ['YUYV 640 30', 'YUYV 640 25', 'YUYV 1280 10', 'MJPG 1280 30', 'MJPG 1280 25', 'MJPG 1920 30'],
  )
  assert.deepEqual(parseFormatListing(ranges)[0], {
    pixels: 'YUYV',
    minWidth: 16,
    minHeight: 16,
    maxWidth: 3840,
    maxHeight: 2160,
    minFps: 1,
    maxFps: 100,
  })
  assert.deepEqual(
    parseFormatListing("ioctl: VIDIOC_ENUM_FMT\n\tType: Metadata Capture\n\n\t[0]: 'UVCH' (UVC Payload Header Metadata)\n"),
    [],
  )
  assert.deepEqual(parseFormatListing(webcam.replace('Video Capture', 'Video Output')), [])
})

const choose = (text: string, width: number, height: number, fps: number, pixels?: 'h264' | 'mjpeg' | 'raw') =>
  chooseFormat('/dev/video0', parseFormatListing(text), { width, height, fps }, { pixels })

test('the way with the least work is taken', () => {
  assert.deepEqual(choose(h264, 1280, 720, 30), { inputFormat: 'h264', fps: 29.97, work: 'copy' })
  assert.deepEqual(choose(webcam, 1280, 720, 25), { inputFormat: 'mjpeg', fps: 25, work: 'encode' })
  assert.deepEqual(choose(webcam, 640, 480, 25), { inputFormat: 'yuyv422', fps: 25, work: 'encode' })
  assert.deepEqual(choose(ranges, 640, 360, 25), { inputFormat: 'yuyv422', fps: 25, work: 'encode' })
})

test('a faster camera is thinned out, but never copied at another rate', () => {
  assert.deepEqual(choose(webcam, 1920, 1080, 25), { inputFormat: 'mjpeg', fps: 30, work: 'encode' })
  assert.deepEqual(choose(h264, 1280, 720, 25), { inputFormat: 'mjpeg', fps: 25, work: 'encode' })
  assert.throws(() => choose(h264, 1280, 720, 25, 'h264'), { code: 'invalid' })
})

test('a way that is asked for is taken', () => {
  assert.equal(choose(h264, 1280, 720, 30, 'mjpeg').inputFormat, 'mjpeg')
  assert.equal(choose(ranges, 640, 360, 25, 'raw').inputFormat, 'yuyv422')
})

test('what is not offered is refused with what is', () => {
  assert.throws(() => choose(webcam, 1280, 720, 60), { code: 'invalid', hint: /MJPG 1280x720 up to 30/ })
  assert.throws(() => choose(webcam, 1280, 722, 25), { code: 'invalid' })
  assert.throws(() => choose(webcam, 1280, 720, 25, 'h264'), { message: /no h264 pictures/ })
  assert.throws(() => choose('', 1280, 720, 25), { hint: /nothing that can be used/ })
})

test('H.264 is copied as it comes', () => {
  const args = v4l2Arguments('/dev/v4l/by-path/a', choose(h264, 1280, 720, 30), { width: 1280, height: 720, fps: 30 }, 5_000)
  assert.equal(
    args.join(' '),
    '-hide_banner -nostdin -loglevel warning -f v4l2 -input_format h264 -video_size 1280x720 -framerate 29.97 -i /dev/v4l/by-path/a ' +
      '-map 0:v:0 -c:v copy -bsf:v dump_extra=freq=keyframe ' +
      '-f mpegts -mpegts_flags pat_pmt_at_frames -muxdelay 0 -muxpreload 0 -flush_packets 1 pipe:1',
  )
})

test('other pictures are encoded with a key frame a second and their own times', () => {
  const args = v4l2Arguments('/dev/video0', choose(webcam, 1920, 1080, 25), { width: 1920, height: 1080, fps: 25 }, 8_000)
  assert.equal(
    args.join(' '),
    '-hide_banner -nostdin -loglevel warning -f v4l2 -input_format mjpeg -video_size 1920x1080 -framerate 30 -i /dev/video0 ' +
      '-map 0:v:0 -vf fps=25,scale=out_range=tv:out_color_matrix=bt709,format=yuv420p -fps_mode passthrough ' +
      '-c:v libx264 -preset ultrafast -tune zerolatency -profile:v high -bf 0 -g 25 -keyint_min 25 -sc_threshold 0 ' +
      '-force_key_frames expr:gte(t,n_forced) -b:v 8000k -maxrate 8000k -bufsize 8000k ' +
      '-color_range tv -colorspace bt709 -color_primaries bt709 -color_trc bt709 ' +
      '-f mpegts -mpegts_flags pat_pmt_at_frames -muxdelay 0 -muxpreload 0 -flush_packets 1 pipe:1',
  )
})

test('any text is read without harm, and every choice is one that was offered', () => {
  const lines = fc.array(fc.oneof(fc.string(), fc.constantFrom(...h264.split('\n'), ...ranges.split('\n'))), { maxLength: 30 })
  const format = fc.record({ width: fc.constantFrom(640, 1280), height: fc.constantFrom(480, 720), fps: fc.integer({ min: 10, max: 60 }) })
  fc.assert(
    fc.property(lines, format, (text, wanted) => {
      parseDeviceListing(text.join('\n'))
      const offers: V4l2Offer[] = parseFormatListing(text.join('\n'))
      try {
        const choice = chooseFormat('/dev/video0', offers, wanted, { pixels: undefined })
        assert.ok(offers.some(({ minFps, maxFps }) => minFps <= choice.fps && choice.fps <= maxFps))
      } catch (error) {
        assert.ok(error instanceof Error && 'code' in error && error.code === 'invalid')
      }
    }),
  )
})
