// How ffmpeg is asked for the stream that a camera must send: one H.264 stream in MPEG-TS on standard output, nothing held back.
// Pure; never names an input.

import type { RigFormat } from '../pitch/rig-format.ts'

/** Nothing on the terminal but warnings; standard input left alone. */
export const quietArguments: readonly string[] = ['-hide_banner', '-nostdin', '-loglevel', 'warning']

/** The first video, as it comes. Parameter sets are repeated at each key frame, for files that begin there. */
export const copyArguments: readonly string[] = ['-map', '0:v:0', '-c:v', 'copy', '-bsf:v', 'dump_extra=freq=keyframe']

/** A key frame each second of the stream, no B-frames, at most one second's worth of bits at once. */
export const encodeArguments = ({ fps }: Pick<RigFormat, 'fps'>, bitrateKbps: number): readonly string[] =>
  [
    ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-profile:v', 'high', '-bf', '0'],
    ['-g', String(fps), '-keyint_min', String(fps), '-sc_threshold', '0', '-force_key_frames', 'expr:gte(t,n_forced)'],
    ['-b:v', `${bitrateKbps}k`, '-maxrate', `${bitrateKbps}k`, '-bufsize', `${bitrateKbps}k`],
    ['-color_range', 'tv', '-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709'],
  ].flat()

export const transportArguments: readonly string[] = [
  ['-f', 'mpegts', '-mpegts_flags', 'pat_pmt_at_frames', '-muxdelay', '0', '-muxpreload', '0', '-flush_packets', '1', 'pipe:1'],
].flat()
