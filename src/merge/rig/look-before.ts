// How a rig stands before its film: some seconds of the lead-in against the calibration, and the first ones of the film where there was none.
// Never waits for pictures that do not come.

import type { Camera } from '../../capture/take.ts'
import type { PictureSize } from '../picture.ts'
import type { Calibration } from '../stitch/calibration.ts'
import type { FramePair } from '../stitch/calibrate/read-frames.ts'
import { openRigWatch, type RigVerdict } from '../sync/rig-watch.ts'
import type { TrackReader } from '../track-reader.ts'

export type LookBefore = {
  readonly verdict: RigVerdict
  /** Some of what it was judged by, spread over the time, for a calibration. */
  readonly frames: readonly FramePair[]
}

export type LookBeforeOptions = {
  readonly calibration: Calibration
  /** Of the pictures as they are shown, turned. */
  readonly size: Readonly<Record<Camera, PictureSize>>
  readonly fps: number
}

/** Three looks of five pairs are five seconds. */
const pairsASecond = 3
/** Of the pairs that are kept, from one to the next: three looks give three. */
const apart = 7
const mostFrames = 5
/** Of the film: a camera that came late. */
const untilSeconds = 6
/** Before it: the looks are over, and a rig that has moved is fitted, when the film begins. */
const fromSeconds = 9

/** The first frame that is asked for. */
export const lookFrom = (fps: number): number => -fromSeconds * fps

/** Readers are asked from `lookFrom` on. */
export async function lookBefore(
  { calibration, size, fps }: LookBeforeOptions,
  readers: Readonly<Record<Camera, Pick<TrackReader, 'at'>>>,
): Promise<LookBefore> {
  const watch = openRigWatch(calibration, size)
  const step = Math.max(1, Math.round(fps / pairsASecond))
  const frames: FramePair[] = []
  let pairs = 0
  for (let frame = lookFrom(fps); frame < untilSeconds * fps; frame += step) {
    const [left, right] = await Promise.all([readers.left.at(frame), readers.right.at(frame)])
    const isPair = left.is === 'picture' && right.is === 'picture'
    if (!isPair && frame >= 0 && pairs === 0) break // a camera that shows nothing: the film does not wait for it
    if (!isPair) continue
    if (pairs % apart === 0 && frames.length < mostFrames) frames.push({ left: Buffer.from(left.data), right: Buffer.from(right.data) })
    pairs += 1
    if (watch.see(left.data, right.data)) break
  }
  return { verdict: watch.verdict, frames }
}
