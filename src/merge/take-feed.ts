// A take's bytes from a segment on, read while they are still being written, until the take has ended and all was read.
// Knows what may still come only from the segment log.

import { open } from 'node:fs/promises'
import path from 'node:path'
import type { Clock } from '../base/clock.ts'
import { segmentFile } from '../capture/segment-writer.ts'
import type { SegmentLog } from '../capture/segment-log.ts'
import type { Take } from '../capture/take.ts'

/** How often a growing file is looked at. */
const pollMs = 25

export type FeedOptions = {
  readonly log: SegmentLog
  readonly takeId: string
  readonly fromNumber: number
  readonly clock: Clock
  readonly signal: AbortSignal
  /** A segment that cannot be read is left out: what it held is missing, what follows is not. */
  readonly onUnreadable: (number: number, error: unknown) => void
}

/** Pieces of the take's files in order. A closed segment is read to the length that its row says, no further. */
export async function* feedTake({ log, takeId, fromNumber, clock, signal, onUnreadable }: FeedOptions): AsyncGenerator<Buffer> {
  const find = (): Take | undefined => log.takes.find(({ id }) => id === takeId)
  for (let number = fromNumber; !signal.aborted; number += 1) {
    for (let take = find(); !take?.opened.some((each) => each.number === number); take = find()) {
      if (signal.aborted || take?.ended) return
      await clock.sleep(pollMs, signal)
      await log.refresh()
    }
    try {
      yield* feedSegment({ log, clock, signal, number }, find)
    } catch (error) {
      onUnreadable(number, error)
    }
  }
}

async function* feedSegment(
  { log, clock, signal, number }: { log: SegmentLog; clock: Clock; signal: AbortSignal; number: number },
  find: () => Take | undefined,
): AsyncGenerator<Buffer> {
  const folder = find()?.folder
  if (folder === undefined) return
  await using file = await open(path.join(folder, segmentFile(number)), 'r')
  const buffer = Buffer.allocUnsafe(256 * 1024) // one for all looks: most find a few kilobytes
  for (let at = 0; !signal.aborted;) {
    const take = find()
    const closed = take?.segments.findLast((segment) => segment.number === number)
    const { bytesRead } = await file.read(buffer, 0, closed ? Math.max(0, Math.min(buffer.length, closed.bytes - at)) : buffer.length, at)
    at += bytesRead
    if (bytesRead > 0) yield Buffer.from(buffer.subarray(0, bytesRead))
    else if (closed || take?.ended) return
    else {
      await clock.sleep(pollMs, signal)
      await log.refresh()
    }
  }
}
