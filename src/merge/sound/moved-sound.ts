// The right film's sound beside pictures that are followed: where these are taken later or sooner by a frame, so is it, by whole units.
// Never resamples: at such a moment a unit or two (43 ms) are left out or heard twice, as where a microphone's clock runs apart from ours.

import type { FileSound } from './file-sound.ts'
import { unitsPerSecond } from './sound-track.ts'

/** More units than a frame of any rate lasts. */
const remembered = 8

/** `movedBy`: by how many frames later than at its beginning the film's pictures are taken at a frame. */
export function moveSound(sound: FileSound, fps: number, movedBy: (frame: number) => number): FileSound {
  let next = 0
  let last: Buffer[] = []
  return {
    ...sound,
    between: async (from, end) => {
      const frames = movedBy(Math.floor((from * fps) / unitsPerSecond + 1e-6))
      const moved = Math.round((frames * unitsPerSecond) / fps)
      const [first, until] = [from + moved, end + moved]
      const again = first < next ? last.slice(first - next) : []
      const { units, gaps } = await sound.between(Math.max(first, next), until)
      next = until
      const given = [...again, ...units]
      last = [...last, ...units].slice(-remembered)
      return { units: given, gaps: gaps.map((gap) => ({ ...gap, firstFrame: Math.max(0, gap.firstFrame - frames) })) }
    },
  }
}
