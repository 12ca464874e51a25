// ffmpeg's argument lists, as pure functions, and the flags that every run of it gets.
// Never a shell, never a network protocol: only files and pipes, forced formats, no input from the terminal.

import type { Turn } from '../../config/picture-words.ts'

/** Arguments as they would be typed: for literals, numbers and words of ours, none of which holds a space. */
export const typed = (...lines: readonly string[]): string[] => lines.join(' ').split(' ')

/** In front of every run: quiet, no console. */
export const ffmpegBase = ['-hide_banner', '-nostdin', '-loglevel', 'error'] as const

const local = '-protocol_whitelist file,pipe'

export type RawFormat = { readonly width: number; readonly height: number; readonly fps: number }

/** As the end of a filter chain; nothing for a picture that stands upright. */
export const turnFilter = ({ rotation, flip }: Turn): string =>
  ({ 0: '', 90: ',transpose=clock', 180: ',hflip,vflip', 270: ',transpose=cclock' })[rotation] +
  { none: '', horizontal: ',hflip', vertical: ',vflip', both: ',hflip,vflip' }[flip]

/** A picture that stands as the camera gives it. */
export const upright: Turn = { rotation: 0, flip: 'none' }

/** MPEG-TS on stdin -> raw pictures on stdout, and on descriptor 3 a line per picture with its own time stamp (90 kHz). The crop keeps that
 *  second output free of cost. Width and height are those before the turn. */
export function decodeArgs({ width, height }: Pick<RawFormat, 'width' | 'height'>, turn: Turn = upright): string[] {
  const passthrough = '-fps_mode passthrough -enc_time_base 1:90000 -threads 1' // two threads would keep a picture back, only to copy it
  const graph = `[0:v:0]scale=${width}:${height}:flags=bilinear,format=yuv420p${turnFilter(turn)},split[picture][mark];[mark]crop=16:16:0:0[small]`
  return [
    ...ffmpegBase,
    ...typed(
      `-copyts ${local} -probesize 500000 -analyzeduration 200000 -threads 1 -f mpegts -i pipe:0`,
      `-filter_complex ${graph}`,
      `-map [picture] ${passthrough} -f rawvideo pipe:1`,
      `-map [small] ${passthrough} -flush_packets 1 -f framecrc pipe:3`,
    ),
  ]
}

/** x264 anywhere, or the encoder that a Raspberry Pi 4 has in hardware. */
export const encoderKinds = ['x264', 'v4l2m2m'] as const
export type EncoderKind = (typeof encoderKinds)[number]

export type EncodeOptions = RawFormat & {
  /** x264 unless it says otherwise. */
  readonly encoder?: EncoderKind | undefined
  /** Presets that share one sample description under the fixed options below. */
  readonly preset: 'ultrafast' | 'superfast' | 'veryfast'
  readonly crf: number
  readonly maxRateKbps: number
  /** One quantiser for every picture, whatever that takes: each group is then encoded alike, whichever encoder begins it. */
  readonly qp?: number | undefined
  readonly chunkFrames: number
}

/** Raw pictures on stdin -> fragmented MP4 on stdout: a fragment per closed group of `chunkFrames` pictures, no B-frames, H.264 High, bt709. */
export function encodeArgs(options: EncodeOptions): string[] {
  const { width, height, fps, preset, chunkFrames } = options
  const fixed = `cabac=1:8x8dct=1:ref=1:bframes=0:weightp=0:weightb=0:b-pyramid=0:scenecut=0:keyint=${chunkFrames}:min-keyint=${chunkFrames}:stitchable=1`
  return [
    ...ffmpegBase,
    ...typed(
      `${local} -f rawvideo -pixel_format yuv420p -video_size ${width}x${height} -framerate ${fps} ${colour} -i pipe:0`,
      `-c:v libx264 -preset ${preset} ${rate(options)}`,
      `-profile:v high -level:v ${levelFor(options)} -x264-params ${fixed} -g ${chunkFrames} -pix_fmt yuv420p ${colour}`,
      fragments,
    ),
  ]
}

/** Two seconds of the highest rate are the encoder's to spend as it likes: no hour is larger than the rate says. */
const rate = ({ crf, maxRateKbps, qp }: EncodeOptions): string =>
  qp === undefined ? `-crf ${crf} -maxrate ${maxRateKbps}k -bufsize ${maxRateKbps * 2}k` : `-qp ${qp}`

const colour = '-color_range tv -colorspace bt709 -color_primaries bt709 -color_trc bt709'

