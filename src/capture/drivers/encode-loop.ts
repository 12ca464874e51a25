// Raw pictures to a loop as a camera would encode it: H.264 without B-frames, in closed groups of pictures.
// Never believes the encoder's exit code alone: its pictures are counted and each group must begin with an IDR picture.

import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import path from 'node:path'
import type { Writable } from 'node:stream'
import { EzrecError } from '../../base/errors.ts'
import { writeDurably } from '../../base/files.ts'
import { startChild } from '../../base/process.ts'
import { loopIndexName, loopStreamName, type LoopIndex } from '../loop-camera/loop-file.ts'
import type { RigFormat } from '../pitch/rig-format.ts'

export type LoopPictures = {
  readonly format: RigFormat
  readonly firstFrame: number
  readonly groupFrames: number
  /** yuv420p pictures in the order of encoding: `groupFrames + 1` a group. A group that is not full at the end is left out. */
  readonly pictures: AsyncIterable<Uint8Array>
}

/** Writes stream and index into `folder`. Errors: `program_missing`, `disk_full`, `media_unreadable` (not one whole group). */
export async function encodeLoop(loop: LoopPictures, folder: string, signal?: AbortSignal): Promise<void> {
  const stream = path.join(folder, loopStreamName)
  await using encoder = await startChild('ffmpeg', encoderArgs(loop, stream), { stdin: 'pipe', ...(signal ? { signal } : {}) })
  for await (const picture of loop.pictures) {
    if (encoder.stdin?.writable !== true) break
    await written(encoder.stdin, picture)
  }
  encoder.stdin?.end()
  const exit = await encoder.exited
  if (exit.code !== 0) throw encoderError(exit.code, encoder.stderrTail())
  await writeDurably(path.join(folder, loopIndexName), JSON.stringify(await indexStream(stream, loop)))
}

/** Until all of it is in the pipe: then its bytes may be used again, and the encoder works while the next picture is drawn. A broken
 *  pipe is told by the encoder's exit. */
const written = (stream: Writable, picture: Uint8Array): Promise<void> => new Promise((resolve) => stream.write(picture, () => resolve()))

/** A camera's encoder, fast as theirs are. `repeat-headers` and `aud` make every key frame a place to begin; one thread, because two cameras are made at once. */
function encoderArgs({ format, groupFrames }: LoopPictures, output: string): string[] {
  const kilobits = bitRateKilobits(format)
  const group = String(groupFrames + 1)
  const x264 = `cabac=1:8x8dct=1:aud=1:repeat-headers=1:open-gop=0:scenecut=0:vbv-maxrate=${Math.round(kilobits * 1.25)}:vbv-bufsize=${kilobits}`
  return [
    ['-hide_banner', '-nostdin', '-loglevel', 'error', '-y'],
    ['-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-s', `${format.width}x${format.height}`, '-r', String(format.fps), '-i', 'pipe:0'],
    ['-c:v', 'libx264', '-preset', 'ultrafast', '-profile:v', 'high', '-b:v', `${kilobits}k`, '-threads', '1'],
    ['-g', group, '-keyint_min', group, '-bf', '0', '-x264-params', x264],
    ['-color_primaries', 'bt709', '-color_trc', 'bt709', '-colorspace', 'bt709', '-color_range', 'tv'],
    ['-f', 'h264', `file:${output}`],
  ].flat()
}

/** 5 Mbit/s at 1280x720 and 25 frames a second, in proportion to the pixels, within what cameras send. */
const bitRateKilobits = ({ width, height, fps }: RigFormat): number =>
  Math.round(Math.min(12_000, Math.max(800, (5000 * width * height * fps) / (1280 * 720 * 25))))

async function indexStream(stream: string, loop: LoopPictures): Promise<LoopIndex> {
  const hash = createHash('sha256')
  const starts: number[] = []
  const keyFrames = new Set<number>()
  let carried = Buffer.alloc(0)
  let at = 0
  for await (const piece of createReadStream(stream, { highWaterMark: 1 << 20 })) {
    if (!Buffer.isBuffer(piece)) continue
    hash.update(piece)
    const bytes = Buffer.concat([carried, piece])
    scanUnits(bytes, at - carried.length, starts, keyFrames)
    at += piece.length
    carried = bytes.subarray(Math.max(0, bytes.length - 3)) // a start code and its type may straddle two pieces
  }
  const perGroup = loop.groupFrames + 1
  const sizes = starts.map((start, n) => (starts[n + 1] ?? at) - start)
  const gops = Array.from({ length: Math.floor(starts.length / perGroup) }, (_, g) => ({
    offset: starts[g * perGroup] ?? 0,
    sizes: sizes.slice(g * perGroup, (g + 1) * perGroup),
  }))
  if (gops.length === 0 || gops.some((_, g) => !keyFrames.has(g * perGroup)))
    throw new EzrecError('media_unreadable', `${starts.length} encoded pictures make no whole loop`, {
      hint: 'use a film of at least one picture that ffmpeg can decode',
    })
  const { width, height, fps } = loop.format
  return { version: 2, width, height, fps, firstFrame: loop.firstFrame, groupFrames: loop.groupFrames, sha256: hash.digest('hex'), gops }
}

/** Notes where access units begin (a delimiter, NAL type 9, with its leading zero) and which hold an IDR slice (NAL type 5).
 *  Start codes cannot occur inside a NAL unit: ISO/IEC 14496-10, 7.4.1. */
function scanUnits(bytes: Buffer, offset: number, starts: number[], keyFrames: Set<number>): void {
  for (let at = bytes.indexOf(startCode); at >= 0; at = bytes.indexOf(startCode, at + 3)) {
    const type = (bytes[at + 3] ?? 0) & 0x1f
    if (at + 3 >= bytes.length) return
    if (type === 9) starts.push(offset + at - (at > 0 && bytes[at - 1] === 0 ? 1 : 0))
    if (type === 5) keyFrames.add(starts.length - 1)
  }
}

const startCode = Buffer.from([0, 0, 1])

function encoderError(code: number | null, stderr: string): EzrecError {
  const facts = { code, stderr: stderr.slice(-500) }
  return /No space left on device/i.test(stderr)
    ? new EzrecError('disk_full', 'no space left to keep a camera loop', {
        hint: 'free space on this disk or set EZREC_HOME to a larger one',
        facts,
      })
    : new EzrecError('internal', 'the encoder of a camera loop failed', { hint: 'check that ffmpeg has libx264: ffmpeg -encoders', facts })
}
