// A USB camera's command line for ffmpeg: what it offers decides whether its pictures are copied or encoded here.
// Pure; never asks a device.

import { EzrecError } from '../../base/errors.ts'
import type { RigFormat } from '../pitch/rig-format.ts'
import type { V4l2Switches } from './device-switches.ts'
import { copyArguments, encodeArguments, quietArguments, transportArguments } from './transport-arguments.ts'
import type { V4l2Offer } from './v4l2-listing.ts'

export type V4l2Choice = {
  /** ffmpeg's name of the form: `h264`, `mjpeg` or a raw one such as `yuyv422`. */
  readonly inputFormat: string
  /** What the device is asked for, in frames a second; more than the rig's where it has nothing else. */
  readonly fps: number
  readonly work: 'copy' | 'encode'
}

/** Least work first: H.264 as it comes, then MJPEG, then raw pictures, each at the rig's rate; then a faster one, thinned out.
 *  Errors: `invalid`, naming what the device offers. */
export function chooseFormat(device: string, offers: readonly V4l2Offer[], format: RigFormat, { pixels }: V4l2Switches): V4l2Choice {
  const choices = offers
    .filter((offer) => holds(offer.minWidth, format.width, offer.maxWidth) && holds(offer.minHeight, format.height, offer.maxHeight))
    .flatMap((offer) => choiceOf(offer, format.fps))
    .filter(({ inputFormat }) => pixels === undefined || kindOf(inputFormat) === pixels)
    .toSorted((a, b) => effort(a, format) - effort(b, format))
  const [best] = choices
  if (best) return best
  throw new EzrecError(
    'invalid',
    `${device} gives no ${pixels ?? ''} pictures of ${format.width}x${format.height} at ${format.fps} a second`,
    {
      hint: `set RESOLUTION and RECORDING_FPS to what it offers: ${told(offers)}`,
      facts: { device },
    },
  )
}

/** Arguments that write MPEG-TS to standard output, with the times that the device's driver gave the pictures. */
export function v4l2Arguments(device: string, choice: V4l2Choice, format: RigFormat, bitrateKbps: number): readonly string[] {
  const thinned = choice.fps > format.fps * (1 + sameRate) ? `fps=${format.fps},` : ''
  return [
    quietArguments,
    ['-f', 'v4l2', '-input_format', choice.inputFormat, '-video_size', `${format.width}x${format.height}`],
    ['-framerate', String(choice.fps), '-i', device],
    choice.work === 'copy'
      ? copyArguments
      : [
          ...['-map', '0:v:0', '-vf', `${thinned}scale=out_range=tv:out_color_matrix=bt709,format=yuv420p`],
          ...['-fps_mode', 'passthrough', ...encodeArguments(format, bitrateKbps)],
        ],
    transportArguments,
  ].flat()
}

/** 29.97 and 30 are the same rate to a timeline that goes by capture times. */
const sameRate = 0.002

function choiceOf(offer: V4l2Offer, fps: number): V4l2Choice[] {
  const inputFormat = inputFormats[offer.pixels]
  if (inputFormat === undefined || offer.maxFps < fps * (1 - sameRate)) return []
  const rate = offer.minFps <= fps * (1 + sameRate) ? Math.min(fps, offer.maxFps) : offer.minFps
  if (inputFormat !== 'h264') return [{ inputFormat, fps: rate, work: 'encode' }]
  return rate > fps * (1 + sameRate) ? [] : [{ inputFormat, fps: rate, work: 'copy' }] // copied pictures cannot be thinned out
}

const effort = ({ inputFormat, fps }: V4l2Choice, format: RigFormat): number =>
  ['h264', 'mjpeg', 'raw'].indexOf(kindOf(inputFormat)) + (fps > format.fps * (1 + sameRate) ? 10 + fps : 0)

const kindOf = (inputFormat: string): 'h264' | 'mjpeg' | 'raw' => (inputFormat === 'h264' || inputFormat === 'mjpeg' ? inputFormat : 'raw')

/** Four-character codes of the kernel and ffmpeg's names of them. Source: FFmpeg, libavdevice/v4l2-common.c. */
const inputFormats: Readonly<Record<string, string>> = {
  H264: 'h264',
  MJPG: 'mjpeg',
  JPEG: 'mjpeg',
  YUYV: 'yuyv422',
  UYVY: 'uyvy422',
  YU12: 'yuv420p',
  NV12: 'nv12',
  '422P': 'yuv422p',
  RGB3: 'rgb24',
  BGR3: 'bgr24',
}

const holds = (least: number, value: number, most: number): boolean => least <= value && value <= most

function told(offers: readonly V4l2Offer[]): string {
  const known = offers.filter(({ pixels }) => pixels in inputFormats)
  const texts = known.map(({ pixels, maxWidth, maxHeight, maxFps }) => `${pixels} ${maxWidth}x${maxHeight} up to ${maxFps}`)
  return [...new Set(texts)].slice(0, 40).join(', ') || 'nothing that can be used'
}
