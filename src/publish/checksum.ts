// The SHA-256 of each published film, made soon after publishing, so that publishing does not wait for reading it all again.
// Never holds up a film and never changes one.

import type { Database } from '../adapters/sqlite.ts'
import type { Clock } from '../base/clock.ts'
import { sha256OfFile } from '../base/files.ts'
import type { Logger } from '../base/logger.ts'
import type { FilmStore } from './stores/store.ts'
import { noteChecksum, videosWithoutChecksum } from './video.ts'

export type ChecksumOptions = { readonly db: Database; readonly clock: Clock; readonly logger: Logger; readonly store: FilmStore }

/** Until the signal aborts. A film that cannot be read is told, and looked at again later. */
export async function keepChecksums({ db, clock, logger, store }: ChecksumOptions, signal: AbortSignal): Promise<void> {
  const restUntilMs = new Map<string, number>()
  while (!signal.aborted) {
    const due = videosWithoutChecksum(db).find(({ id }) => (restUntilMs.get(id) ?? 0) <= clock.nowMs())
    if (due) {
      try {
        noteChecksum(db, due, await sha256OfFile(store.pathOf(due.objectKey), signal), clock.nowMs())
      } catch (error) {
        if (signal.aborted) return
        logger.error({ video: due.id, err: error }, 'a published film cannot be read')
        restUntilMs.set(due.id, clock.nowMs() + 60_000)
      }
    } else await clock.sleep(200, signal)
  }
}
