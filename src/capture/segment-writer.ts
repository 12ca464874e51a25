// From a camera's transport stream to files: cut at key frames, tables repeated, hashed, synced each second, told in the journal.
// Never makes the camera wait: bytes queue in memory while the disk is slow, and a disk that fails ends the take, not the camera.

import { createHash, type Hash } from 'node:crypto'
import { open, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import type { Clock } from '../base/clock.ts'
import { EzrecError } from '../base/errors.ts'
import { fileError, syncFolder } from '../base/files.ts'
import type { Journal } from './journal.ts'
import { readTransport, type PictureStart } from './mpegts/reader.ts'

export type SegmentWriterOptions = {
  readonly folder: string
  readonly journal: Journal
  readonly clock: Clock
  /** Cut at the first key frame after this long. */
  readonly segmentMs: number
  /** More than this waiting for the disk ends the take (64 MiB: over 8 s of two 25 Mbit/s cameras). */
  readonly maxQueuedBytes?: number
  /** Called once, when the disk refuses: the take is over. */
  readonly onFailure: (error: unknown) => void
}

export type SegmentWriter = {
  /** Takes a piece of the stream at its arrival. */
  push(piece: Buffer): void
  /** Everything queued is written, the last segment closed. */
  close(): Promise<void>
  /** Pictures seen so far: liveness is this number growing. */
  readonly frames: number
}

type Growing = { readonly number: number; readonly handle: FileHandle; readonly hash: Hash; bytes: number }
type Facts = { readonly firstTicks: number; lastTicks: number; frames: number }

export const segmentFile = (number: number): string => `${String(number).padStart(6, '0')}.ts`

export function openSegmentWriter(options: SegmentWriterOptions): SegmentWriter {
  const { folder, journal, clock } = options
  const segmentTicks = options.segmentMs * 90 - 450 // 5 ms of grace: a camera's second is not always a whole number of ticks
  const transport = readTransport()
  const anchors = bestArrivals()
  let queue: (() => Promise<void>)[] = []
  let queuedBytes = 0
  let running: Promise<void> | undefined
  let failed = false
  let growing: Growing | undefined
  let facts: Facts | undefined
  let segments = 0
  let frames = 0

  const fail = (error: unknown): void => {
    if (failed) return
    failed = true
    queue = []
    options.onFailure(fileError(error, folder))
  }

  const run = async (): Promise<void> => {
    for (let work = queue.shift(); work && !failed; work = queue.shift()) await work().catch(fail)
    running = undefined
  }
  const enqueue = (work: () => Promise<void>): void => {
    if (failed) return
    queue.push(work)
    running ??= run()
  }

  const append = (bytes: Buffer): void => {
    if (bytes.length === 0 || failed) return
    queuedBytes += bytes.length
    if (queuedBytes > (options.maxQueuedBytes ?? 64 * 1024 * 1024))
      return fail(
        new EzrecError('disk_full', 'the disk is too slow: footage waiting to be written no longer fits in memory', {
          hint: 'use a faster card or disk',
          facts: { queuedBytes },
        }),
      )
    enqueue(async () => {
      if (growing === undefined) return
      await growing.handle.appendFile(bytes)
      growing.hash.update(bytes)
      growing.bytes += bytes.length
      queuedBytes -= bytes.length
    })
  }

  const closeGrowing = (told: Facts | undefined): void =>
    enqueue(async () => {
      if (growing === undefined || told === undefined) return
      const { number, handle, hash, bytes } = growing
      growing = undefined
      await handle.sync()
      await handle.close()
      await syncFolder(folder)
      await journal.add(
        {
          is: 'closed',
          number,
          firstTicks: told.firstTicks,
          lastTicks: told.lastTicks,
          frames: told.frames,
          bytes,
          sha256: hash.digest('hex'),
        },
        { sync: true },
      )
    })

  const openNext = (picture: PictureStart): void => {
    closeGrowing(facts)
    facts = { firstTicks: picture.ticks, lastTicks: picture.ticks, frames: 0 }
    const number = segments
    segments += 1
    enqueue(async () => {
      growing = { number, handle: await open(path.join(folder, segmentFile(number)), 'ax'), hash: createHash('sha256'), bytes: 0 }
      await journal.add({ is: 'opened', number, firstTicks: picture.ticks })
    })
    if (transport.tables) append(transport.tables)
  }

  const note = (picture: PictureStart, monotonicUs: number, utcMs: number): void => {
    frames += 1
    const anchor = anchors.add(picture.ticks, monotonicUs, utcMs)
    const entry = anchor && ({ is: 'anchor', ...anchor, frames } as const) // as of now: the queue may run much later
    if (entry) enqueue(() => journal.add(entry))
  }

  let syncing: Promise<void> | undefined
  const sync = async (handle: FileHandle): Promise<void> => {
    await handle.datasync()
    await journal.sync()
  }
  const syncTimer = setInterval(() => {
    if (growing && !failed)
      syncing ??= sync(growing.handle)
        .catch(fail)
        .finally(() => (syncing = undefined))
  }, 1_000)

  return {
    push: (piece) => {
      const monotonicUs = clock.monotonicUs()
      const utcMs = clock.nowMs()
      const from = transport.bytesRead
      const pictures = transport.push(piece)
      let written = 0
      for (const picture of pictures) {
        if (
          picture.key &&
          transport.tables &&
          (facts === undefined || picture.ticks - facts.firstTicks >= segmentTicks || picture.ticks < facts.lastTicks)
        ) {
          if (facts) append(transport.packets.subarray(written, picture.at - from))
          written = picture.at - from
          openNext(picture)
        }
        if (facts === undefined) continue
        facts.lastTicks = Math.max(facts.lastTicks, picture.ticks)
        facts.frames += 1
        note(picture, monotonicUs, utcMs)
      }
      if (facts) append(transport.packets.subarray(written))
    },
    close: async () => {
      clearInterval(syncTimer)
      await syncing
      const anchor = anchors.only()
      if (anchor) enqueue(() => journal.add({ is: 'anchor', ...anchor, frames }))
      closeGrowing(facts)
      while (running) await running
      if (failed) await growing?.handle.close()
    },
    get frames() {
      return frames
    },
  }
}

type Arrival = { readonly ticks: number; readonly monotonicUs: number; readonly utcMs: number }

/** Of each second of a stream, the picture that arrived soonest after its time stamp: the lower envelope of the arrivals. */
function bestArrivals(): {
  /** The best of the second before, when this picture begins a new one. */
  add(ticks: number, monotonicUs: number, utcMs: number): Arrival | undefined
  /** The best so far of a take that never reached a second one: without it nobody would know when it was. */
  only(): Arrival | undefined
} {
  let best: Arrival | undefined
  let second = Number.NaN
  let told = false
  const delayUs = (a: Arrival): number => a.monotonicUs - (a.ticks * 100) / 9
  return {
    add: (ticks, monotonicUs, utcMs) => {
      const here = Math.floor(ticks / 90_000)
      const done = here === second ? undefined : best
      const arrival = { ticks, monotonicUs, utcMs }
      if (here !== second || best === undefined || delayUs(arrival) < delayUs(best)) best = arrival
      second = here
      told ||= done !== undefined
      return done
    },
    only: () => (told ? undefined : best),
  }
}
