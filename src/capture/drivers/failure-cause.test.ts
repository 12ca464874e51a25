import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { causeOf } from './failure-cause.ts'

test('the words of every known failure have their cause', () => {
  for (const [words, code] of [
    ['ERROR: *** no cameras available ***', 'camera-absent'],
    ['No cameras available!', 'camera-absent'],
    ['ERROR: *** selected camera is not available ***', 'camera-absent'],
    [
      'ERROR Camera camera.cpp:1124 Pipeline handler in use by another process\nERROR: *** failed to acquire camera /base/x ***',
      'camera-busy',
    ],
    ['[video4linux2,v4l2 @ 0x1] ioctl(VIDIOC_STREAMON): Device or resource busy', 'camera-busy'],
    ['ERROR: *** failed to start camera ***', 'camera-start-failed'],
    ['ERROR: *** camera manager failed to start, code 19 ***', 'camera-start-failed'],
    ['dmaHeap allocation failure for rpicam-apps0\nERROR: *** failed to allocate capture buffers for stream ***', 'camera-memory'],
    ['ERROR RPI Could not open any dmaHeap device', 'camera-permission'],
    ['[video4linux2,v4l2 @ 0x1] Cannot open video device /dev/video0: Permission denied', 'camera-permission'],
    ['Dequeue timer of 1000000.00us has expired!', 'camera-hung'],
    ['Camera frontend has timed out!', 'camera-hung'],
    ['ERROR: Device timeout detected, attempting a restart!!!', 'camera-hung'],
    ['ERROR: *** failed to open V4L2 H264 encoder ***', 'encoder-missing'],
    ['[h264_v4l2m2m @ 0x1] Could not find a valid device', 'encoder-missing'],
    ['ERROR: *** libav: Incompatible options selected. ***', 'wrong-arguments'],
    ["ERROR: *** unrecognised option '--libav-format' ***", 'wrong-arguments'],
    ['what():  libav: error writing output: Broken pipe', 'reader-gone'],
    ['ERROR: *** failed to write output bytes ***', 'reader-gone'],
    ['[video4linux2,v4l2 @ 0x1] ioctl(VIDIOC_STREAMON): No space left on device\n/dev/video0: No space left on device', 'usb-bandwidth'],
    ['[video4linux2,v4l2 @ 0x1] ioctl(VIDIOC_DQBUF): No such device', 'camera-gone'],
    ['/dev/v4l/by-path/x-video-index0: No such file or directory', 'camera-gone'],
    ['/dev/video0: Input/output error', 'camera-gone'],
    // As ffmpeg 5.1 said them of real devices, with exit code 0 and 1.
    [
      'exit 0: [video4linux2,v4l2 @ 0x56411d5f9f40] ioctl(VIDIOC_DQBUF): Input/output error | /dev/v4l/by-path/x-video-index0: Input/output error',
      'camera-gone',
    ],
    ['exit 1: /dev/v4l/by-path/x-video-index0: Device or resource busy', 'camera-busy'],
    ['no picture: ', 'camera-hung'],
    ['no picture: [rtsp @ 0x1] Connection timed out', 'network-timeout'],
    ['[video4linux2,v4l2 @ 0x1] Not a video capture device', 'format-refused'],
    ['[rtsp @ 0x1] method DESCRIBE failed: 401 Unauthorized', 'login-refused'],
    ['[rtsp @ 0x1] method DESCRIBE failed: 404 Not Found', 'stream-missing'],
    ['[rtsp @ 0x1] method DESCRIBE failed: 503 Service Unavailable', 'camera-busy'],
    ['Server returned 5XX Server Error reply', 'camera-busy'],
    ['rtsp camera: hevc is no H.264 stream', 'codec-refused'],
    ['[tcp @ 0x1] Connection to tcp://10.0.0.9:554 failed: Connection refused', 'network-unreachable'],
    ['[tcp @ 0x1] Connection to tcp://10.0.0.9:554 failed: Connection timed out', 'network-timeout'],
    ['ERROR RPiSync sync.cpp:186 Send error! Network is unreachable', 'sync-network'],
  ] as const) {
    const cause = causeOf(`some line before\n${words}\nanother line`)
    assert.equal(cause.code, code, words)
    assert.ok(cause.mend.length > 20 && cause.fault.length > 10)
  }
})

test('that another camera is busy with its controls is no cause', () => {
  const cause = causeOf('ERROR V4L2 v4l2_device.cpp:390 Unable to set controls: Device or resource busy\nCamera frontend has timed out!')
  assert.equal(cause.code, 'camera-hung')
})

test('what needs a person is told apart from what passes', () => {
  assert.equal(causeOf('Could not open any dmaHeap device').permanent, true)
  assert.equal(causeOf('Camera frontend has timed out!').permanent, false)
})

test('unknown words are told as they are, without secrets, and silence is told as silence', () => {
  const { code, fault } = causeOf('one\nopening rtsp://club:hunter22@10.0.0.9/ did not work\n')
  assert.equal(code, 'unknown')
  assert.ok(fault.includes('did not work') && !fault.includes('hunter22'))
  assert.match(causeOf('').fault, /said nothing/)
})

test('any text has a cause with a mend', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 9_000 }), (text) => assert.ok(causeOf(text).mend.length > 20)))
})
