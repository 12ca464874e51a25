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

/** Grey as OpenCV makes it of a film that it reads: by BT.601, whatever the film says of itself, what no screen shows cut off.
 *  Both films go the same way, and so do those that others measured. */
async function* frames(file: string, signal: AbortSignal): AsyncGenerator<Grey> {
  const { width, height } = panorama
  const filters = `select=not(mod(n\\,${every})),scale=flags=bicubic:in_color_matrix=bt601:in_range=tv,format=bgr24`
  const args = ['-v', 'error', '-xerror', '-i', file, '-vf', filters, '-fps_mode', 'passthrough', '-f', 'rawvideo', 'pipe:1']
  await using decoder = await startChild('ffmpeg', args, { stdout: 'pipe', signal })
  const picture = Buffer.alloc(width * height * 3)
  let filled = 0
  for await (const piece of decoder.stdout ?? []) {
    if (!Buffer.isBuffer(piece)) continue
    for (let at = 0; at < piece.length;) {
      const taken = piece.copy(picture, filled, at)
      at += taken
      filled += taken
      if (filled < picture.length) break
      yield { width, height, values: greyOf(picture) }
      filled = 0
    }
  }
  const { code } = await decoder.exited
  if (code !== 0 || filled > 0)
    throw new EzrecError('media_unreadable', `${file} does not decode as ${width}x${height}: ${decoder.stderrTail().slice(-300)}`, {
      hint: 'look at the film with ffprobe',
    })
}

/** In OpenCV's own whole numbers: 0.299, 0.587 and 0.114 of 2^14. */
function greyOf(picture: Uint8Array): Uint8Array {
  const values = new Uint8Array(picture.length / 3)
  for (let n = 0, at = 0; n < values.length; n += 1, at += 3)
    values[n] = (1868 * (picture[at] ?? 0) + 9617 * (picture[at + 1] ?? 0) + 4899 * (picture[at + 2] ?? 0) + 8192) >> 14
  return values
}
