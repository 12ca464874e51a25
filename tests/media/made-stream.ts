// A transport stream made by our own writer: pictures of known times and sizes, nothing that decodes.
// For tests of bytes and times, not of pictures.

import { firstContinuity, packetize } from '../../src/capture/mpegts/writer.ts'

/** Pictures at these times, each of three packets, the first a key frame. */
export function streamOf(times: readonly number[]): Buffer {
  let continuity = firstContinuity
  return Buffer.concat(
    times.map((ptsTicks, n) => {
      const written = packetize({ data: Buffer.alloc(500, 7), ptsTicks, keyFrame: n === 0 }, continuity)
      continuity = written.continuity
      return written.packets
    }),
  )
}
