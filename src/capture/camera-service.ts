// Both cameras of a rig, together and apart: each is made ready and kept running on its own, so one's trouble is never the other's.
// Never decides when: that is the schedule's.

import type { Clock } from '../base/clock.ts'
import { EzrecError, messageOf } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import { backoffMs } from '../base/retry.ts'
import { keepCamera } from './camera-process.ts'
import type { RecorderLock } from './camera-chain.ts'
import { openSpares, type Spares } from './chain.ts'
import type { CameraTuning } from './drivers/camera-tuning.ts'
import { readSyncGroup } from './drivers/sync-group.ts'
import { openSource, type CameraCommand, type RigFormat } from './drivers/driver.ts'
import { cameraNodes, untilDevicesChange } from './device-nodes.ts'
import { thisMachine } from './drivers/machine.ts'
import { endAbandonedTake } from './recovery.ts'
import { openTelling } from './retry-policy.ts'
import { cameras, type Camera, type Take } from './take.ts'

export type RigOptions = {
  readonly rigId: string
  readonly sources: Readonly<Record<Camera, string>>
  readonly format: RigFormat
  /** What is asked of real cameras. */
  readonly tuning: CameraTuning
  /** Two CSI cameras run in step. */
  readonly sync: boolean
  readonly takesFolder: string
  readonly cacheFolder: string
  readonly segmentMs: number
  readonly stallMs: number
  readonly startMs: number
  readonly clock: Clock
  /** When it is, by the box's time; `undefined` while that is doubtful. */
  readonly dateMs: () => number | undefined
  /** Whose life the chains watch. */
  readonly recorder: RecorderLock
  /** Rejects when no take may begin: its disk is not there. */
  readonly beforeTake: () => Promise<void>
  /** Takes that an earlier recorder left running, the newest of each camera. */
  readonly orphans: Readonly<Partial<Record<Camera, Take>>>
  readonly log: Logger
}

export type Rig = {
  /** Captures with both cameras until the signal aborts; returns when the last segment of each is closed. */
  capture(signal: AbortSignal): Promise<void>
  /** Nothing is wanted: what an earlier recorder left running is ended. */
  rest(): Promise<void>
}

/** Begins to make both cameras ready at once, so that a booking finds them so. */
export function openRig(options: RigOptions, signal: AbortSignal): Rig & AsyncDisposable {
  const commands: Partial<Record<Camera, CameraCommand | undefined>> = {} // of the cameras that are ready
  const ready = Object.fromEntries(
    cameras.map((camera) => [camera, makeReady(camera, options, signal).then((command) => (commands[camera] = command))]),
  )
  const stock = (camera: Camera): Spares =>
    openSpares(camera, options.takesFolder, (line) => options.log.warn({ camera, line }, 'a camera chain says'))
  const spares = { left: stock('left'), right: stock('right') }
  let orphans = options.orphans
  const takeOrphans = (): RigOptions['orphans'] => {
    const found = orphans
    orphans = {}
    return found
  }
  return {
    capture: async (stop) => {
      const running = takeOrphans()
      const together = cameras.every((camera) => commands[camera] && !running[camera]) // a camera in step waits for the other one
      await Promise.all(
        cameras.map(async (camera) => {
          const command = await ready[camera]
          const orphan = running[camera]
          if (command && !stop.aborted) await keepCamera({ ...options, camera, command, together, orphan, spares: spares[camera] }, stop)
          else if (orphan) await endAbandonedTake(orphan, 'stopped', options.clock)
        }),
      )
    },
    rest: async () => {
      await Promise.all(Object.values(takeOrphans()).map((orphan) => endAbandonedTake(orphan, 'stopped', options.clock)))
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(cameras.map((camera) => spares[camera][Symbol.asyncDispose]()))
    },
  }
}

/** A source that cannot be made ready is tried again: a film may be copied in, a camera plugged in. */
async function makeReady(camera: Camera, options: RigOptions, signal: AbortSignal): Promise<CameraCommand | undefined> {
  const { format, cacheFolder, clock, log } = options
  const telling = openTelling()
  const { devFolder } = thisMachine
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    const before = await cameraNodes(devFolder)
    try {
      const sync = options.sync ? { sync: await readSyncGroup(options.rigId) } : {}
      const otherSource = options.sources[camera === 'left' ? 'right' : 'left']
      return await openSource(options.sources[camera], {
        side: camera,
        format,
        cacheFolder,
        signal,
        otherSource,
        tuning: options.tuning,
        ...sync,
      })
    } catch (error) {
      const hint = error instanceof EzrecError ? error.hint : ''
      const isNews = telling.isNews(messageOf(error), clock.monotonicUs())
      log[isNews ? 'error' : 'debug']({ camera, err: error, hint }, `camera cannot be made ready: ${messageOf(error)}`)
      const waitMs = 1_000 + backoffMs(attempt, { baseMs: 1_000, capMs: 30_000 })
      if (await untilDevicesChange({ devFolder, before, waitMs, clock }, signal)) attempt = -1 // its plug may be named a moment later
    }
  }
  return undefined
}
