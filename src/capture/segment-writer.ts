// From a camera's transport stream to files: cut at key frames, tables repeated, hashed, synced each second, told in the journal.
// Never makes the camera wait: bytes queue in memory while the disk is slow, and a disk that fails ends the take, not the camera.

import path from 'node:path'
import type { Clock } from '../base/clock.ts'
import { EzrecError } from '../base/errors.ts'
import { fileError } from '../base/files.ts'
import { bestArrivals } from './best-arrivals.ts'
import type { Journal, JournalLine } from './journal.ts'
import { readTransport, type PictureStart } from './mpegts/reader.ts'
import { createSegmentFile, type SegmentFile } from './segment-file.ts'
import { openSyncRounds, type SegmentFacts } from './sync-rounds.ts'
import { watchStamps } from './stamp-watch.ts'
import { openWriteQueue } from './write-queue.ts'

export type SegmentWriterOptions = {
  readonly folder: string
  readonly journal: Journal
  readonly clock: Clock
  /** Cut at the first key frame after this long. */
  readonly segmentMs: number
  /** More than this waiting for the disk ends the take; what waits is still written. */
  readonly maxQueuedBytes?: number
  /** Bytes wait so long for more before they are written. */
  readonly gatherMs?: number
  /** Called once, when the disk refuses: the take is over. */
  readonly onFailure: (error: unknown) => void
  /** Called once, when the camera's stamps jump: the take is over before that picture, for one take has one clock. Without it nothing is watched: a
   *  film that is read faster than it plays. */
  readonly onJump?: () => void
}

/** Over 10 s of a camera of 50 Mbit/s, over a minute of one of 8. */
const defaultQueuedBytes = 64 * 1024 * 1024

/** A write wakes two threads: one for two or three pictures costs less than one for each. What a killed chain loses grows by so much. */
const defaultGatherMs = 80
const gatherBytes = 128 * 1024

/** How much longer than that a stream without pictures is taken. */
const overshootBytes = 8 * 1024 * 1024

/** A segment that the journal does not tell as closed, and how far its file can be trusted. */
export type UnfinishedSegment = Pick<SegmentFile, 'number' | 'durableBytes' | 'syncFailed'>

export type SegmentWriter = {
  /** Takes a piece of the stream at its arrival. */
  push(piece: Buffer): void
  /** Writes what waits for more: for when nothing comes. */
  flush(): void
  /** Adds a line to the journal without waiting for it. */
  tell(line: JournalLine): void
  /** Everything queued is written, the last segment closed. `undefined` when all of it is told in the journal; after a failure the segments
   *  that are not, which nothing touches any more. Never rejects. */
  close(): Promise<readonly UnfinishedSegment[] | undefined>
  /** Pictures seen so far: liveness is this number growing. */
  readonly frames: number
}

type GrowingFacts = { -readonly [K in keyof SegmentFacts]: SegmentFacts[K] }

export const segmentFile = (number: number): string => `${String(number).padStart(6, '0')}.ts`

