// The few frames that a camera holds while nobody reads: at most eight, then whole frames are lost until the next key frame.
// Never waits for the reader and never blocks the process.

import type { Writable } from 'node:stream'
import { firstContinuity, packetize, type AccessUnit } from '../mpegts/writer.ts'

/** Frames held by the camera itself; the pipe's own buffer comes on top. */
const heldFrames = 8

export type FrameQueue = {
  /** Hands a frame over; false when it was dropped. */
  offer(unit: AccessUnit): boolean
  /** A gap on purpose: nothing is taken until the next key frame. */
  interrupt(): void
  readonly counts: { readonly emitted: number; readonly dropped: number }
  /** Resolves when all held frames are written. */
  drained(): Promise<void>
}

/** `output` must not block on write: a socket or a pipe in non-blocking mode. */
export function openFrameQueue(output: Writable): FrameQueue {
  const waiting: Buffer[] = []
  const counts = { emitted: 0, dropped: 0 }
  let continuity = firstContinuity
  let writing = false
  let needsKeyFrame = true // a stream begins with one
  let onEmpty: (() => void)[] = []

  const writeNext = (): void => {
    const packets = waiting.shift()
    if (packets === undefined) {
      for (const resolve of onEmpty) resolve()
      onEmpty = []
      return
    }
    writing = true
    output.write(packets, () => {
      writing = false
      writeNext()
    })
  }

  return {
    counts,
    offer: (unit) => {
      const full = waiting.length + (writing ? 1 : 0) >= heldFrames
      if (full || (needsKeyFrame && !unit.keyFrame)) {
        needsKeyFrame = true // what follows a lost frame refers to it
        counts.dropped += 1
        return false
      }
      needsKeyFrame = false
      const written = packetize(unit, continuity)
      continuity = written.continuity
      waiting.push(written.packets)
      counts.emitted += 1
      if (!writing) writeNext()
      return true
    },
    interrupt: () => {
      needsKeyFrame = true
    },
    drained: () => (writing || waiting.length > 0 ? new Promise((resolve) => onEmpty.push(resolve)) : Promise.resolve()),
  }
}
