// The simulated rig's pictures as a decoder gives them, without waiting for a camera to play them: luma planes by scene frame.
// Never encodes anything anew: it reads the loops that the cameras play.

import { EzrecError } from '../src/base/errors.ts'
import { runChild } from '../src/base/process.ts'
import { ensureLoop } from '../src/capture/drivers/loop-cache.ts'
import { openLoop } from '../src/capture/loop-camera/loop-file.ts'
import type { RigFormat, Side } from '../src/capture/pitch/rig-format.ts'

/** As the simulated cameras' own, at 25 frames a second: a loop that is there is used. */
const groupFrames = 10

/** `frames` luma planes from scene frame `from` on, a multiple of ten, at 25 frames a second. The scene repeats after 500. */
export async function rigPictures(
  side: Side,
  format: RigFormat,
  span: { from: number; frames: number },
  folder: string,
): Promise<Buffer[]> {
  const order = { format, groupFrames, source: { kind: 'pitch', view: side, firstFrame: 0, pictures: 'live' } } as const
  await using loop = await openLoop(await ensureLoop(order, { folder }))
  const units: Uint8Array[] = []
  for (let frame = span.from; frame < span.from + span.frames; frame += groupFrames)
    units.push(...(await loop.readGop(frame)).slice(0, groupFrames)) // the last one repeats
  const plane = format.width * format.height
  const args = ['-v', 'error', '-threads', '1', '-f', 'h264', '-i', 'pipe:0', '-fps_mode', 'passthrough', '-vf', 'extractplanes=y']
  const { stdout, stderr } = await runChild('ffmpeg', [...args, '-f', 'rawvideo', 'pipe:1'], {
    input: Buffer.concat(units),
    maxOutputBytes: plane * (units.length + 1),
  })
  if (stdout.length !== plane * units.length)
    throw new EzrecError('media_unreadable', `a loop gave ${stdout.length / plane} of ${units.length} pictures`, {
      hint: 'remove the loop from the cache folder',
      facts: { stderr: stderr.slice(-300) },
    })
  return Array.from({ length: span.frames }, (_, n) => stdout.subarray(n * plane, (n + 1) * plane))
}
