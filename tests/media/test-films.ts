// Small real films for tests, made by ffmpeg when a test asks: transport streams, and fragmented films as the encoder makes them.
// Never kept: each call makes its own; ffmpeg's exit and the size of what it made are judged.

import assert from 'node:assert/strict'
import { encodeArgs, ffmpegBase, type EncodeOptions } from '../../src/adapters/ffmpeg.ts'
import { runChild } from '../../src/base/process.ts'

async function ffmpeg(args: readonly string[], input?: Uint8Array): Promise<Buffer> {
  const { stdout, stderr, code } = await runChild('ffmpeg', args, { timeoutMs: 60_000, maxOutputBytes: 512 * 1_024 * 1_024, ...(input ? { input } : {}) })
  assert.equal(code, 0, stderr)
  return stdout
}

/** H.264 in MPEG-TS at 25 fps, a key frame each second, tables repeated, first picture at `fromSeconds`. */
export const transportStream = (seconds: number, fromSeconds = 0): Promise<Buffer> =>
  ffmpeg([
    ...ffmpegBase,
    ...['-f', 'lavfi', '-i', `testsrc2=size=160x90:rate=25:duration=${seconds}`],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '25', '-keyint_min', '25', '-bf', '0', '-pix_fmt', 'yuv420p'],
    ...['-output_ts_offset', String(fromSeconds), '-muxdelay', '0', '-muxpreload', '0', '-f', 'mpegts', 'pipe:1'],
  ])

export const smallFilm: EncodeOptions = {
  width: 160,
  height: 90,
  fps: 25,
  preset: 'ultrafast',
  crf: 30,
  maxRateKbps: 800,
  chunkFrames: 10,
}

/** What the encoder gives for `frames` pictures; `isNoise`: as large as the rate allows. */
export async function fragmentedFilm(frames: number, options: EncodeOptions = smallFilm, isNoise = false): Promise<Buffer> {
  const { width, height, fps } = options
  const source = `testsrc2=size=${width}x${height}:rate=${fps}${isNoise ? ',noise=alls=100:allf=t' : ''}`
  const raw = await ffmpeg([...ffmpegBase, '-f', 'lavfi', '-i', source, '-frames:v', String(frames), '-pix_fmt', 'yuv420p', '-f', 'rawvideo', 'pipe:1'])
  return ffmpeg(encodeArgs(options), raw)
}

/** Picture and sound, fragmented at each key frame (every 10th picture); the sound begins and ends with a whole packet, its first one at 0. */
export const fragmentedFilmWithSound = (seconds: number): Promise<Buffer> =>
  ffmpeg([
    ...ffmpegBase,
    ...['-f', 'lavfi', '-i', `testsrc2=size=160x90:rate=25:duration=${seconds}`],
    ...['-f', 'lavfi', '-i', `sine=frequency=440:sample_rate=48000:duration=${seconds}`],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '10', '-keyint_min', '10', '-bf', '0', '-pix_fmt', 'yuv420p'],
    ...['-af', `atrim=end_sample=${Math.floor((seconds * 48_000) / 1_024) * 1_024},asetpts=PTS+1024`, '-c:a', 'aac', '-b:a', '64k', '-video_track_timescale', '90000'],
    ...['-movflags', '+frag_keyframe+empty_moov+default_base_moof', '-f', 'mp4', 'pipe:1'],
  ])

/** One line per decoded picture or packet of sound: time, length, size and hash. */
export async function framesOf(film: string | Buffer, stream = '0:v:0'): Promise<string[]> {
  const [input, bytes] = typeof film === 'string' ? [film, undefined] : ['pipe:0', film]
  const out = await ffmpeg([...ffmpegBase, '-i', input, '-map', stream, '-f', 'framemd5', 'pipe:1'], bytes)
  return out
    .toString('latin1')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
}
