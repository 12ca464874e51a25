// Both cameras of a rig and its sound, together and apart: each is made ready and kept running on its own, so one's trouble is never
// another's.
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
import type { Input } from './input.ts'
import { endAbandonedTake } from './recovery.ts'
import { openTelling } from './retry-policy.ts'
import { openSound } from './sound/sound-source.ts'
import { cameras, type Camera, type Take } from './take.ts'

export type RigOptions = {
  readonly rigId: string
  readonly sources: Readonly<Record<Camera, string>>
  /** The setting of the sound; off when there is none. */
  readonly sound?: string
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
  /** Takes that an earlier recorder left running, the newest of each input. */
  readonly orphans: Readonly<Partial<Record<Input, Take>>>
  readonly log: Logger
}

export type Rig = {
  /** Captures with both cameras, and the sound, until the signal aborts; returns when the last segment of each camera is closed. */
  capture(signal: AbortSignal): Promise<void>
  /** Nothing is wanted: what an earlier recorder left running is ended. */
  rest(): Promise<void>
}

/** Begins to make both cameras, and the sound, ready at once, so that a booking finds them so. */
export function openRig(options: RigOptions, signal: AbortSignal): Rig & AsyncDisposable {
  const lines = { left: openLine('left', options, signal), right: openLine('right', options, signal) }
  const sound = hasSound(options) ? openLine('sound', options, signal) : undefined
  let orphans = options.orphans
  const takeOrphans = (): RigOptions['orphans'] => {
    const found = orphans
    orphans = {}
    return found
  }
  let sounding: Promise<void> = Promise.resolve()
  return {
    capture: async (stop) => {
      const left = takeOrphans()
      const together = cameras.every((camera) => lines[camera].command() && !left[camera]) // a camera in step waits for the other one
      const keep = (line: Line): Promise<void> => keepLine(line, { ...options, together, orphan: left[line.input] }, stop)
      // Nobody waits for the sound: an end of it that hangs must not hold up what comes next. And it begins when the cameras have begun.
      if (sound)
        sounding = sounding
          .then(() => options.clock.sleep(soundAfterMs, stop))
          .then(() => keep(sound))
          .catch((err: unknown) => options.log.error({ err }, 'the sound could not be kept'))
      await Promise.all(cameras.map((camera) => keep(lines[camera])))
    },
    rest: async () => {
      await Promise.all(Object.values(takeOrphans()).map((orphan) => endAbandonedTake(orphan, 'stopped', options.clock)))
    },
    [Symbol.asyncDispose]: async () => {
      await sounding
      for (const camera of cameras) await lines[camera].spares?.[Symbol.asyncDispose]()
    },
  }
}

/** Starting a chain and an encoder takes processor time that the cameras need just then. */
const soundAfterMs = 700

/** One input made ready; a camera with a chain that waits for it. */
type Line = {
  readonly input: Input
  readonly ready: Promise<CameraCommand | undefined>
  /** Once it is ready. */
  command(): CameraCommand | undefined
  readonly spares?: Spares
}

const hasSound = ({ sound = 'off' }: RigOptions): boolean => sound.trim() !== 'off'

function openLine(input: Input, options: RigOptions, signal: AbortSignal): Line {
  let command: CameraCommand | undefined
  const ready = makeReady(input, options, signal).then((made) => (command = made))
  const say = (line: string): void => options.log.warn({ camera: input, line }, 'a camera chain says')
  const spares = input === 'sound' ? {} : { spares: openSpares(input, options.takesFolder, say) }
  return { input, ready, command: () => command, ...spares }
}

/** A microphone that is gone is looked for more rarely than a camera: the match is watched without it. */
const longestSoundWaitMs = 30_000

async function keepLine(
  { input, ready, spares }: Line,
  options: RigOptions & { readonly together: boolean; readonly orphan: Take | undefined },
  stop: AbortSignal,
): Promise<void> {
  const { orphan } = options
  const asked = new Promise<undefined>((resolve) =>
    stop.aborted ? resolve(undefined) : stop.addEventListener('abort', () => resolve(undefined), { once: true }),
  )
  const command = await Promise.race([ready, asked]) // one that never becomes ready must not hold up the end
  const own = { ...(input === 'sound' ? { longestWaitMs: longestSoundWaitMs } : {}), ...(spares ? { spares } : {}) }
  if (command && !stop.aborted) await keepCamera({ ...options, ...own, camera: input, command }, stop)
  else if (orphan) await endAbandonedTake(orphan, 'stopped', options.clock)
}

/** A source that cannot be made ready is tried again: a film may be copied in, a camera plugged in. */
async function makeReady(input: Input, options: RigOptions, signal: AbortSignal): Promise<CameraCommand | undefined> {
  const { clock, log } = options
  const what = input === 'sound' ? 'the sound' : 'camera'
  const telling = openTelling()
  const { devFolder } = thisMachine
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    const before = await cameraNodes(devFolder)
    try {
      return input === 'sound' ? await openSound(options.sound ?? 'off', options) : await openCamera(input, options, signal)
    } catch (error) {
      const hint = error instanceof EzrecError ? error.hint : ''
      const isNews = telling.isNews(messageOf(error), clock.monotonicUs())
      log[isNews ? 'error' : 'debug']({ camera: input, err: error, hint }, `${what} cannot be made ready: ${messageOf(error)}`)
      const waitMs = 1_000 + backoffMs(attempt, { baseMs: 1_000, capMs: 30_000 })
      if (await untilDevicesChange({ devFolder, before, waitMs, clock }, signal)) attempt = -1 // its plug may be named a moment later
    }
  }
  return undefined
}

async function openCamera(camera: Camera, options: RigOptions, signal: AbortSignal): Promise<CameraCommand> {
  const sync = options.sync ? { sync: await readSyncGroup(options.rigId) } : {}
  const { format, cacheFolder, tuning } = options
  const otherSource = options.sources[camera === 'left' ? 'right' : 'left']
  return openSource(options.sources[camera], { side: camera, format, cacheFolder, signal, otherSource, tuning, ...sync })
}
