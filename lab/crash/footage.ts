// What two cameras would send, made beforehand: a short MPEG-TS of tiny pictures, cut at its pictures, to be fed as fast as the disk takes it.
// Never played in real time: each piece carries the instant at which it would have arrived.

import { readFile } from 'node:fs/promises'
import { EzrecError } from '../../src/base/errors.ts'
import { runChild } from '../../src/base/process.ts'
import { readTransport } from '../../src/capture/mpegts/reader.ts'

export const size = { width: 160, height: 90 }
export const fps = 10
/** A key frame twice a second. */
export const groupFrames = 5

/** One picture's packets. `ticks` are the camera's, 90 kHz. */
export type Piece = { readonly bytes: Buffer; readonly ticks: number; readonly key: boolean }

export type Footage = {
  /** In order, one a picture. */
  readonly pieces: readonly Piece[]
  /** PAT and PMT, for a camera that begins in the middle. */
  readonly tables: Buffer
}

/** Writes `seconds` of a moving test picture. Errors: internal, when ffmpeg cannot. */
export async function makeFootage(file: string, seconds: number, signal: AbortSignal): Promise<void> {
  const source = `testsrc2=size=${size.width}x${size.height}:rate=${fps}:duration=${seconds}`
  const encode = `-c:v libx264 -preset ultrafast -bf 0 -g ${groupFrames} -keyint_min ${groupFrames} -sc_threshold 0 -threads 1 -pix_fmt yuv420p`
  const args = ['-hide_banner', '-nostdin', '-loglevel', 'error', '-y', '-f', 'lavfi', '-i', source, ...encode.split(' ')]
  const { code, stderr } = await runChild('ffmpeg', [...args, '-mpegts_flags', '+pat_pmt_at_frames', '-f', 'mpegts', file], {
    signal,
    timeoutMs: 60_000,
  })
  if (code !== 0)
    throw new EzrecError('internal', `no footage could be made: ${stderr.slice(-300)}`, { hint: 'see that ffmpeg has libx264' })
}

/** Errors: media_unreadable when it holds no picture. */
export async function readFootage(file: string): Promise<Footage> {
  const stream = await readFile(file)
  const transport = readTransport()
  const starts = transport.push(stream)
  const { tables, packets } = transport
  if (!tables || starts.length === 0) throw new EzrecError('media_unreadable', `${file} holds no picture`, { hint: 'make it again' })
  const pieces = starts.map(({ ticks, key }, n) => ({
    bytes: packets.subarray(n === 0 ? 0 : starts[n]?.at, starts[n + 1]?.at),
    ticks,
    key,
  }))
  return { pieces, tables }
}
