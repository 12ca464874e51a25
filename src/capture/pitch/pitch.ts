// The simulated match as one camera sees it: any scene frame as yuv420p bytes, the same on every machine.
// Never keeps time: which frame is shown when is the camera's affair.

import { openBackdrop, type Backdrop } from './backdrop.ts'
import { paintBoards } from './boards.ts'
import { openFramePainter } from './frame.ts'
import { paintGoals } from './goals.ts'
import { loopSeconds, type RigFormat, type Side } from './rig-format.ts'
import { paintRoof, paintSky } from './sky.ts'
import { paintEndStands, paintFarStand } from './stands.ts'
import { paintTurf } from './turf.ts'
import { viewOf } from './view.ts'

export const pitchFrames = (format: RigFormat): number => format.fps * loopSeconds

export type Pitch = {
  readonly frames: number
  /** Without players, light, noise and counter. */
  readonly backdrop: Uint8Array
  /** A picture with the counter of `sceneFrame`, from 0 to `frames` - 1; its bytes are used again by the next call. */
  picture(sceneFrame: number): Uint8Array
}

export function openPitch(side: Side, format: RigFormat): Pitch {
  const view = viewOf(side, format)
  const canvas = openBackdrop(view)
  for (const paint of fromFarToNear) paint(canvas)
  const backdrop = canvas.picture()
  const frames = pitchFrames(format)
  const paintFrame = openFramePainter(side, format, view, backdrop)
  return { frames, backdrop, picture: (sceneFrame) => paintFrame(sceneFrame, frames) }
}

const fromFarToNear: readonly ((backdrop: Backdrop) => void)[] = [
  paintSky,
  paintTurf,
  paintFarStand,
  paintRoof,
  paintEndStands,
  paintBoards,
  paintGoals,
]
