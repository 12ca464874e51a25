// A take on disk as its chain would have left it: a journal with anchors, and segment files of a few bytes.
// Never starts a camera: the pictures are none.

import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { newId } from '../src/base/ids.ts'
import type { JournalLine } from '../src/capture/journal.ts'
import { takeFolder } from '../src/capture/segment-log.ts'
import { segmentFile } from '../src/capture/segment-writer.ts'
import type { Camera } from '../src/capture/take.ts'

export type WrittenTake = { readonly id: string; readonly folder: string; file(number: number): string }

/** 25 pictures a second in segments of 4 s from `fromMs` by the wall clock of the moment; monotonic time is `monotonicUs` then. */
export function writeTake(
  takesFolder: string,
  options: { fromMs: number; segments: number; monotonicUs: number; bootId?: string; camera?: Camera; ended?: boolean; dated?: boolean },
): WrittenTake {
  const { fromMs, segments, monotonicUs, bootId = 'boot', camera = 'left', ended = true, dated = true } = options
  const id = newId()
  const folder = takeFolder(takesFolder, id, camera, dated ? fromMs : undefined)
  mkdirSync(folder, { recursive: true })
  const lines: JournalLine[] = [{ is: 'begun', version: 1, takeId: id, rigId: 'rig', camera, bootId, atMs: fromMs, pid: 1, startTicks: 1 }]
  for (let number = 0; number < segments; number += 1) {
    const firstTicks = (1_000 + number * 4) * 90_000
    const content = Buffer.from(`segment ${number} of ${id}`)
    writeFileSync(path.join(folder, segmentFile(number)), content)
    lines.push({ is: 'opened', number, firstTicks })
    for (let second = 0; second < 4; second += 1) {
      const at = number * 4 + second
      const arrival = { monotonicUs: monotonicUs + at * 1e6, utcMs: fromMs + at * 1_000 }
      lines.push({ is: 'anchor', ticks: (1_000 + at) * 90_000, ...arrival, frames: at * 25 })
    }
    const sha256 = createHash('sha256').update(content).digest('hex')
    lines.push({ is: 'closed', number, firstTicks, lastTicks: firstTicks + 99 * 3_600, frames: 100, bytes: content.length, sha256 })
  }
  if (ended) lines.push({ is: 'ended', cause: 'stopped', atMs: fromMs + segments * 4_000 })
  writeFileSync(path.join(folder, 'journal.ndjson'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  return { id, folder, file: (number) => path.join(folder, segmentFile(number)) }
}
