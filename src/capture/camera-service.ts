// Both cameras of a rig, together and apart: each is made ready and kept running on its own, so one's trouble is never the other's.
// Never decides when: that is the schedule's.

import type { Clock } from '../base/clock.ts'
import { EzrecError, messageOf } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import { backoffMs } from '../base/retry.ts'
import { keepCamera } from './camera-process.ts'
import { openSource, type CameraCommand, type RigFormat } from './drivers/driver.ts'
import { cameras, type Camera } from './take.ts'

export type RigOptions = {
  readonly rigId: string
  readonly sources: Readonly<Record<Camera, string>>
  readonly format: RigFormat
  readonly takesFolder: string
  readonly cacheFolder: string
  readonly segmentMs: number
  readonly stallMs: number
  readonly startMs: number
  readonly clock: Clock
  /** When it is, by the box's time; `undefined` while that is doubtful. */
  readonly dateMs: () => number | undefined
  readonly log: Logger
}

export type Rig = {
  /** Captures with both cameras until the signal aborts; returns when the last segment of each is closed. */
  capture(signal: AbortSignal): Promise<void>
}

/** Begins to make both cameras ready at once, so that a booking finds them so. */
export function openRig(options: RigOptions, signal: AbortSignal): Rig {
  const ready = Object.fromEntries(cameras.map((camera) => [camera, makeReady(camera, options, signal)]))
  return {
    capture: async (stop) => {
      await Promise.all(
        cameras.map(async (camera) => {
          const command = await ready[camera]
          if (command && !stop.aborted) await keepCamera({ ...options, camera, command }, stop)
        }),
      )
    },
  }
}

/** A source that cannot be made ready is tried again: a film may be copied in, a camera plugged in. */
async function makeReady(camera: Camera, options: RigOptions, signal: AbortSignal): Promise<CameraCommand | undefined> {
  const { format, cacheFolder, clock, log } = options
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    try {
      return await openSource(options.sources[camera], { side: camera, format, cacheFolder, signal })
    } catch (error) {
      const hint = error instanceof EzrecError ? error.hint : ''
      log.error({ camera, err: error, hint }, `camera cannot be made ready: ${messageOf(error)}`)
      await clock.sleep(1_000 + backoffMs(attempt, { baseMs: 1_000, capMs: 30_000 }), signal)
    }
  }
  return undefined
}
