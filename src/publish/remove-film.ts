// The files of a film that was removed: the film itself, its poster and companions, and the chunks that it was made of. The cameras' own footage stays
// until it is swept. Row before file: whoever removes it writes the rows first, and this goes on after any crash.
// Never touches a file that is not ours.

import { readdir, rm, rmdir } from 'node:fs/promises'
import path from 'node:path'
import type { Database } from '../adapters/sqlite.ts'
import type { Clock } from '../base/clock.ts'
import { errnoOf } from '../base/errors.ts'
import { removeUnfinished, syncFolder } from '../base/files.ts'
import { findRecording } from '../capture/recording-store.ts'
import { posterFile } from '../merge/poster.ts'
import { listClips } from './clip-cache-policy.ts'
import { companionPattern } from './companions/companion-store.ts'
import { comingKey } from './exchange/exchange-store.ts'
import { removeOwnFiles } from './own-files.ts'
import type { FilmStore } from './stores/store.ts'
import { type Video } from './video.ts'
import { noteGone } from './removed-video.ts'

export type RemoveFilmOptions = {
  readonly db: Database
  readonly clock: Clock
  readonly store: FilmStore
  readonly recordingsFolder: string
  /** Where parts of films are kept. */
  readonly clipsFolder: string
}

/** Does nothing to a film that was not removed. Safe to run again: what is gone is gone. */
export async function removeFilm({ db, clock, store, recordingsFolder, clipsFolder }: RemoveFilmOptions, video: Video): Promise<void> {
  const recording = findRecording(db, video.recordingId)
  if (!video.removed || !recording) return
  const { objectKey } = video
  await store.discard(objectKey)
  await store.discard(objectKey.replace(/\.mp4$/, '.jpg'))
  await store.discard(comingKey(video))
  await removeUnfinished(path.dirname(store.pathOf(objectKey)), path.basename(objectKey, '.mp4'))
  await removeCompanions(store, objectKey)
  for (const { name } of await listClips(clipsFolder))
    if (name.startsWith(`${video.id}-`)) await rm(path.join(clipsFolder, name), { force: true })
  const folder = path.join(recordingsFolder, recording.folder)
  await removeOwnFiles(folder)
  await rm(path.join(folder, posterFile), { force: true })
  await removeUnfinished(folder, posterFile)
  for (const each of [path.dirname(store.pathOf(objectKey)), folder]) await syncFolder(each).catch(() => undefined) // a folder that is gone holds nothing
  noteGone(db, video.id, Math.round(clock.nowMs()))
}

async function removeCompanions(store: FilmStore, objectKey: string): Promise<void> {
  const folderKey = objectKey.replace(/\.mp4$/, '')
  const folder = store.pathOf(folderKey)
  const names = await readdir(folder).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return []
    throw error
  })
  const patterns = (['previews', 'rendition'] as const).map((what) => companionPattern({ objectKey }, what))
  for (const name of names)
    if (patterns.some((pattern) => pattern.test(`${folderKey}/${name}`))) await rm(path.join(folder, name), { force: true })
  await rmdir(folder).catch((error: unknown) => {
    if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(errnoOf(error) ?? '')) throw error // what is not ours stays, and is told by fsck
  })
}
