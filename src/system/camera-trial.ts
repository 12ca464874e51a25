// Cameras tried alone: each source is started as the recorder would start it, read for some seconds, and told by what came out.
// Never writes anything, and never runs beside a recorder: the caller holds the lock.

import type { Clock } from '../base/clock.ts'
import { messageOf } from '../base/errors.ts'
import { startChild } from '../base/process.ts'
import type { CameraCommand } from '../capture/drivers/driver.ts'
import { readTransport, type PictureStart } from '../capture/mpegts/reader.ts'

export type CameraTrial = {
  /** From the program's start to its first picture; null when none came. */
  readonly firstFrameMs: number | null
  readonly frames: number
  /** Pictures missing between the first and the last, by their time stamps. */
  readonly drops: number
  /** By their time stamps; null below two pictures. */
  readonly measuredFps: number | null
  /** Why it ended by itself, or null. */
  readonly fault: string | null
}

/** Reads a camera for `seconds` from its first picture, waiting for that at most `startMs`. */
export async function tryCamera(
  command: CameraCommand,
  options: { readonly seconds: number; readonly startMs: number; readonly fps: number; readonly clock: Clock },
  signal: AbortSignal,
): Promise<CameraTrial> {
  const { seconds, startMs, fps, clock } = options
  const startedUs = clock.monotonicUs()
  const transport = readTransport()
  const pictures: PictureStart[] = []
  const first = Promise.withResolvers<number>()
  const over = new AbortController()
  const child = await startChild(command.program, command.args, {
    stdout: 'pipe',
    stopSignals: command.stopSignals,
    stopStepMs: 1_000,
  }).catch((error: unknown) => messageOf(error))
  if (typeof child === 'string') return { ...judgePictures([], fps), firstFrameMs: null, fault: child }
  await using camera = child
  camera.stdout?.on('data', (piece: Buffer) => {
    pictures.push(...transport.push(piece))
    if (pictures.length > 0) first.resolve(clock.monotonicUs())
  })
  const ended = camera.exited.then(
    ({ code, signal: by }) => `it ended with ${by ?? `exit ${code}`}: ${camera.stderrTail().trim().slice(-200)}`,
  )
  const waits = AbortSignal.any([signal, over.signal])
  const begun = await Promise.race([first.promise, ended, clock.sleep(startMs, waits)])
  const end = typeof begun === 'number' ? await Promise.race([ended, clock.sleep(seconds * 1_000, waits)]) : begun
  over.abort()
  const seen = [...pictures]
  await camera.stop()
  return {
    ...judgePictures(seen, fps),
    firstFrameMs: typeof begun === 'number' ? Math.round((begun - startedUs) / 1_000) : null,
    fault: typeof end === 'string' ? end : typeof begun === 'number' ? null : `no picture within ${startMs} ms`,
  }
}

/** Frames and drops from the time stamps alone. Pure. */
export function judgePictures(
  pictures: readonly Pick<PictureStart, 'ticks'>[],
  fps: number,
): Pick<CameraTrial, 'frames' | 'drops' | 'measuredFps'> {
  const times = pictures.map(({ ticks }) => ticks).toSorted((a, b) => a - b)
  const [first, last] = [times[0], times.at(-1)]
  if (first === undefined || last === undefined || last === first) return { frames: times.length, drops: 0, measuredFps: null }
  const frameTicks = 90_000 / fps
  // Each hole is rounded by itself: a drifting clock never adds up to a drop.
  const drops = times.slice(1).reduce((sum, ticks, n) => sum + Math.max(0, Math.round((ticks - (times[n] ?? ticks)) / frameTicks) - 1), 0)
  const shown = times.length - 1 + drops
  return { frames: times.length, drops, measuredFps: Math.round((shown * 90_000_000) / (last - first)) / 1_000 }
}
