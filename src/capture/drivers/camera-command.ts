// What every driver is asked and what it answers.
// Never knows which drivers there are.

import type { RigFormat, Side } from '../pitch/rig-format.ts'
import type { CameraTuning } from './camera-tuning.ts'
import type { Machine } from './machine.ts'
import type { SyncGroup } from './rpicam-sync.ts'

/** How to start one camera: it writes MPEG-TS (one H.264 stream, no B-frames, a key frame each second where the encoder is ours) to its
 *  standard output until stopped by the first signal of the ladder. */
export type CameraCommand = {
  readonly program: string
  readonly args: readonly string[]
  readonly stopSignals: readonly NodeJS.Signals[]
  /** Arguments for a start without the other camera: a take that follows one that failed, or a side that is alone. Absent: the same. */
  readonly argsAlone?: readonly string[]
  /** A path that is there exactly while the camera is: without it no start is tried. */
  readonly presentWhile?: string
  /** What people should know of the choice, a sentence each. */
  readonly remarks?: readonly string[]
}

export type SourceContext = {
  readonly side: Side
  readonly format: RigFormat
  /** Where made loops, listings and addresses are kept between starts. */
  readonly cacheFolder: string
  /** What a relative film path is relative to; the process's own folder by default. */
  readonly cwd?: string
  readonly signal?: AbortSignal
  /** `fraction` grows from 0 to 1 for each `what`; not called at all when everything is kept from an earlier start. */
  readonly onProgress?: (fraction: number, what: string) => void
  /** The other side's setting: `auto` leaves its camera alone, and the board's plan counts it. */
  readonly otherSource?: string
  /** What is asked of real cameras; usual values by default. */
  readonly tuning?: CameraTuning
  /** Runs two CSI cameras in step. Only for a caller that starts both together and takes `argsAlone` for a later start of one. */
  readonly sync?: SyncGroup
  /** Where the machine is looked at; the real places by default. */
  readonly machine?: Machine
}
