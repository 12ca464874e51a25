// Footage leaves the box to make room: takes whose films are all in the store and were read back once more just now.
// Row before file, as everything that is removed; a film that is not what was published keeps its footage.

import { rm } from 'node:fs/promises'
import path from 'node:path'
import { addEvent } from '../adapters/log-tables.ts'
import type { Database } from '../adapters/sqlite.ts'
import { messageOf } from '../base/errors.ts'
import { syncFolder } from '../base/files.ts'
import type { Logger } from '../base/logger.ts'
import type { BoxClock } from '../capture/box-time-file.ts'
import { segmentFile } from '../capture/segment-writer.ts'
import type { FilmStore } from '../publish/stores/store.ts'
import { findVideo } from '../publish/video.ts'
import { claimsOn, footageToEvict, type Footage } from './eviction-policy.ts'
import { openFilmCheck, type FilmCheck } from './film-check.ts'
import { listFootage } from './footage.ts'

export type EvictorOptions = {
  readonly db: Database
  readonly clock: Pick<BoxClock, 'nowMs' | 'labelOf'>
  readonly logger: Logger
  readonly store: FilmStore
  /** Shared by all who sweep; its own, without the bucket, by default. */
  readonly check?: FilmCheck
  readonly rigId: string
  readonly takesFolder: string
  /** As in footage.ts. */
  readonly tracksAt?: string | undefined
}

export type Evictor = {
  /** Frees at least so many bytes, if there is footage that may go (of these takes alone, where they are named). Returns how many it freed. */
  evict(bytes: number, signal: AbortSignal, only?: ReadonlySet<string>): Promise<number>
}

export function openEvictor(options: EvictorOptions): Evictor {
  const { db, clock, logger, rigId, tracksAt } = options
  const check = options.check ?? openFilmCheck({ db, clock, logger, store: options.store, bucket: undefined })
  let leftovers: Promise<void> | undefined

  const filmsOf = (footage: Footage): string[] => [...new Set(claimsOn(footage).flatMap(({ videoId }) => videoId ?? []))]

  return {
    evict: async (bytes, signal, only) => {
      await (leftovers ??= removeLeftovers(options))
      let freed = 0
      let spared: readonly string[] = []
      while (freed < bytes && !signal.aborted) {
        const [oldest] = footageToEvict(
          listFootage({ db, rigId, labelOf: clock.labelOf, tracksAt }).filter(
            ({ takeId }) => !spared.includes(takeId) && only?.has(takeId) !== false,
          ),
          bytes - freed,
        )
        if (!oldest) break
        const checked: boolean[] = []
        for (const id of filmsOf(oldest)) checked.push(await check.isSound(id, signal))
        if (checked.every(Boolean)) freed += await evictTake(options, oldest.takeId)
        else spared = [...spared, oldest.takeId]
      }
      return freed
    },
  }
}

/** All or nothing: judged once more in the transaction that says it. Returns the bytes that it held. */
async function evictTake({ db, clock, logger, rigId, takesFolder, tracksAt }: EvictorOptions, takeId: string): Promise<number> {
  const nowMs = Math.round(clock.nowMs())
  const footage = db.transaction(() => {
    const [still] = footageToEvict(
      listFootage({ db, rigId, labelOf: clock.labelOf, tracksAt }).filter((each) => each.takeId === takeId),
      1,
    )
    if (!still) return undefined
    db.run('update segment set erased_at_ms = ? where take_id = ? and erased_at_ms is null', nowMs, takeId)
    for (const videoId of new Set(claimsOn(still).flatMap((claim) => claim.videoId ?? []))) {
      const recordingId = findVideo(db, videoId)?.recordingId ?? ''
      addEvent(db, { atMs: nowMs, kind: 'recording.footage-evicted', subjectId: recordingId, facts: { take: takeId, bytes: still.bytes } })
    }
    return still
  })
  if (!footage) return 0
  await removeErased(db, takesFolder, takeId)
  logger.warn({ take: takeId, bytes: footage.bytes }, 'footage of published films was evicted to make room')
  return footage.bytes
}

/** Files of a take whose rows say that they are gone. */
async function removeErased(db: Database, takesFolder: string, takeId: string): Promise<void> {
  const folder = path.join(takesFolder, String(db.get('select folder from take where id = ?', takeId)?.['folder']))
  for (const row of db.all('select number from segment where take_id = ? and erased_at_ms is not null', takeId))
    await rm(path.join(folder, segmentFile(Number(row['number']))), { force: true })
  await syncFolder(folder).catch(() => undefined) // a folder that somebody took away holds nothing any more
}

/** A life that was killed between row and file can only have left files of what it erased last. */
const lastErased = 16

async function removeLeftovers({ db, logger, takesFolder }: EvictorOptions): Promise<void> {
  const takes = db.all(
    'select take_id from segment where erased_at_ms is not null group by take_id order by max(erased_at_ms) desc limit ?',
    lastErased,
  )
  for (const row of takes)
    await removeErased(db, takesFolder, String(row['take_id'])).catch((error: unknown) =>
      logger.warn({ take: String(row['take_id']), fault: messageOf(error) }, 'erased footage is still there'),
    )
}
