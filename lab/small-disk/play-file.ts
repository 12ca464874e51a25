// Both cameras' takes from a file of footage that is too long for memory, as fast as the disk takes it.
// Never fills the writer's queue: it waits for the disk, as a camera would not.

import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises'
import { cameras } from '../../src/capture/take.ts'
import { readTransport, type PictureStart } from '../../src/capture/mpegts/reader.ts'
import type { Piece } from '../crash/footage.ts'
import { beginTake, type PlayOptions } from '../crash/play-takes.ts'

/** So many bytes may wait for the disk. */
const aheadBytes = 16 * 1024 * 1024

const lookEveryBytes = 4 * 1024 * 1024

/** `everySecond` is called once in `lookSeconds` of footage. */
export async function playFile(file: string, lookSeconds: number, options: Omit<PlayOptions, 'footage'>): Promise<void> {
  options.clock.stopAt(options.startsAtMs)
  const takes = await Promise.all(cameras.map((camera) => beginTake(camera, options)))
  let [first, pushed, lookedAt, lookedMs]: [number | undefined, number, number, number] = [undefined, 0, 0, 0]
  for await (const { bytes, ticks } of piecesOf(file)) {
    first ??= ticks
    const passedMs = (ticks - first) / 90
    options.clock.stopAt(options.startsAtMs + passedMs)
    for (const { push } of takes) push(bytes)
    pushed += bytes.length
    await turn()
    if (pushed - lookedAt > lookEveryBytes) {
      lookedAt = pushed
      for (const { folder } of takes) while ((await bytesIn(folder)) < pushed - aheadBytes) await delay(20)
    }
    if (passedMs - lookedMs < lookSeconds * 1_000) continue
    lookedMs = passedMs
    await options.everySecond()
  }
  await Promise.all(takes.map(({ end }) => end()))
}

/** The pictures of a transport stream, one by one; what stands before the first belongs to it. */
async function* piecesOf(file: string): AsyncGenerator<Piece> {
  const transport = readTransport()
  let growing: Buffer[] = []
  let open: PictureStart | undefined
  const piece = ({ ticks, key }: PictureStart): Piece => ({ bytes: Buffer.concat(growing), ticks, key })
  const stream: AsyncIterable<Buffer> = createReadStream(file, { highWaterMark: 256 * 1024 })
  for await (const read of stream) {
    const before = transport.bytesRead
    const starts = transport.push(read)
    const { packets } = transport
    let from = 0
    for (const start of starts) {
      if (open) {
        growing.push(packets.subarray(from, start.at - before))
        yield piece(open)
        growing = []
        from = start.at - before
      }
      open = start
    }
    growing.push(packets.subarray(from))
  }
  if (open) yield piece(open)
}

async function bytesIn(folder: string): Promise<number> {
  const sizes = await Promise.all(
    (await readdir(folder)).filter((name) => name.endsWith('.ts')).map((name) => stat(path.join(folder, name))),
  )
  return sizes.reduce((sum, { size }) => sum + size, 0)
}
