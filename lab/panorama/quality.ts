// The quality of a stitched film beside the truth: every thirtieth frame of both is decoded and judged.
// Never believes a film's length: a frame that only one of them has is no frame.

import { EzrecError } from '../../src/base/errors.ts'
import { startChild } from '../../src/base/process.ts'
import { panorama } from './geometry.ts'
import { openJudge, type Quality } from './judge-picture.ts'
import type { Grey } from './structure.ts'

const every = 30

/** Both of the panorama's size. Errors: `media_unreadable` when one does not decode or holds no frame. */
export async function qualityOf(film: string, truth: string, signal: AbortSignal): Promise<Quality> {
  const judge = openJudge()
  const truths = frames(truth, signal)
  let judged = 0
  for await (const frame of frames(film, signal)) {
    const next = await truths.next()
    if (next.done === true) break
    judge.add(frame, next.value)
    judged += 1
  }
  await truths.return(undefined)
  if (judged > 0) return judge.verdict()
  throw new EzrecError('media_unreadable', `${film} has no frame of ${panorama.width}x${panorama.height}`, {
    hint: 'look at it with ffprobe',
  })
}

/** Luma from 0 to 255 as a screen shows it: films carry 16 to 235. */
async function* frames(file: string, signal: AbortSignal): AsyncGenerator<Grey> {
  const { width, height } = panorama
  const args = ['-v', 'error', '-xerror', '-i', file, '-vf', `select=not(mod(n\\,${every}))`, '-fps_mode', 'passthrough']
  await using decoder = await startChild('ffmpeg', [...args, '-f', 'rawvideo', '-pix_fmt', 'yuv420p', 'pipe:1'], { stdout: 'pipe', signal })
  const picture = Buffer.alloc((width * height * 3) / 2)
  let filled = 0
  for await (const piece of decoder.stdout ?? []) {
    if (!Buffer.isBuffer(piece)) continue
    for (let at = 0; at < piece.length;) {
      const taken = piece.copy(picture, filled, at)
      at += taken
      filled += taken
      if (filled < picture.length) break
      yield { width, height, values: fullRange(picture.subarray(0, width * height)) }
      filled = 0
    }
  }
  const { code } = await decoder.exited
  if (code !== 0 || filled > 0)
    throw new EzrecError('media_unreadable', `${file} does not decode as ${width}x${height}: ${decoder.stderrTail().slice(-300)}`, {
      hint: 'look at the film with ffprobe',
    })
}

function fullRange(luma: Uint8Array): Uint8Array {
  const values = new Uint8Array(luma.length)
  for (let n = 0; n < luma.length; n += 1) values[n] = full[luma[n] ?? 0] ?? 0
  return values
}

const full = Uint8Array.from({ length: 256 }, (_, luma) => Math.max(0, Math.min(255, Math.round(((luma - 16) * 255) / 219))))
