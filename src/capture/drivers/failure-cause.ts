// What a camera program's last words mean: a cause code for logs and rows, the fault in a sentence, and the mend.
// Pure; never guesses: words that are not known are `unknown`, with the last line as they are.

import { scrubText } from '../../base/logger.ts'

/** The closed list of what ends or keeps a camera. */
export type CauseCode =
  | 'camera-absent'
  | 'camera-busy'
  | 'camera-start-failed'
  | 'camera-memory'
  | 'camera-permission'
  | 'camera-hung'
  | 'camera-gone'
  | 'encoder-missing'
  | 'wrong-arguments'
  | 'reader-gone'
  | 'usb-bandwidth'
  | 'format-refused'
  | 'codec-refused'
  | 'network-unreachable'
  | 'network-timeout'
  | 'login-refused'
  | 'stream-missing'
  | 'sync-network'
  | 'unknown'

export type FailureCause = {
  readonly code: CauseCode
  /** What happened, in a sentence without a full stop. */
  readonly fault: string
  /** What to do about it. */
  readonly mend: string
  /** Starting it again cannot help before somebody has changed something. */
  readonly permanent: boolean
}

/** The cause told by the end of a camera program's standard error. The most telling words win, wherever they stand. */
export function causeOf(stderrTail: string): FailureCause {
  const known = causes.find(({ words }) => words.test(stderrTail))
  if (known) return { code: known.code, fault: known.fault, mend: known.mend, permanent: known.permanent ?? false }
  const last = scrubText(stderrTail).trim().split('\n').at(-1)?.trim().slice(-200) ?? ''
  return {
    code: 'unknown',
    fault: last === '' ? 'it said nothing' : `its last words were: ${last}`,
    mend: 'run ./ezrec cameras test, and look at the camera, its cable and its power',
    permanent: false,
  }
}

type Known = Omit<FailureCause, 'permanent'> & { readonly words: RegExp; readonly permanent?: true }

