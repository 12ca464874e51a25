// One thing of a published film leaves this box: its chunks, its own copy, its small version. Judged once more, then row, file, folder, row.
// Never touches a file that no row names.

import { rm, rmdir } from 'node:fs/promises'
import path from 'node:path'
import type { Database } from '../adapters/sqlite.ts'
import { errnoOf, messageOf } from '../base/errors.ts'
import { syncFolder } from '../base/files.ts'
import type { Logger } from '../base/logger.ts'
import { findRecording } from '../capture/recording-store.ts'
import { bookendFile } from '../merge/branding/bookend-store.ts'
import { chunkFile, initFile, listChunks } from '../merge/chunk-store.ts'
import { posterFile } from '../merge/poster.ts'
import { companionKey, findCompanion } from '../publish/companions/companion-store.ts'
import type { FilmStore } from '../publish/stores/store.ts'
import { listGoing, noteGoing, noteSweptAway, type Swept, type SweptKind } from '../publish/swept-store.ts'
import { findVideoOf } from '../publish/video.ts'
import { listKeptOfFilms } from './kept-films.ts'
import { whyItStays } from './retention-policy.ts'

export type SweepFilmOptions = {
  readonly db: Database
  readonly clock: { nowMs(): number }
  readonly logger: Pick<Logger, 'warn'>
  readonly store: Pick<FilmStore, 'pathOf'>
  readonly recordingsFolder: string
  readonly place: string | undefined
}

/** Says that it goes, unless something keeps it by now. Returns its bytes; `undefined` when it stays. */
export function sayGoing(
  { db, clock, place }: SweepFilmOptions,
  { recordingId, what, because }: { readonly recordingId: string; readonly what: SweptKind; readonly because: string },
): number | undefined {
  return db.transaction(() => {
    const kept = listKeptOfFilms(db, place).find(({ class: of, name }) => of === what && name === recordingId)
    if (!kept || whyItStays(kept) !== undefined) return undefined
    noteGoing(db, { recordingId, what, bytes: kept.bytes, because }, Math.round(clock.nowMs()))
    if (what === 'rendition') {
      db.run("delete from companion where kind = 'rendition' and video_id = (select id from video where recording_id = ?)", recordingId)
      db.run('update video set rendition_asked_at_ms = null where recording_id = ?', recordingId)
    }
    return kept.bytes
  })
}

/** The files of all that was said to go, also by a life that was killed. Returns what could not be removed: told, and tried again next time. */
export async function finishGoing(options: SweepFilmOptions): Promise<Swept[]> {
  const { db, clock, logger } = options
  const stuck: Swept[] = []
  for (const each of listGoing(db)) {
    try {
      const { files, folders } = filesOf(options, each)
      for (const file of files) await rm(file, { force: true })
      for (const folder of folders) await leave(folder)
      noteSweptAway(db, each, Math.round(clock.nowMs()))
    } catch (error) {
      logger.warn({ recording: each.recordingId, what: each.what, fault: messageOf(error) }, 'something that is going could not be removed')
      stuck.push(each)
    }
  }
  return stuck
}

/** The folder is fsynced; one that is empty by now and ours goes. */
async function leave(folder: { readonly path: string; readonly isOurs: boolean }): Promise<void> {
  await syncFolder(folder.path).catch(() => undefined) // one that somebody took away holds nothing any more
  if (!folder.isOurs) return
  await rmdir(folder.path).catch((error: unknown) => {
    if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(errnoOf(error) ?? '')) throw error // what is not ours stays, and is told by fsck
  })
  await syncFolder(path.dirname(folder.path)).catch(() => undefined)
}

type Place = { readonly path: string; readonly isOurs: boolean }

function filesOf(
  { db, store, recordingsFolder }: SweepFilmOptions,
  { recordingId, what }: { readonly recordingId: string; readonly what: SweptKind },
): { readonly files: readonly string[]; readonly folders: readonly Place[] } {
  const [recording, video] = [findRecording(db, recordingId), findVideoOf(db, recordingId)]
  if (!recording || !video) return { files: [], folders: [] }
  if (what === 'chunks') {
    const folder = path.join(recordingsFolder, recording.folder)
    const names = [
      ...listChunks(db, recordingId).map(({ number }) => chunkFile(number)),
      ...[initFile, bookendFile('intro'), bookendFile('outro'), posterFile],
    ]
    return {
      files: names.map((name) => path.join(folder, name)),
      folders: [
        { path: path.join(folder, 'chunks'), isOurs: true },
        { path: folder, isOurs: false },
      ],
    }
  }
  if (what === 'rendition' && findCompanion(db, video.id, 'rendition')) return { files: [], folders: [] } // another one was made since
  const file = store.pathOf(what === 'film' ? video.objectKey : companionKey(video, 'rendition'))
  return { files: [file], folders: [{ path: path.dirname(file), isOurs: false }] }
}
