// Makes segments durable beside the writing of them: once a second, and whenever one is complete. One round at a time.
// Never holds up a byte: however long a sync takes, the next segment is being written meanwhile.

import type { Clock } from '../base/clock.ts'
import { syncFolder } from '../base/files.ts'
import type { Journal, JournalLine } from './journal.ts'
import type { SegmentFile } from './segment-file.ts'

/** What is told of a segment once it is durable, but for what the file itself knows. */
export type SegmentFacts = { readonly firstTicks: number; readonly lastTicks: number; readonly frames: number }

export type SyncRounds = {
  /** A segment to which nothing will be added: its `closed` line follows when file and folder are synced. */
  finish(file: SegmentFile, facts: SegmentFacts): void
  /** Bytes of the growing segment were written: the best moment for a round, if one is nearly due. */
  wrote(): void
  /** Complete ones that are not yet told, in order. */
  readonly unfinished: readonly SegmentFile[]
  /** Resolves when every finished segment is told, or a round has failed. No round is begun by the clock any more. */
  drain(): Promise<void>
}

export type SyncRoundsOptions = {
  readonly folder: string
  readonly journal: Journal
  readonly clock: Clock
  /** The segment that is being written, if any. */
  readonly growing: () => SegmentFile | undefined
  /** A sync failed or the journal cannot be written; no round follows. */
  readonly onFailure: (error: unknown) => void
}

const roundMs = 1_000

/** Writes come ten a second or more: at one of them a round begins rather than between two. */
const nearlyMs = 800

/** So many files are synced at once: with the journal and a write that makes four, as many as the process has threads for it. */
const lanes = 2

export function openSyncRounds({ folder, journal, clock, growing, onFailure }: SyncRoundsOptions): SyncRounds {
  const complete: { readonly file: SegmentFile; readonly facts: SegmentFacts }[] = []
  let running: Promise<void> | undefined
  let stopped = false
  let begunUs = clock.monotonicUs()

  const round = async (): Promise<void> => {
    const now = [...complete]
    const open = growing()
    const syncs = now.map(
      ({ file }) =>
        () =>
          file.finish(),
    )
    // The next one may not be made yet: a file is synced by one call at a time, or a failure could be taken for success.
    if (open && now.every(({ file }) => file !== open)) syncs.push(() => open.sync())
    if (syncs.length === 0) return
    await inLanes(syncs)
    if (now.length > 0) await syncFolder(folder)
    await Promise.all([...now.map(({ file, facts }) => journal.add(closedLine(file, facts))), journal.sync()])
    complete.splice(0, now.length)
    for (const { file } of now) await file.close()
  }

  const begin = (): Promise<void> => {
    if (running) return running
    begunUs = clock.monotonicUs()
    running = round()
      .catch((error: unknown) => {
        stopped = true
        onFailure(error)
      })
      .finally(() => {
        running = undefined
        if (complete.length > 0 && !stopped) void begin()
      })
    return running
  }

  const timer = setInterval(() => {
    if (!stopped) void begin()
  }, roundMs)

  return {
    finish: (file, facts) => {
      complete.push({ file, facts })
      if (!stopped) void begin()
    },
    wrote: () => {
      if (stopped || running || clock.monotonicUs() - begunUs < nearlyMs * 1_000) return
      timer.refresh()
      void begin()
    },
    get unfinished() {
      return complete.map(({ file }) => file)
    },
    drain: async () => {
      clearInterval(timer)
      while (running) await running
    },
  }
}

async function inLanes(works: readonly (() => Promise<void>)[]): Promise<void> {
  const waiting = [...works]
  const lane = async (): Promise<void> => {
    for (let work = waiting.shift(); work; work = waiting.shift()) await work()
  }
  const ended = await Promise.allSettled(Array.from({ length: lanes }, lane)) // both: a file in use must not be closed
  for (const each of ended) if (each.status === 'rejected') throw each.reason
}

const closedLine = (file: SegmentFile, { firstTicks, lastTicks, frames }: SegmentFacts): JournalLine => ({
  is: 'closed',
  number: file.number,
  firstTicks,
  lastTicks,
  frames,
  bytes: file.bytes,
  sha256: file.sha256(),
})
