// A take of the simulated rig on disk, as its chain would have left it, with real pictures: at once, or segment by segment.
// Never plays a camera in real time: clocks, delay and losses are what a test says.

import { createHash } from 'node:crypto'
import { appendFileSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { newId } from '../src/base/ids.ts'
import { ensureLoop } from '../src/capture/drivers/loop-cache.ts'
import { journalFile, type JournalLine } from '../src/capture/journal.ts'
import { openLoop } from '../src/capture/loop-camera/loop-file.ts'
import { firstContinuity, packetize } from '../src/capture/mpegts/writer.ts'
import type { RigFormat } from '../src/capture/pitch/rig-format.ts'
import { takeFolder } from '../src/capture/segment-log.ts'
import { segmentFile } from '../src/capture/segment-writer.ts'
import type { Camera } from '../src/capture/take.ts'

export type RigTakeOptions = {
  readonly camera: Camera
  readonly format: RigFormat
  readonly cacheFolder: string
  readonly takesFolder: string
  /** When the scene frame `fromScene` was captured: wall clock, and monotonic clock of the boot `boot`. */
  readonly fromMs: number
  readonly fromUs: number
  /** A multiple of ten. */
  readonly fromScene: number
  readonly segments: number
  /** Whose pictures it shows: its own, or those of any film as a loop of the size. */
  readonly shows?: Camera | { readonly film: string }
  /** Pictures arrive this much later than they were captured; no clock sees it. */
  readonly latencyMs?: number
}

export type RigTake = {
  /** Writes the next segment; `false` when there is none left, and the take has ended. */
  next(): boolean
}

const fps = 25
const groupFrames = 10
const segmentFrames = 100
const firstTicks = 90_000

function sourceOf(shows: NonNullable<RigTakeOptions['shows']>) {
  if (typeof shows === 'string') return { kind: 'pitch', view: shows, firstFrame: 0, pictures: 'live' } as const
  const { size, mtimeMs } = statSync(shows.film)
  return { kind: 'film', file: shows.film, size, modifiedMs: mtimeMs, pictures: 'live' } as const
}

export async function openRigTake(options: RigTakeOptions): Promise<RigTake> {
  const { camera, format, cacheFolder, takesFolder, fromMs, fromUs, fromScene, segments, latencyMs = 0, shows = camera } = options
  const order = { format, groupFrames, source: sourceOf(shows) } as const
  await using loop = await openLoop(await ensureLoop(order, { folder: cacheFolder }))
  const units: Uint8Array[] = []
  for (let n = 0; n < segments * segmentFrames; n += groupFrames) units.push(...(await loop.readGop(fromScene + n)).slice(0, groupFrames)) // the last one repeats
  const id = newId()
  const folder = takeFolder(takesFolder, id, camera, fromMs)
  mkdirSync(folder, { recursive: true })
  const tell = (...lines: readonly JournalLine[]): void =>
    appendFileSync(journalFile(folder), lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  tell({ is: 'begun', version: 1, takeId: id, rigId: 'rig', camera, bootId: 'boot', atMs: fromMs, pid: 1, startTicks: 1 })
  let continuity = firstContinuity
  let number = 0
  return {
    next: () => {
      if (number === segments) {
        tell({ is: 'ended', cause: 'stopped', atMs: fromMs + segments * 4_000 })
        number += 1
      }
      if (number > segments) return false
      const first = number * segmentFrames
      const ticksOf = (frame: number): number => firstTicks + (frame * 90_000) / fps
      const packets = units.slice(first, first + segmentFrames).map((data, n) => {
        const made = packetize({ data, ptsTicks: ticksOf(first + n), keyFrame: n % groupFrames === 0 }, continuity)
        continuity = made.continuity
        return made.packets
      })
      const content = Buffer.concat(packets)
      writeFileSync(path.join(folder, segmentFile(number)), content)
      tell({ is: 'opened', number, firstTicks: ticksOf(first) })
      for (let frame = first; frame < first + segmentFrames; frame += fps) {
        const arrivedMs = (frame * 1_000) / fps + latencyMs
        tell({
          is: 'anchor',
          ticks: ticksOf(frame),
          monotonicUs: fromUs + arrivedMs * 1_000,
          utcMs: Math.round(fromMs + arrivedMs),
          frames: frame,
        })
      }
      const sha256 = createHash('sha256').update(content).digest('hex')
      const lastTicks = ticksOf(first + segmentFrames - 1)
      tell({ is: 'closed', number, firstTicks: ticksOf(first), lastTicks, frames: segmentFrames, bytes: content.length, sha256 })
      number += 1
      return true
    },
  }
}
