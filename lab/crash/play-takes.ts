// Both cameras' takes at full speed: the real journal and the real segment writer, fed with footage that was made beforehand.
// Never starts a camera: this is the chain's order of writes (docs/design/lifecycle.md, "Begin a take") without the process around it.

import { setImmediate as turn } from 'node:timers/promises'
import { bootId } from '../../src/base/clock.ts'
import { makeFolder } from '../../src/base/files.ts'
import { newId } from '../../src/base/ids.ts'
import { ownIdentity } from '../../src/base/process-identity.ts'
import { journalFile, openJournal } from '../../src/capture/journal.ts'
import { takeFolder, type SegmentLog } from '../../src/capture/segment-log.ts'
import { openSegmentWriter } from '../../src/capture/segment-writer.ts'
import { cameras, type Camera } from '../../src/capture/take.ts'
import type { FastClock } from './fast-clock.ts'
import type { Footage, Piece } from './footage.ts'

export type PlayOptions = {
  readonly clock: FastClock
  readonly takesFolder: string
  readonly rigId: string
  readonly segmentMs: number
  readonly footage: Footage
  /** The instant of the first picture. */
  readonly startsAtMs: number
  /** Called about once a second of footage, as the ledger would look. */
  readonly everySecond: () => Promise<void>
}

/** Plays what the takes on disk do not yet hold: all of it, or after a kill what comes behind the next key frame. */
export async function playTakes(options: PlayOptions, log: SegmentLog): Promise<void> {
  const { pieces, tables } = options.footage
  const shown = Math.max(-1, ...log.takes.flatMap(({ segments }) => segments.map(({ lastTicks }) => lastTicks)))
  const from = pieces.findIndex(({ key, ticks }) => key && ticks > shown)
  if (from < 0) return
  const first = pieces[0]?.ticks ?? 0
  const arrivesAtMs = ({ ticks }: Piece): number => options.startsAtMs + (ticks - first) / 90
  const begin = pieces[from]
  if (begin) options.clock.stopAt(arrivesAtMs(begin))
  const takes = await Promise.all(cameras.map((camera) => beginTake(camera, options)))
  for (const [n, piece] of pieces.slice(from).entries()) {
    options.clock.stopAt(arrivesAtMs(piece))
    for (const { push } of takes) push(n === 0 ? Buffer.concat([tables, piece.bytes]) : piece.bytes)
    await turn()
    if (n % 10 === 9) await options.everySecond()
  }
  await Promise.all(takes.map(({ end }) => end()))
}

/** A take of one camera, from the `begun` line of its journal to the `ended` one. */
export async function beginTake(
  camera: Camera,
  { clock, takesFolder, rigId, segmentMs }: Pick<PlayOptions, 'clock' | 'takesFolder' | 'rigId' | 'segmentMs'>,
): Promise<{
  readonly folder: string
  push(piece: Buffer): void
  /** What the disk refused, if anything. */ fault(): unknown
  end(): Promise<void>
}> {
  const takeId = newId()
  const folder = takeFolder(takesFolder, takeId, camera, clock.nowMs())
  await makeFolder(folder)
  const journal = await openJournal(journalFile(folder))
  const identity = ownIdentity()
  const begun = { is: 'begun', version: 1, takeId, rigId, camera, bootId: bootId(), atMs: clock.nowMs(), ...identity } as const
  await journal.add(begun, { sync: true })
  await journal.add({ is: 'source', ...identity })
  let failure: unknown
  const writer = openSegmentWriter({ folder, journal, clock, segmentMs, gatherMs: 0, onFailure: (error) => (failure = error) })
  return {
    folder,
    push: (piece) => writer.push(piece),
    fault: () => failure,
    end: async () => {
      await writer.close()
      if (failure !== undefined) throw failure
      await journal.add({ is: 'ended', cause: 'stopped', atMs: clock.nowMs() }, { sync: true })
      await journal.close()
    },
  }
}
