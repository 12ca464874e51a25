// Both cameras' takes from a file of footage that is too long for memory, as fast as the disk takes it.
// Never fills the writer's queue: it waits for the disk, as a camera would not.

import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises'
import { EzrecError } from '../../src/base/errors.ts'
import { cameras } from '../../src/capture/take.ts'
import { readTransport, type PictureStart } from '../../src/capture/mpegts/reader.ts'
import type { Piece } from '../crash/footage.ts'
import { beginTake, type PlayOptions } from '../crash/play-takes.ts'

/** So many bytes may wait for the disk. */
const aheadBytes = 16 * 1024 * 1024

/** For a disk that is slow, and no longer. */
const longestMs = 120_000

const lookEveryBytes = 4 * 1024 * 1024

/** `everySecond` is called once in `lookSeconds` of footage. Errors: what the disk refuses; timeout when it takes nothing any more. */
export async function playFile(
  file: string,
  lookSeconds: number,
  options: Omit<PlayOptions, 'footage'>,
  signal: AbortSignal,
): Promise<void> {
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
      for (const take of takes) await waitForDisk(take, pushed - aheadBytes, signal)
    }
    if (passedMs - lookedMs < lookSeconds * 1_000) continue
    lookedMs = passedMs
    await options.everySecond()
  }
  await Promise.all(takes.map(({ end }) => end()))
}

async function waitForDisk(
  { folder, fault }: Pick<Awaited<ReturnType<typeof beginTake>>, 'folder' | 'fault'>,
  bytes: number,
  signal: AbortSignal,
): Promise<void> {
  for (const endMs = performance.now() + longestMs; (await bytesIn(folder)) < bytes; await delay(20, undefined, { signal })) {
    if (fault() !== undefined) throw fault()
    if (performance.now() > endMs) throw new EzrecError('timeout', `the disk did not take ${bytes} bytes`, { hint: `look into ${folder}` })
  }
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
