// A CSI camera's command line for rpicam-vid: which encoder, which sensor mode, what is fixed. Source: raspberrypi/rpicam-apps, core/options.cpp.
// Pure. Never combines --metadata or --save-pts with a container, never names a camera by an index that was not just looked up.

import type { RigFormat } from '../pitch/rig-format.ts'
import type { BoardKind } from './board.ts'
import type { CameraTuning } from './camera-tuning.ts'
import type { SensorMode } from './rpicam-listing.ts'

export type RpicamOrder = {
  /** From a listing of this boot. */
  readonly index: number
  readonly mode: SensorMode
  readonly format: RigFormat
  readonly tuning: CameraTuning
  /** A quarter turn is not the driver's: the sensor cannot. */
  readonly rotation: 0 | 180
  /** Where the lens stays, in dioptres (0 = infinity, 0.1 = 10 m); cameras without a motor ignore it. */
  readonly lensDioptres: number
  /** In step with the other camera; absent when the other is not started with this one: a client without its server waits for ever. */
  readonly sync?: { readonly role: 'server' | 'client'; readonly tuningFile: string | undefined } | undefined
}

/** The encoder that a board has: x264 through libav as MPEG-TS with the camera's own time stamps; or, where H.264 is made in hardware,
 *  a bare H.264 stream whose time stamps come by --save-pts (libav's hardware encoder leaves out the parameter sets that a
 *  transport stream needs). */
export const encoderOf = (board: BoardKind): 'libav' | 'hardware' => (board === 'pi4' || board === 'pi-older' ? 'hardware' : 'libav')

/** Arguments that write MPEG-TS to standard output (`libav`) or bare H.264 with parameter sets at each key frame (`hardware`). */
export function rpicamArguments(order: RpicamOrder, encoder: 'libav' | 'hardware'): readonly string[] {
  const { index, mode, format, tuning, rotation, lensDioptres } = order
  return [
    ['--nopreview', '--camera', String(index), '--timeout', '0'],
    ['--width', String(format.width), '--height', String(format.height), '--framerate', String(format.fps)],
    ['--mode', `${mode.width}:${mode.height}:${mode.bitDepth}:${mode.packed ? 'P' : 'U'}`],
    ['--bitrate', String(tuning.bitrateKbps * 1_000), '--intra', String(format.fps)],
    ['--autofocus-mode', 'manual', '--lens-position', lensDioptres.toFixed(2)],
    ['--flicker-period', `${Math.round(500_000 / tuning.mainsHz)}us`],
    rotation === 180 ? ['--rotation', '180'] : [],
    fixedExposure(tuning),
    order.sync?.tuningFile === undefined ? [] : ['--tuning-file', order.sync.tuningFile],
    order.sync === undefined ? [] : ['--sync', order.sync.role],
    encoderArguments[encoder],
    ['--output', '-'],
  ].flat()
}

/** `--low-latency`: ultrafast without B-frames or look-ahead, so that what leaves the encoder is as old as the picture. */
const encoderArguments = {
  libav: [
    ['--codec', 'libav', '--libav-video-codec', 'libx264', '--libav-video-codec-opts', 'bf=0', '--libav-format', 'mpegts'],
    ['--low-latency'],
  ].flat(),
  hardware: ['--codec', 'h264', '--profile', 'high', '--level', '4.2', '--inline', '--flush'],
} as const satisfies Record<'libav' | 'hardware', readonly string[]>

const fixedExposure = ({ shutterUs, gain, awbGains }: CameraTuning): string[] => [
  ...(shutterUs === undefined ? [] : ['--shutter', `${shutterUs}us`]),
  ...(gain === undefined ? [] : ['--gain', String(gain)]),
  ...(awbGains === undefined ? [] : ['--awbgains', `${awbGains.red},${awbGains.blue}`]),
]
