// The append-only file beside a take: what its chain did, one JSON line each. Rows follow it; a lost database is rebuilt from it.
// A line is written after the fact it tells is durable. A torn last line is no line.

import { open, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { inputs } from './input.ts'

const ticks = z.int()
const line = z.discriminatedUnion('is', [
  /** The chain exists; written and synced before the camera is started, so that a take is never younger than its footage. */
  z.object({
    is: z.literal('begun'),
    version: z.literal(1),
    takeId: z.string(),
    rigId: z.string(),
    camera: z.enum(inputs),
    bootId: z.string(),
    atMs: z.int(),
    pid: z.int(),
    startTicks: z.int(),
  }),
  /** The camera's process, by identity: id and the kernel's start time. */
  z.object({ is: z.literal('source'), pid: z.int(), startTicks: z.int() }),
  /** Segment `number` has begun with a key frame of this time. */
  z.object({ is: z.literal('opened'), number: z.int(), firstTicks: ticks }),
  /** The earliest arrival within the last second: camera clock, monotonic clock, wall clock; and pictures so far. */
  z.object({ is: z.literal('anchor'), ticks, monotonicUs: z.int(), utcMs: z.int(), frames: z.int() }),
  /** Segment `number` is closed and fsynced, with its folder. */
  z.object({
    is: z.literal('closed'),
    number: z.int(),
    firstTicks: ticks,
    lastTicks: ticks,
    frames: z.int(),
    bytes: z.int(),
    sha256: z.string(),
  }),
  /** Nothing will be added any more. */
  z.object({ is: z.literal('ended'), cause: z.string(), detail: z.string().optional(), atMs: z.int() }),
])

/** A take's journal. */
export const journalFile = (takeFolder: string): string => path.join(takeFolder, 'journal.ndjson')

export type JournalLine = z.infer<typeof line>

export type Journal = {
  /** Appends in order; resolves when written (and synced, if asked). */
  add(entry: JournalLine, options?: { readonly sync: boolean }): Promise<void>
  sync(): Promise<void>
  close(): Promise<void>
}

/** Opens the journal of a take for appending: made if new. */
export async function openJournal(file: string): Promise<Journal> {
  const handle = await open(file, 'a+')
  try {
    if (await endsTorn(handle)) await handle.appendFile('\n') // what comes next must not become part of a line that a power cut tore
  } catch (error) {
    await handle.close()
    throw error
  }
  let last: Promise<void> = Promise.resolve()
  const inOrder = (work: () => Promise<void>): Promise<void> => (last = last.then(work))
  return {
    add: (entry, options) =>
      inOrder(async () => {
        await handle.appendFile(`${JSON.stringify(entry)}\n`)
        if (options?.sync === true) await handle.datasync()
      }),
    sync: () => inOrder(() => handle.datasync()),
    close: async () => {
      await last.catch(() => undefined) // told to whoever added it
      await handle.close()
    },
  }
}

async function endsTorn(handle: FileHandle): Promise<boolean> {
  const { size } = await handle.stat()
  if (size === 0) return false
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1)
  return buffer[0] !== 0x0a
}

export type JournalTail = {
  /** The whole lines that were added since the last call. */
  read(): Promise<JournalLine[]>
  /** Bytes of whole lines read. */
  readonly bytes: number
}

/** Follows a journal while it grows, from `fromByte`. A line that is none of ours is skipped: a newer version may have written it. */
export function followJournal(file: string, fromByte = 0): JournalTail {
  let bytes = fromByte
  return {
    read: async () => {
      const added = await readFrom(file, bytes)
      const end = added.lastIndexOf(0x0a) + 1
      bytes += end
      return parseJournal(added.subarray(0, end).toString('utf8'))
    },
    get bytes() {
      return bytes
    },
  }
}

/** The lines of a journal's text; unreadable ones are left out. */
export function parseJournal(text: string): JournalLine[] {
  return text.split('\n').flatMap((each) => {
    if (each === '') return []
    try {
      const parsed = line.safeParse(JSON.parse(each))
      return parsed.success ? [parsed.data] : []
    } catch {
      return [] // torn by a power cut: whatever it told is found by looking at the file
    }
  })
}

async function readFrom(file: string, from: number): Promise<Buffer> {
  await using handle: FileHandle = await open(file, 'r')
  const { size } = await handle.stat()
  const buffer = Buffer.allocUnsafe(Math.max(0, size - from))
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, from)
  return buffer.subarray(0, bytesRead)
}
