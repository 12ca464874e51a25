// The end of a take whose disk failed: what was written is adopted as soon as the disk allows, and the cause is told.
// Never tries a failed sync again; never waits for one broken file, only for a disk that takes nothing at all.

import type { Clock } from '../base/clock.ts'
import { refusesAll } from '../base/files.ts'
import { backoffMs } from '../base/retry.ts'
import { closeTake } from './recovery.ts'
import type { UnfinishedSegment } from './segment-writer.ts'

export type FailedTake = {
  readonly folder: string
  readonly cause: string
  readonly detail?: string
  readonly unfinished: readonly UnfinishedSegment[]
  readonly clock: Clock
  readonly stopAsked: AbortSignal
  /** Once, when the disk takes nothing and the wait begins. */
  readonly onRefused: (error: unknown) => void
}

/** Resolves when the take has its end. While the disk is full or read-only no other take could begin either: it is tried again until it can be
 *  told, or until the stop is asked. Rejects then, and when only this take's files fail: the next life adopts. */
export async function closeFailedTake({ folder, cause, detail, unfinished, ...wait }: FailedTake): Promise<void> {
  const trust = new Map(unfinished.map(({ number, ...known }) => [number, known]))
  await closeTake(folder, cause, {
    clock: wait.clock,
    trust,
    ...(detail === undefined ? {} : { detail }),
    attempt: (work) => untilDiskTakes(work, wait),
  })
}

async function untilDiskTakes<T>(
  work: () => Promise<T>,
  { clock, stopAsked, onRefused }: Pick<FailedTake, 'clock' | 'stopAsked' | 'onRefused'>,
): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      if (stopAsked.aborted || !refusesAll(error)) throw error
      if (attempt === 0) onRefused(error)
    }
    await clock.sleep(100 + backoffMs(attempt, { baseMs: 100, capMs: 900 }), stopAsked)
  }
}
