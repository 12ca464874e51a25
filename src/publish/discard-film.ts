// The film of a cancelled booking is thrown away, with its clips: rows of chunks, then files, then the film's own row. The cameras' own footage stays until it is swept.
// Never touches a film that was published.

import { rm } from 'node:fs/promises'
import path from 'node:path'
import type { Database } from '../adapters/sqlite.ts'
import { removeUnfinished } from '../base/files.ts'
import type { Recording } from '../capture/recording.ts'
import { forgetChunks } from '../merge/chunk-store.ts'
import type { FilmStore } from './stores/store.ts'
import { forgetClips } from './clips/clip-store.ts'
import { removeOwnFiles } from './own-files.ts'
import { findVideoOf, forgetVideo } from './video.ts'

export type DiscardOptions = { readonly db: Database; readonly store: FilmStore; readonly recordingsFolder: string }

/** Safe to run again: what is gone is gone. */
export async function discardFilm({ db, store, recordingsFolder }: DiscardOptions, recording: Recording): Promise<void> {
  const video = findVideoOf(db, recording.id)
  if (video?.published || video?.removed) return
  forgetChunks(db, recording.id)
  forgetClips(db, recording.id)
  if (video) {
    await store.discard(video.objectKey)
    await removeUnfinished(path.dirname(store.pathOf(video.objectKey)), path.basename(video.objectKey, '.mp4'))
    await store.discard(video.objectKey.replace(/\.mp4$/, '.jpg'))
    forgetVideo(db, video.id) // last: its key is what a second try finds the files by
  }
  const folder = path.join(recordingsFolder, recording.folder)
  await removeOwnFiles(folder)
  await rm(path.join(folder, 'poster.jpg'), { force: true })
  await removeUnfinished(folder, 'poster.jpg')
}
