// The command lines of a simulated camera whose pictures this box encodes live, like those of a sensor: once to pictures, once to H.264.
// Pure. The second is what a USB camera's raw pictures are encoded with, to the letter.

import { encodeArguments, quietArguments, transportArguments } from './transport-arguments.ts'

/** MPEG-TS on standard input -> raw pictures with their time stamps on standard output. */
export const playRawArguments: readonly string[] = [
  quietArguments,
  ['-copyts', '-probesize', '200000', '-analyzeduration', '0', '-flags', 'low_delay', '-threads', '1', '-f', 'mpegts', '-i', 'pipe:0'],
  ['-map', '0:v:0', '-fps_mode', 'passthrough', '-enc_time_base', '1:90000', '-c:v', 'rawvideo', '-flush_packets', '1'],
  ['-f', 'nut', 'pipe:1'],
].flat()

/** Raw pictures on standard input -> MPEG-TS on standard output. */
export const encodeRawArguments = (fps: number, bitrateKbps: number): readonly string[] =>
  [
    quietArguments,
    ['-copyts', '-probesize', '32', '-analyzeduration', '0', '-f', 'nut', '-i', 'pipe:0'],
    ['-map', '0:v:0', '-fps_mode', 'passthrough', '-enc_time_base', '1:90000', ...encodeArguments({ fps }, bitrateKbps)],
    transportArguments,
  ].flat()
