// Cameras tried alone: each source is started as the recorder would start it, read for some seconds, and told by what came out.
// Never writes anything, and never runs beside a recorder: the caller holds the lock.

import type { Clock } from '../base/clock.ts'
import { messageOf } from '../base/errors.ts'
import { startChild } from '../base/process.ts'
import type { CameraCommand } from '../capture/drivers/driver.ts'
import { causeOf, type CauseCode } from '../capture/drivers/failure-cause.ts'
import { readTransport, type PictureStart } from '../capture/mpegts/reader.ts'

export type CameraTrial = {
  /** From the program's start to its first picture; null when none came. */
  readonly firstFrameMs: number | null
  readonly frames: number
  /** Pictures missing between the first and the last, by their time stamps. */
  readonly drops: number
  /** By their time stamps; null below two pictures. */
  readonly measuredFps: number | null
  /** From key frame to key frame, at most; null below two of them. */
  readonly keyFrameSeconds: number | null
  /** The machine's monotonic clock at the camera's time 0, by the picture that came soonest after its time; null without pictures. */
  readonly clockUs: number | null
  /** Why it ended by itself, or null. */
  readonly fault: string | null
  /** What its last words mean, and the mend; null without a fault. */
  readonly cause: { readonly code: CauseCode; readonly mend: string } | null
}

export type TriedCamera = {
  readonly trial: CameraTrial
  /** The stream from its last whole key frame on; empty when there was none. */
  readonly lastPictures: Buffer
}

/** Reads a camera for `seconds` from its first picture, waiting for that at most `startMs`. */
export async function tryCamera(
  command: CameraCommand,
  options: {
    readonly seconds: number
    readonly startMs: number
    readonly fps: number
    readonly clock: Clock
    /** Every byte as it comes. */
    readonly onPiece?: (piece: Buffer) => void
  },
  signal: AbortSignal,
): Promise<TriedCamera> {
  const { seconds, startMs, fps, clock } = options
  const startedUs = clock.monotonicUs()
  const transport = readTransport()
  const newest = keepNewestGroup()
  const pictures: PictureStart[] = []
  let clockUs: number | null = null
  const first = Promise.withResolvers<number>()
  const over = new AbortController()
  const child = await startChild(command.program, command.args, {
    stdout: 'pipe',
    stopSignals: command.stopSignals,
    stopStepMs: 1_000,
  }).catch((error: unknown) => messageOf(error))
  if (typeof child === 'string')
    return { trial: { ...told([], fps), firstFrameMs: null, clockUs, ...faultOf(child) }, lastPictures: newest.bytes() }
  await using camera = child
  camera.stdout?.on('data', (piece: Buffer) => {
    const nowUs = clock.monotonicUs()
    options.onPiece?.(piece)
    const from = transport.bytesRead
    const begun = transport.push(piece)
    newest.add(begun, transport.packets, from, transport.tables)
    for (const { ticks } of begun) clockUs = Math.min(clockUs ?? Number.POSITIVE_INFINITY, nowUs - (ticks * 100) / 9)
    pictures.push(...begun)
    if (pictures.length > 0) first.resolve(nowUs)
  })
  const ended = camera.exited.then(
    ({ code, signal: by }) => `it ended with ${by ?? `exit ${code}`}: ${camera.stderrTail().trim().slice(-400)}`,
  )
  const waits = AbortSignal.any([signal, over.signal])
  const begun = await Promise.race([first.promise, ended, clock.sleep(startMs, waits)])
  const end = typeof begun === 'number' ? await Promise.race([ended, clock.sleep(seconds * 1_000, waits)]) : begun
  over.abort()
  const seen = [...pictures]
  const lastPictures = newest.bytes()
  await camera.stop()
  const silence = `no picture within ${startMs} ms: ${camera.stderrTail().trim().split('\n').at(-1)?.slice(-200) ?? ''}`
  const fault = typeof end === 'string' ? end : typeof begun === 'number' ? undefined : silence.replace(/: $/, '')
  const firstFrameMs = typeof begun === 'number' ? Math.round((begun - startedUs) / 1_000) : null
  return { trial: { ...told(seen, fps), firstFrameMs, clockUs, ...faultOf(fault, camera.stderrTail()) }, lastPictures }
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

/** How far the capture instants of the right camera lie after those of the left, in milliseconds, from minus half a frame to half a frame;
 *  null when one had no pictures. What both cameras' ways here take alike is not in it; what they take differently is. Pure. */
export function pairPhaseMs(left: Pick<CameraTrial, 'clockUs'>, right: Pick<CameraTrial, 'clockUs'>, fps: number): number | null {
  if (left.clockUs === null || right.clockUs === null) return null
  const frameMs = 1_000 / fps
  const apartMs = (right.clockUs - left.clockUs) / 1_000
  return Math.round((apartMs - Math.round(apartMs / frameMs) * frameMs) * 10) / 10 + 0
}

function told(pictures: readonly PictureStart[], fps: number): Pick<CameraTrial, 'frames' | 'drops' | 'measuredFps' | 'keyFrameSeconds'> {
  const keys = pictures.filter(({ key }) => key).map(({ ticks }) => ticks)
  const steps = keys.slice(1).map((ticks, n) => (ticks - (keys[n] ?? ticks)) / 90_000)
  return { ...judgePictures(pictures, fps), keyFrameSeconds: steps.length === 0 ? null : Math.round(Math.max(...steps) * 100) / 100 }
}

function faultOf(fault: string | undefined, stderr = fault ?? ''): Pick<CameraTrial, 'fault' | 'cause'> {
  if (fault === undefined) return { fault: null, cause: null }
  const { code, mend } = causeOf(stderr)
  return { fault, cause: { code, mend } }
}

/** The bytes from the last key frame but one on, so that its picture is whole. */
function keepNewestGroup(): {
  add(begun: readonly PictureStart[], packets: Buffer, from: number, tables: Buffer | undefined): void
  bytes(): Buffer
} {
  let whole: Buffer[] = []
  let growing: Buffer[] | undefined
  return {
    add: (begun, packets, from, tables) => {
      let written = 0
      for (const { key, at } of begun) {
        if (!key || !tables) continue
        growing?.push(Buffer.from(packets.subarray(written, at - from)))
        written = at - from
        whole = growing ?? []
        growing = [tables]
      }
      growing?.push(Buffer.from(packets.subarray(written)))
    },
    bytes: () => Buffer.concat(whole.length > 0 ? whole : (growing ?? [])),
  }
}