/** A fragment per key frame, none of the muxer's own remarks. */
const fragments =
  '-map_metadata -1 -fflags +bitexact -flags:v +bitexact -video_track_timescale 90000' +
  ' -movflags +frag_keyframe+empty_moov+default_base_moof -f mp4 pipe:1'

/** Raw pictures on stdin -> bare H.264 on stdout, by the encoder of a Raspberry Pi 4. It gives its headers as a packet of their own, which in
 *  an MP4 would be a picture too many, and only with the first picture, too late for an empty moov (raspberrypi/linux issues 4734 and
 *  4995): hence `repackArgs`. It knows a mean rate, no highest one, and no quality. */
export const hardwareEncodeArgs = ({ width, height, fps, maxRateKbps, chunkFrames }: EncodeOptions): string[] => [
  ...ffmpegBase,
  ...typed(
    `${local} -f rawvideo -pixel_format yuv420p -video_size ${width}x${height} -framerate ${fps} ${colour} -i pipe:0`,
    `-c:v h264_v4l2m2m -b:v ${Math.round(maxRateKbps * hardwareShare)}k -g ${chunkFrames} -bf 0`,
    `-force_key_frames expr:eq(mod(n,${chunkFrames}),0) -profile:v 100 -pix_fmt yuv420p -f h264 pipe:1`,
  ),
]

/** Its mean stays this far below the highest rate: what it has to spare for a lively minute. */
const hardwareShare = 0.9

/** Bare H.264 on stdin, a picture each `1/fps` -> the same pictures as `encodeArgs` gives them, tagged bt709. Nothing is encoded. */
export const repackArgs = ({ fps }: Pick<EncodeOptions, 'fps'>): string[] => [
  ...ffmpegBase,
  ...typed(
    `${local} -probesize 500000 -fflags +genpts -f h264 -framerate ${fps} -i pipe:0 -map 0:v:0 -c:v copy`,
    `-bsf:v h264_metadata=video_full_range_flag=0:colour_primaries=1:transfer_characteristics=1:matrix_coefficients=1 ${colour}`,
    fragments,
  ),
]

/** An init segment and then chunks on stdin: every picture is decoded, and its sound if it has any; an error in either ends it; one line per
 *  picture on stdout, as soon as it is decoded: one thread, also to write it (two keep a picture back), and no waiting for the rate of a short
 *  chunk. Every bit is read and every block decoded: only the smoothing between blocks is left out. */
export const verifyArgs = ({ sound = false } = {}): string[] => [
  ...ffmpegBase,
  ...typed(
    `-xerror -err_detect explode -skip_loop_filter all -threads 1 -fpsprobesize 0 ${local} -f mp4 -i pipe:0`,
    '-map 0:v:0 -vf crop=16:16:0:0 -fps_mode passthrough -threads 1 -flush_packets 1 -f framecrc pipe:1',
    ...(sound ? ['-map 0:a:0 -f null -'] : []),
  ),
]

/** A chunk with its init segment on stdin -> its first picture as a JPEG of at most `width` on stdout. */
export const posterArgs = (width: number): string[] => [
  ...ffmpegBase,
  ...typed(`${local} -f mp4 -i pipe:0 -map 0:v:0 -frames:v 1 -vf scale='min(${width},iw)':-2 -q:v 4 -f mjpeg pipe:1`),
]

/** Forms of timed text that are read. */
export type CueForm = 'webvtt' | 'srt'

/** Timed text on stdin -> the same as WebVTT on stdout. */
export const cuesArgs = (form: CueForm): string[] => [
  ...ffmpegBase,
  ...typed(`${local} -f ${form} -i pipe:0 -map 0:s:0 -c:s webvtt -f webvtt pipe:1`),
]

/** [level, largest frame in macroblocks, macroblocks a second]: ITU-T H.264 table A-1. */
const levels = [
  ['3.1', 3_600, 108_000],
  ['3.2', 5_120, 216_000],
  ['4.0', 8_192, 245_760],
  ['4.2', 8_704, 522_240],
  ['5.0', 22_080, 589_824],
  ['5.1', 36_864, 983_040],
  ['5.2', 36_864, 2_073_600],
] as const

/** The lowest level that fits a film with three reference pictures. */
export function levelFor({ width, height, fps }: RawFormat): string {
  const columns = Math.ceil(width / 16)
  const macroblocks = columns * Math.ceil(height / 16)
  const fits = levels.find(([, frame, second]) => macroblocks <= frame && macroblocks * fps <= second && columns <= Math.sqrt(8 * frame))
  return fits?.[0] ?? '6.2'
}
