// After a chain was killed or the power was cut: what is on disk becomes part of the take again, told in its journal.
// Adopts footage, never deletes it; only the picture that was being written when the end came is cut off.

import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import path from 'node:path'
import { bootId, systemClock, type Clock } from '../base/clock.ts'
import { errnoOf } from '../base/errors.ts'
import { syncFolder } from '../base/files.ts'
import { processStartTicks } from '../base/process.ts'
import { followJournal, openJournal, type JournalLine } from './journal.ts'
import { packetBytes, readTransport } from './mpegts/reader.ts'
import { segmentFile } from './segment-writer.ts'
import { addToTake, beginTake, type Segment, type Take } from './take.ts'

/** Ends a take whose chain is gone: its camera is ended by identity, its open segments are closed, its journal gets its last line. */
export async function endAbandonedTake(take: Take, cause: string, clock: Clock = systemClock): Promise<void> {
  if (take.bootId === bootId()) for (const identity of [take.chain, take.source]) if (identity) await endByIdentity(identity, clock)
  const file = path.join(take.folder, 'journal.ndjson')
  const now = beginAgain(take, await followJournal(file).read()) // a chain that was still alive may have closed its files meanwhile
  if (now.ended) return
  const journal = await openJournal(file)
  const closed = new Set(now.segments.map(({ number }) => number))
  for (const { number, firstTicks } of now.opened.filter((each) => !closed.has(each.number))) {
    const segment = await adoptSegment(path.join(take.folder, segmentFile(number)), number, firstTicks)
    if (segment) await journal.add({ is: 'closed', ...segment }, { sync: true })
  }
  await journal.add({ is: 'ended', cause, atMs: clock.nowMs() }, { sync: true })
  await journal.close()
}

function beginAgain(take: Take, [first, ...rest]: readonly JournalLine[]): Take {
  const again = first && beginTake(first, take.folder)
  if (!again) return take
  for (const entry of rest) addToTake(again, entry)
  return again
}

/** The whole pictures of a file that was left open, which is cut after them; `undefined` when it holds none. */
export async function adoptSegment(file: string, number: number, near: number): Promise<Segment | undefined> {
  const handle = await open(file, 'r+').catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  })
  if (!handle) return undefined
  try {
    const content = wholePackets(await handle.readFile())
    const transport = readTransport(near)
    const pictures = transport.push(content)
    const torn = pictures.at(-1)
    const last = pictures.at(-2)
    const first = pictures[0]
    if (!torn || !last || !first) return undefined
    await handle.truncate(torn.at)
    await handle.sync()
    await syncFolder(path.dirname(file))
    const sha256 = createHash('sha256').update(content.subarray(0, torn.at)).digest('hex')
    return {
      number,
      firstTicks: first.ticks,
      lastTicks: Math.max(...pictures.slice(0, -1).map(({ ticks }) => ticks)),
      frames: pictures.length - 1,
      bytes: torn.at,
      sha256,
    }
  } finally {
    await handle.close()
  }
}

/** The packets that stand one after the other from the start: a power cut may leave a tail of zeros. */
function wholePackets(content: Buffer): Buffer {
  let end = 0
  while (end + packetBytes <= content.length && content[end] === 0x47) end += packetBytes
  return content.subarray(0, end)
}

/** Ends a process only if it is still the one we knew: ids are used again, start times are not. */
async function endByIdentity({ pid, startTicks }: { pid: number; startTicks: number }, clock: Clock): Promise<void> {
  const lives = (): boolean => processStartTicks(pid) === startTicks
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGKILL'] as const) {
    for (let waitedMs = 0; lives() && waitedMs < 1_000; waitedMs += 50) {
      if (waitedMs === 0) signalProcess(pid, signal)
      await clock.sleep(50)
    }
  }
}

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if (errnoOf(error) !== 'ESRCH') throw error
  }
}
