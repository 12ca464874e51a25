// Dark films that flash at told instants, and when one half of a merged film is seen to flash.
// Never trusts a table: the film is decoded.

import assert from 'node:assert/strict'
import { runChild } from '../src/base/process.ts'

export const half = { width: 320, height: 96 }

export async function ffmpeg(...args: readonly string[]): Promise<void> {
  const { code, stderr } = await runChild('ffmpeg', ['-loglevel', 'error', '-y', ...args])
  assert.equal(code, 0, stderr)
}

export const encode = ['-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '2', '-g', '25', '-pix_fmt', 'yuv420p']

/** A source of dark pictures, bright while `isBright` (ffmpeg's expression of t) is not 0. */
export const flashing = (seconds: number, isBright: string): string =>
  `color=black:s=${half.width}x${half.height}:r=25:d=${seconds},drawbox=c=white:t=fill:enable='${isBright}'`

/** When the half that begins at this column begins to be bright, in seconds. */
export async function flashesOf(film: string, x: number): Promise<number[]> {
  const cut = `crop=${half.width}:${half.height}:${x}:0,scale=2:2,format=gray`
  const { stdout } = await runChild('ffmpeg', ['-v', 'error', '-i', film, '-vf', cut, '-f', 'rawvideo', 'pipe:1'])
  const bright = (n: number): boolean => (stdout[n * 4] ?? 0) > 128
  return Array.from({ length: stdout.length / 4 }, (_, n) => n).flatMap((n) => (bright(n) && !bright(n - 1) ? [n / 25] : []))
}
