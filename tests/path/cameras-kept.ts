// One camera kept as the recorder keeps it, for tests of what a camera does: until its takes are what a test waits for.
// Never looks at the clock to decide: takes and pictures do.

import { systemClock } from '../../src/base/clock.ts'
import { silentLogger } from '../../src/base/logger.ts'
import { keepCamera } from '../../src/capture/camera-process.ts'
import type { CameraCommand } from '../../src/capture/drivers/driver.ts'
import { openSegmentLog } from '../../src/capture/segment-log.ts'
import type { Input } from '../../src/capture/input.ts'
import type { Take } from '../../src/capture/take.ts'

export type KeptCamera = {
  /** Waits, at most 90 s, until the takes so far are enough. */
  until(isEnough: (takes: readonly Take[]) => boolean): Promise<void>
  /** Ends the last take; all of them. */
  stop(): Promise<readonly Take[]>
}

export function keepOneCamera(takesFolder: string, command: CameraCommand, camera: Input = 'left'): KeptCamera {
  const stop = new AbortController()
  const options = { camera, rigId: 'rig', takesFolder, command, segmentMs: 4_000, stallMs: 2_000, startMs: 30_000 } as const
  const kept = keepCamera({ ...options, clock: systemClock, dateMs: () => Date.now(), log: silentLogger() }, stop.signal)
  const log = openSegmentLog({ takesFolder, rigId: 'rig', sinceMs: 0 })
  return {
    until: async (isEnough) => {
      for (let waitedMs = 0; waitedMs < 90_000 && !isEnough(log.takes); waitedMs += 100) {
        await systemClock.sleep(100)
        await log.refresh()
      }
    },
    stop: async () => {
      stop.abort()
      await kept
      await log.refresh()
      return log.takes
    },
  }
}

/** Pictures of a take so far, as its anchors tell. */
export const framesSoFar = (take: Take | undefined): number => take?.anchors.at(-1)?.frames ?? 0

/** Pictures in a take's closed segments. */
export const framesOf = (take: Take | undefined): number => (take?.segments ?? []).reduce((sum, { frames }) => sum + frames, 0)
