// What is told of a camera's frames without a picture of their own, as the film is composed.
// Pure but for when it last forgave one; never decides what is shown.

import type { Camera } from '../capture/take.ts'
import type { GapRow } from './chunk-store.ts'
import type { Shown } from './track-reader.ts'

/** Clocks differ by parts in a million: their repeats are minutes apart. A camera that needs more than one a second is slower than the film, which is told. */
const clockRepeatsASecond = 1

/** What is told of a camera's missing frames: those without a picture, and those that repeat one for a reason other than the clocks. */
export function openTelling(camera: Camera, fps: number): { of(frame: number, shown: Shown): GapRow[] } {
  let forgiven = Number.NEGATIVE_INFINITY
  return {
    of: (frame, shown) => {
      if (shown.is === 'picture') return []
      if (shown.is === 'missing') return [{ camera, firstFrame: frame, frames: 1, cause: shown.cause }]
      if (shown.isLoss || frame - forgiven < fps / clockRepeatsASecond)
        return [{ camera, firstFrame: frame, frames: 1, cause: 'frames-dropped' }]
      forgiven = frame
      return []
    },
  }
}