/** In this order: what a program says last is often a consequence of what it said first. */
const causes: readonly Known[] = [
  {
    words:
      /Pipeline handler in use by another process|failed to acquire camera|VIDIOC_(S_FMT|REQBUFS|STREAMON).*Device or resource busy|Cannot open video device .*busy|(?<!Unable to set controls): Device or resource busy/,
    code: 'camera-busy',
    fault: 'another process has the camera',
    mend: 'end the other program (a preview, an earlier recorder); fuser -v /dev/media* /dev/video* names it',
  },
  {
    words: /Could not open any dma[_-]?[hH]eap device|Permission denied/,
    code: 'camera-permission',
    fault: 'this user may not open the camera',
    mend: 'add the user of the service to the group video, then start it again',
    permanent: true,
  },
  {
    words: /dma[_-]?[hH]eap allocation failure|failed to allocate capture buffers/,
    code: 'camera-memory',
    fault: 'there is no memory left that cameras can use',
    mend: 'set a smaller RESOLUTION, or raise cma= in /boot/firmware/cmdline.txt',
  },
  {
    words: /Dequeue timer of [\d.]+us has expired|Camera frontend has timed out|Device timeout detected/,
    code: 'camera-hung',
    fault: 'the sensor sends no pictures any more',
    mend: 'look at the flat cable, its length and the power supply; it is started again by itself',
  },
  {
    words:
      /Incompatible options selected|unrecognised option|illegal rotation value|transforms requiring transpose|Invalid (mode|lens position|metering)|incorrect sync value|cannot find video encoder|codec option error|Unrecognized option|Option \S+ not found/i,
    code: 'wrong-arguments',
    fault: 'the camera program does not know what it was asked for',
    mend: 'install the full and current package (apt install rpicam-apps, not rpicam-apps-lite; ffmpeg 5.1 or newer)',
    permanent: true,
  },
  {
    words:
      /failed to open V4L2 H264 encoder|Could not find a valid device|Unable to find an appropriate H.264 codec|unable to open video codec/,
    code: 'encoder-missing',
    fault: 'the video encoder cannot be opened',
    mend: 'see that /dev/video11 is there and belongs to the group video; a Pi 5 encodes in software and needs rpicam-apps with libav',
    permanent: true,
  },
  {
    words: /\*\*\* selected camera is not available|failed to find camera/,
    code: 'camera-absent',
    fault: 'the camera is not where it was found before',
    mend: 'power off, seat its flat cable at both ends, power on, then run ./ezrec cameras list',
  },
  {
    words: /no cameras available/i,
    code: 'camera-absent',
    fault: 'no camera was found',
    mend: 'power off, seat the flat cables at both ends, power on; see that camera_auto_detect=1 or the dtoverlay of the sensor is in /boot/firmware/config.txt',
  },
  {
    words: /failed to start camera|camera manager failed to start/,
    code: 'camera-start-failed',
    fault: 'the camera driver did not start',
    mend: 'restart the box if it stays so; after an update of the system a restart is needed anyway',
  },
  {
    words: /error writing output|failed to write output bytes|av_interleaved_write_frame\(\): Broken pipe|pipe:1?: Broken pipe/,
    code: 'reader-gone',
    fault: 'what it sent could not be written',
    mend: 'look at the disk; it is started again by itself',
  },
  {
    words: /ioctl\(VIDIOC_STREAMON\): No space left on device|No space left on device.*\/dev\/v|\/dev\/v\S+: No space left on device/,
    code: 'usb-bandwidth',
    fault: 'the USB bus has no room for this camera beside the other one',
    mend: 'plug the two cameras into different USB controllers (a blue and a black port), or set a smaller RESOLUTION, a lower RECORDING_FPS or format=mjpeg',
    permanent: true,
  },
  {
    words: /Server returned 40[13]|401 Unauthorized|403 Forbidden|authorization failed/i,
    code: 'login-refused',
    fault: 'the camera refused the user or the password',
    mend: 'write both into the address: rtsp://user:password@camera/stream, with % signs for special characters',
    permanent: true,
  },
  {
    words: /Server returned 5(\d\d|XX)|503 Service Unavailable/i,
    code: 'camera-busy',
    fault: 'the camera has no stream to give just now',
    mend: 'it is tried again; if it stays so, look whether the camera or the relay before it has too many viewers',
  },
  {
    words: /Server returned 40[04]|404 (Stream )?Not Found|Server returned 4XX/i,
    code: 'stream-missing',
    fault: 'the camera has no stream of that name',
    mend: 'look up the path of the RTSP stream in the camera: its name is the part after the host',
    permanent: true,
  },
  {
    words: /is no H\.264 stream/,
    code: 'codec-refused',
    fault: 'the camera does not send H.264',
    mend: 'set the stream in the camera to H.264 (not H.265, not MJPEG), a key frame each second and no B-frames',
    permanent: true,
  },
  {
    words: /RPiSync.*(Send error|Unable to)/,
    code: 'sync-network',
    fault: 'the two cameras cannot hear each other',
    mend: 'start sudo ./deployment.sh again, which gives this box a multicast route of its own; or set CAMERA_SYNC=off',
  },
  {
    words: /Connection timed out|Operation timed out|Connection to .* failed: .*timed out/i,
    code: 'network-timeout',
    fault: 'the camera does not answer in time',
    mend: 'look at its power and its network cable, and see that its address is still the same',
  },
  {
    words: /Connection refused|No route to host|Network is unreachable|Failed to resolve hostname|Name or service not known/i,
    code: 'network-unreachable',
    fault: 'the camera cannot be reached',
    mend: 'look at its power and its network cable, and see that its address is still the same',
  },
  {
    words:
      /Cannot find a proper format|The driver .*changed the|Not a video capture device|Inappropriate ioctl|Invalid argument.*\/dev\/v|ioctl\(VIDIOC_S_FMT\)/,
    code: 'format-refused',
    fault: 'the device does not give pictures of this form',
    mend: 'run ./ezrec cameras list to see what it offers, and set RESOLUTION and RECORDING_FPS to it',
    permanent: true,
  },
  {
    words: /No such device|ioctl\(VIDIOC_DQBUF\)|Input\/output error|\/dev\/v\S+: No such file or directory|Cannot open video device/,
    code: 'camera-gone',
    fault: 'the camera was unplugged or reset itself',
    mend: 'look at its plug and at a powered hub; it is started again when it is back',
  },
  {
    words: /^no picture\b/m, // our own word for a program that lives and sends nothing, when it had none for it
    code: 'camera-hung',
    fault: 'the camera sends no pictures any more',
    mend: 'look at its cable, its plug and its power; it is started again by itself',
  },
]
