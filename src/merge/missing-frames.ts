// What is told of a camera's frames without a picture of their own, as the film is composed.
// Pure but for what it remembers of the last second; never decides what is shown.

import type { Camera } from '../capture/take.ts'
import type { GapRow } from './chunk-store.ts'
import type { Shown } from './track-reader.ts'

/** A picture shown twice now and then keeps a camera's clock in step with the film; more than this a second are pictures that were lost. */
const repeatsASecond = 2

/** What is told of a camera's missing frames: those without a picture, and those that repeat one when they are many. */
export function openTelling(camera: Camera, fps: number): { of(frame: number, shown: Shown): GapRow[] } {
  let repeats: number[] = []
  return {
    of: (frame, shown) => {
      if (shown.is === 'missing') return [{ camera, firstFrame: frame, frames: 1, cause: shown.cause }]
      if (shown.is === 'picture') return []
      repeats = [...repeats.filter((each) => each > frame - fps), frame]
      return repeats.length > repeatsASecond ? [{ camera, firstFrame: frame, frames: 1, cause: 'frames-dropped' }] : []
    },
  }
}
