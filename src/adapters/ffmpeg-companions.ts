// ffmpeg's argument lists for what is made of a film beside it: small JPEGs, the loudness of its sound, a smaller version. Pure.
// Never a shell, never a network protocol; what reads a whole film runs at the lowest priority and dies with who started it.

import { ffmpegBase, levelFor, typed, type RawFormat } from './ffmpeg.ts'

type Size = { readonly width: number; readonly height: number }

const rawInput = ({ width, height }: Size): string =>
  `-protocol_whitelist file,pipe -f rawvideo -pixel_format yuv420p -video_size ${width}x${height} -color_range tv -colorspace bt709 -i pipe:0`

/** JPEG is full range BT.601: without the words the colours of grass come out another green. */
const asJpeg = 'scale=iw:ih:in_range=tv:out_range=pc:in_color_matrix=bt709:out_color_matrix=bt601'

const jpegOut = (quality: number): string => `-frames:v 1 -q:v ${quality} -f mjpeg pipe:1`

/** One raw picture on stdin -> the same as a JPEG. `quality`: 2 (best) to 31. */
export const jpegArgs = (size: Size, quality: number): string[] => [
  ...ffmpegBase,
  ...typed(rawInput(size), `-vf ${asJpeg},format=yuvj420p ${jpegOut(quality)}`),
]

/** Likewise, as a JPEG of just this size: the whole picture in the middle, itself blurred and darkened around. */
export function framedJpegArgs(size: Size, { width, height }: Size, quality: number): string[] {
  const whole = `scale=${width}:${height}:force_original_aspect_ratio`
  const graph = [
    `[0:v]${asJpeg},split[one][two]`,
    `[one]${whole}=increase,crop=${width}:${height},boxblur=24:2,eq=brightness=-0.12[back]`,
    `[two]${whole}=decrease[front]`,
    `[back][front]overlay=(W-w)/2:(H-h)/2,setsar=1,format=yuvj420p`,
  ]
  return [...ffmpegBase, ...typed(rawInput(size), '-filter_complex'), graph.join(';'), ...typed(jpegOut(quality))]
}

/** A film file -> what EBU R128 says of its sound, on stderr. */
export const loudnessArgs = (file: string): string[] => [
  ...ffmpegBase,
  ...typed('-loglevel info -nostats -protocol_whitelist file -f mp4 -i'),
  `file:${file}`,
  ...typed('-map 0:a:0 -af ebur128=peak=true:framelog=verbose -f null -'),
]

/** A film file -> how many pictures its index tells of, and of what size. */
export const indexArgs = (file: string): string[] => [
  ...typed('-hide_banner -loglevel error -select_streams v:0 -show_entries stream=width,height,nb_frames -of json'),
  ...typed('-protocol_whitelist file -f mp4 -i'),
  `file:${file}`,
]

export type RenditionFormat = RawFormat & { readonly maxRateKbps: number }

/** A film file -> a smaller one, its sound copied, its index in front. */
export function renditionArgs(film: string, out: string, format: RenditionFormat): string[] {
  const { width, height, fps, maxRateKbps } = format
  const colour = '-color_range tv -colorspace bt709 -color_primaries bt709 -color_trc bt709'
  return [
    ...ffmpegBase,
    ...typed('-y -protocol_whitelist file -f mp4 -i'),
    `file:${film}`,
    ...typed(
      `-map 0:v:0 -map 0:a:0? -c:a copy -vf scale=${width}:${height}:flags=area,setsar=1 -fps_mode passthrough`,
      `-c:v libx264 -preset veryfast -crf 23 -maxrate ${maxRateKbps}k -bufsize ${maxRateKbps * 2}k -profile:v high -level:v ${levelFor(format)}`,
      `-bf 0 -g ${fps * 2} -pix_fmt yuv420p ${colour} -map_metadata -1 -fflags +bitexact -flags:v +bitexact`,
      '-video_track_timescale 90000 -movflags +faststart -f mp4',
    ),
    `file:${out}`,
  ]
}

/** A film file -> a part of it, copied: from the key frame at or before `fromSeconds`, its index in front. */
export const clipArgs = (
  film: string,
  out: string,
  { fromSeconds, seconds }: { readonly fromSeconds: number; readonly seconds: number },
): string[] => [
  ...ffmpegBase,
  ...typed(`-y -protocol_whitelist file -ss ${fromSeconds.toFixed(3)} -f mp4 -i`),
  `file:${film}`,
  ...typed(
    `-t ${seconds.toFixed(3)} -map 0:v:0 -map 0:a:0? -c copy -avoid_negative_ts make_zero -map_metadata -1 -fflags +bitexact`,
    '-movflags +faststart -f mp4',
  ),
  `file:${out}`,
]

/** What is put in front of a program that has time: it takes what nobody else wants, and ends when its parent does. */
export const inIdleTime = (program: string, args: readonly string[]): readonly [string, readonly string[]] => [
  'setpriv',
  ['--pdeathsig', 'KILL', 'nice', '-n', '19', program, ...args],
]
