// One life of a loop camera: frame after frame by the clock, into the queue, until it is stopped or a fault ends it.
// Never waits for its reader; never looks at wall time.

import type { Clock } from '../../base/clock.ts'
import { ptsWrapTicks } from '../mpegts/writer.ts'
import type { CameraSettings } from './camera-settings.ts'
import { frameFate, picturesAt } from './faults.ts'
import { captureUs, firstGop, nextGop, type CameraClock, type Gop } from './frame-clock.ts'
import type { FrameQueue } from './frame-queue.ts'
import type { Loop } from './loop-file.ts'

export type CameraLoops = { readonly live: Loop; readonly still?: Loop | undefined; readonly black?: Loop | undefined }

export type CameraEnd = 'stopped' | 'died' | 'hung'

/** Plays until `signal` aborts or a fault ends it. Frame n shows the scene of its capture instant and is emitted `latencyMs` after it. */
export async function playCamera(
  settings: CameraSettings,
  loops: CameraLoops,
  queue: FrameQueue,
  clock: Clock,
  signal: AbortSignal,
): Promise<CameraEnd> {
  const { fps, firstFrame, groupFrames } = loops.live.index
  const camera: CameraClock = { fps, phaseMs: settings.phaseMs, driftPpm: settings.driftPpm, firstFrame, groupFrames }
  const pictures = pictureSource(settings, loops, camera)
  let gop = firstGop(clock.monotonicUs() + settleUs, camera)
  let units = pictures(gop)
  while (!signal.aborted) {
    const now = await units
    const following = nextGop(gop, camera)
    units = pictures(following) // read ahead while this one is shown
    for (let n = 0; n < gop.frames; n += 1) {
      const index = gop.captured + n
      const dueUs = captureUs(gop.startPosition, index, camera) + settings.latencyMs * 1000
      const waitMs = Math.ceil((dueUs - clock.monotonicUs()) / 1000)
      if (waitMs > 0) await clock.sleep(waitMs, signal)
      const data = now[n]
      if (signal.aborted || data === undefined) break
      const fate = frameFate(settings.faults, index / fps)
      if (fate === 'die') return 'died'
      if (fate === 'hang') return 'hung'
      if (fate === 'drop') queue.interrupt()
      else queue.offer({ data, keyFrame: n === 0, ptsTicks: ptsOf(settings, index, fps) })
    }
    gop = following
  }
  await units
  return 'stopped'
}

/** Time for the first read, so that the first frame is not late. */
const settleUs = 5_000

/** Uniform in the camera's own time, whatever its drift: the camera does not know that its clock is wrong. */
const ptsOf = (settings: CameraSettings, index: number, fps: number): number =>
  (settings.firstPtsTicks + Math.round((index * 90_000) / fps)) % ptsWrapTicks

/** The pictures of a group, from the loop that the faults ask for; a frozen camera shows one scene frame for the whole span. */
function pictureSource(settings: CameraSettings, loops: CameraLoops, camera: CameraClock): (gop: Gop) => Promise<readonly Uint8Array[]> {
  let frozenAt: number | undefined
  return (gop) => {
    const wanted = picturesAt(settings.faults, gop.captured / camera.fps)
    if (wanted === 'black' && loops.black !== undefined) return loops.black.readGop(gop.sceneFrame)
    if (wanted === 'still' && loops.still !== undefined) return loops.still.readGop((frozenAt ??= gop.sceneFrame))
    return loops.live.readGop(gop.sceneFrame)
  }
}
