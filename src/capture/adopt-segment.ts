// The footage in a segment that was not closed: whole pictures, cut after the last one, as a row may tell it.
// Never deletes a file and never writes a byte into one: all it does is cut a tail off.

import { createHash } from 'node:crypto'
import { open, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import { errnoOf } from '../base/errors.ts'
import { syncFolder } from '../base/files.ts'
import { packetBytes, readTransport } from './mpegts/reader.ts'
import type { Segment } from './take.ts'

/** What is known of the file beyond its bytes. */
export type Trust = {
  /** Nothing was to be added: the last picture in it is whole. */
  readonly complete?: boolean
  /** A sync of it has failed: only what was durable before is believed, and it is never synced again. */
  readonly syncFailed?: boolean
  readonly durableBytes?: number
}

/** A page that holds one durable byte more may have been written again, and torn. */
const pageBytes = 4_096

/** The whole pictures of a file that was left open, which is cut after them; `undefined` when it holds none. `near` is where its first time
 *  stamp is expected, in ticks. */
export async function adoptSegment(file: string, number: number, near: number, trust: Trust = {}): Promise<Segment | undefined> {
  const handle = await open(file, 'r+').catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  })
  if (!handle) return undefined
  let syncFailed = trust.syncFailed ?? false
  try {
    const all = await readUntilUnreadable(handle)
    const adopt = async (): Promise<Segment | undefined> => {
      const believed = syncFailed ? all.subarray(0, Math.floor((trust.durableBytes ?? 0) / pageBytes) * pageBytes) : all
      const cut = wholePictures(believed, near, trust.complete === true && !syncFailed)
      if (!cut) return undefined
      await handle.truncate(cut.bytes)
      if (!syncFailed) await handle.sync().catch((error: unknown) => (syncFailed = isBroken(error)))
      await syncFolder(path.dirname(file))
      return { number, ...cut, sha256: createHash('sha256').update(all.subarray(0, cut.bytes)).digest('hex') }
    }
    const refusedBefore = syncFailed
    const segment = await adopt()
    return syncFailed && !refusedBefore ? await adopt() : segment // its sync has failed only now: less of it is believed
  } finally {
    await handle.close()
  }
}

type Cut = Pick<Segment, 'firstTicks' | 'lastTicks' | 'frames' | 'bytes'>

function wholePictures(content: Buffer, near: number, complete: boolean): Cut | undefined {
  const packets = wholePackets(content)
  const pictures = readTransport(near).push(packets)
  const isWhole = complete && packets.length === content.length
  const torn = pictures.at(-1)
  const kept = isWhole ? pictures : pictures.slice(0, -1)
  const [first] = kept
  if (!torn || !first) return undefined
  return {
    firstTicks: first.ticks,
    lastTicks: Math.max(...kept.map(({ ticks }) => ticks)),
    frames: kept.length,
    bytes: isWhole ? packets.length : torn.at,
  }
}

/** The packets that stand one after the other from the start: a power cut may leave a tail of zeros. */
function wholePackets(content: Buffer): Buffer {
  let end = 0
  while (end + packetBytes <= content.length && content[end] === 0x47) end += packetBytes
  return content.subarray(0, end)
}

/** All of it, or what stands before the first place that the disk does not give back. */
async function readUntilUnreadable(handle: FileHandle): Promise<Buffer> {
  const { size } = await handle.stat()
  const content = Buffer.alloc(size)
  let at = 0
  try {
    for (let bytes = -1; bytes !== 0 && at < size; at += bytes)
      ({ bytesRead: bytes } = await handle.read(content, at, Math.min(size - at, 1 << 20), at))
  } catch (error) {
    isBroken(error)
  }
  return content.subarray(0, at)
}

/** EIO: this place of the disk is lost. Anything else is not about the file, and thrown. */
function isBroken(error: unknown): true {
  if (errnoOf(error) === 'EIO') return true
  throw error
}
