// A camera's track as bytes: the packets of its segments that lie within the match, one behind the other, read where they are. The same whenever asked.
// Never writes a file, and reads nothing but what track-cut.ts allows.

import { open, readFile } from 'node:fs/promises'
import path from 'node:path'
import { readTransport } from '../../capture/mpegts/reader.ts'
import { segmentFile } from '../../capture/segment-writer.ts'
import type { Segment, Take } from '../../capture/take.ts'
import type { BesideFile } from '../companions/send-beside.ts'
import { cutPictures, type TrackRun, type TrackWindow } from './track-cut.ts'

type Piece = { readonly bytes: number; read(from: number, bytes: number): Promise<Buffer> }

/** `undefined` when no picture of it can be shown. Errors: those of the disk. */
export async function openTrack(window: TrackWindow, { take, segments }: TrackRun, changedAtMs: number): Promise<BesideFile | undefined> {
  const pieces: Piece[] = []
  for (const [n, segment] of segments.entries()) {
    const isWhole = n > 0 && n < segments.length - 1 && pieces.length > 0
    if (isWhole) pieces.push(partOf(fileOf(take, segment), 0, segment.bytes))
    else pieces.push(...(await cutSegment(window, take, segment)))
  }
  if (pieces.length === 0) return undefined
  return {
    ...{ what: "a camera's track", type: 'video/mp2t', sha256: undefined, changedAtMs },
    bytes: pieces.reduce((sum, { bytes }) => sum + bytes, 0),
    read: (firstByte, bytes) => readFrom(pieces, firstByte, bytes),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}

const fileOf = (take: Take, { number }: Segment): string => path.join(take.folder, segmentFile(number))

/** One that lies across an edge: its tables, then the packets within. */
async function cutSegment(window: TrackWindow, take: Take, segment: Segment): Promise<Piece[]> {
  const file = fileOf(take, segment)
  const transport = readTransport(segment.firstTicks)
  const pictures = transport.push(await readFile(file))
  const cut = cutPictures(window, take, pictures, transport.bytesRead)
  const { tables } = transport
  if (!cut || !tables || transport.bytesSkipped > 0) return []
  return [
    { bytes: tables.length, read: (from, bytes) => Promise.resolve(tables.subarray(from, from + bytes)) },
    partOf(file, cut.from, cut.to),
  ]
}

const partOf = (file: string, begin: number, end: number): Piece => ({
  bytes: end - begin,
  read: async (from, bytes) => {
    await using handle = await open(file)
    const body = Buffer.alloc(bytes)
    return body.subarray(0, (await handle.read(body, 0, bytes, begin + from)).bytesRead)
  },
})

async function readFrom(pieces: readonly Piece[], firstByte: number, bytes: number): Promise<Buffer> {
  const read: Buffer[] = []
  let at = 0
  for (const piece of pieces) {
    const [from, to] = [Math.max(0, firstByte - at), Math.min(piece.bytes, firstByte + bytes - at)]
    if (from < to) read.push(await piece.read(from, to - from))
    at += piece.bytes
  }
  return Buffer.concat(read)
}
