// Pictures and their time stamps, which come by two ways, joined into a transport stream: the n-th picture has the n-th stamp.
// Never makes up a time: a picture waits for its own.

import { firstContinuity, packetize, ptsWrapTicks } from '../../mpegts/writer.ts'
import { readRawPictures, type RawPicture } from './access-units.ts'

export type StampedStream = {
  /** H.264 bytes; returns transport packets that are complete by now. */
  pushVideo(piece: Buffer): Buffer[]
  /** Text of a timecode file (format v2: one time in milliseconds a line, remarks begin with #). */
  pushTimes(text: string): Buffer[]
}

/** A picture and its stamp come within a frame or two of each other. */
const maxApart = 100

/** Throws a RangeError when pictures come without stamps. */
export function stampStream(): StampedStream {
  const raw = readRawPictures()
  const pictures: RawPicture[] = []
  const times: number[] = []
  let partial = ''
  let continuity = firstContinuity
  const join = (): Buffer[] => {
    if (pictures.length > maxApart) throw new RangeError(`${pictures.length} pictures came without a time stamp`)
    const out: Buffer[] = []
    for (let picture = pictures[0], ms = times[0]; picture !== undefined && ms !== undefined; picture = pictures[0], ms = times[0]) {
      pictures.shift()
      times.shift()
      const data = Buffer.concat([delimiter, picture.data])
      const made = packetize({ data, keyFrame: picture.keyFrame, ptsTicks: (firstTicks + Math.round(ms * 90)) % ptsWrapTicks }, continuity)
      continuity = made.continuity
      out.push(made.packets)
    }
    return out
  }
  return {
    pushVideo: (piece) => {
      pictures.push(...raw.push(piece))
      return join()
    },
    pushTimes: (text) => {
      const lines = (partial + text).split('\n')
      partial = (lines.pop() ?? '').slice(-100)
      for (const line of lines) if (/^\d{1,12}(\.\d{1,6})?$/.test(line.trim())) times.push(Number(line))
      return join()
    },
  }
}

/** Room for the program clock, which runs ahead. */
const firstTicks = 90_000

/** Access unit delimiter, any slice type: 7.3.2.4. */
const delimiter = Buffer.from([0, 0, 0, 1, 0x09, 0xf0])