export function openSegmentWriter(options: SegmentWriterOptions): SegmentWriter {
  const { folder, journal, clock, maxQueuedBytes = defaultQueuedBytes, gatherMs = defaultGatherMs } = options
  const segmentTicks = options.segmentMs * 90 - 450 // 5 ms of grace: a camera's second is not always a whole number of ticks
  const transport = readTransport()
  const arrivals = bestArrivals()
  const isJump = options.onJump && watchStamps()
  let failed = false
  let full = false
  let jumped = false
  let growing: SegmentFile | undefined
  let facts: GrowingFacts | undefined
  let segments = 0
  let frames = 0
  let flushedUs = Number.NEGATIVE_INFINITY

  const fail = (error: unknown): void => {
    if (failed) return
    failed = true
    queue.stop()
    void rounds.drain() // a disk without room for the next file may still keep what is complete
    if (!full) options.onFailure(fileError(error, folder))
  }
  const queue = openWriteQueue({
    write: async (pieces) => {
      await growing?.write(pieces)
      rounds.wrote()
    },
    onFailure: fail,
  })
  const rounds = openSyncRounds({ folder, journal, clock, growing: () => growing, onFailure: fail })

  /** The journal keeps its own order. */
  const tell = (line: JournalLine): void => void journal.add(line).catch(fail)

  const finishGrowing = (told: SegmentFacts | undefined): void =>
    queue.after(() => {
      if (growing === undefined || told === undefined) return
      rounds.finish(growing, told)
      growing = undefined
    })

  const openNext = (picture: PictureStart): void => {
    finishGrowing(facts)
    facts = { firstTicks: picture.ticks, lastTicks: picture.ticks, frames: 0 }
    const number = segments
    segments += 1
    queue.after(async () => {
      growing = await createSegmentFile(path.join(folder, segmentFile(number)), number)
      tell({ is: 'opened', number, firstTicks: picture.ticks })
    })
    if (transport.tables) queue.append(transport.tables)
  }

  /** In its turn: whoever reads the growing file learns of a moment no sooner than its bytes are there. */
  const note = (picture: PictureStart, monotonicUs: number, utcMs: number): void => {
    frames += 1
    const anchor = arrivals.add(picture.ticks, monotonicUs, utcMs)
    const line = anchor && ({ is: 'anchor', ...anchor, frames } as const)
    if (line) queue.after(() => tell(line))
  }

  /** Takes no more from here on; what waits is written in the disk's own time. */
  const overflow = (): void => {
    full = true
    options.onFailure(
      new EzrecError('disk_full', 'the disk is too slow: footage waiting to be written no longer fits in memory', {
        hint: 'use a faster card or disk',
        facts: { queuedBytes: queue.queuedBytes },
      }),
    )
  }

  const flushWhenDue = (monotonicUs: number): void => {
    if (monotonicUs - flushedUs < gatherMs * 1_000 && queue.queuedBytes < gatherBytes) return
    flushedUs = monotonicUs
    queue.flush()
  }

  const beginsSegment = ({ key, ticks }: PictureStart): boolean =>
    key && transport.tables !== undefined && (facts === undefined || ticks - facts.firstTicks >= segmentTicks || ticks < facts.lastTicks)

  return {
    tell,
    push: (piece) => {
      if (full || jumped || failed) return
      const monotonicUs = clock.monotonicUs()
      const utcMs = clock.nowMs()
      const from = transport.bytesRead
      let written = 0
      for (const picture of transport.push(piece)) {
        const isFull = queue.queuedBytes > maxQueuedBytes
        jumped = isJump?.(picture.ticks, monotonicUs) === true
        if (facts && (isFull || jumped || beginsSegment(picture))) queue.append(transport.packets.subarray(written, picture.at - from))
        if (isFull) return overflow()
        if (jumped) return options.onJump?.()
        if (beginsSegment(picture)) {
          written = picture.at - from
          openNext(picture)
        }
        if (facts === undefined) continue
        facts.lastTicks = Math.max(facts.lastTicks, picture.ticks)
        facts.frames += 1
        note(picture, monotonicUs, utcMs)
      }
      if (facts) queue.append(transport.packets.subarray(written))
      flushWhenDue(monotonicUs)
      if (queue.queuedBytes > maxQueuedBytes + overshootBytes) overflow()
    },
    flush: () => queue.flush(),
    close: async () => {
      const anchor = arrivals.only()
      if (anchor) queue.after(() => tell({ is: 'anchor', ...anchor, frames }))
      finishGrowing(facts)
      await queue.idle()
      await rounds.drain()
      if (!failed) return undefined
      const left = [...rounds.unfinished, ...(growing ? [growing] : [])]
      for (const file of left) await file.close().catch(() => undefined) // the disk has already said what is wrong
      return left.map(({ number, durableBytes, syncFailed }) => ({ number, durableBytes, syncFailed }))
    },
    get frames() {
      return frames
    },
  }
}
