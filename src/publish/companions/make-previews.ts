// What stands for a published film in messages and players: a JPEG of 1200x630, and its thumbnails in sheets with their list.
// Made of the small pictures that were sampled while the film was composed: the film itself is not read again.

import { createHash } from 'node:crypto'
import path from 'node:path'
import type { Database } from '../../adapters/sqlite.ts'
import type { Clock } from '../../base/clock.ts'
import { removeUnfinished } from '../../base/files.ts'
import { bookendFrames } from '../../merge/branding/bookend-store.ts'
import { previewBox } from '../../merge/preview/preview-policy.ts'
import { forgetSmallPictures, listSmallPictures } from '../../merge/preview/small-picture-store.ts'
import type { FilmStore } from '../stores/store.ts'
import type { Video } from '../video.ts'
import { addCompanions, companionKey, type Companion, type CompanionKind } from './companion-store.ts'
import { previewJpeg, sheetJpeg } from './small-jpeg.ts'
import { onGrid, sheetsOf, thumbnailList } from './sheets.ts'

export type PreviewOptions = { readonly db: Database; readonly clock: Clock; readonly store: FilmStore }

/** Files, then their rows, then what they were made of goes. Safe to run again. Errors: media_unreadable, disk_full. */
export async function makePreviews({ db, clock, store }: PreviewOptions, video: Video, signal: AbortSignal): Promise<void> {
  const { published } = video
  if (!published) return
  await removeUnfinished(path.dirname(store.pathOf(companionKey(video, 'preview')))) // of a life that was killed
  const put = async (kind: CompanionKind, number: number, bytes: Buffer, size?: { width: number; height: number }): Promise<Companion> => {
    signal.throwIfAborted()
    const objectKey = companionKey(video, kind, number)
    await store.put(objectKey, bytes)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    return { kind, number, objectKey, width: size?.width ?? null, height: size?.height ?? null, bytes: bytes.length, sha256 }
  }
  const made: Companion[] = []
  const [preview] = listSmallPictures(db, video.recordingId, 'preview')
  if (preview) {
    made.push(await put('preview', 0, await previewJpeg(preview, signal), previewBox))
  }
  const { fps, frames } = published
  const { intro, outro } = bookendFrames(db, video.recordingId)
  const thumbnails = onGrid(listSmallPictures(db, video.recordingId, 'thumbnail'), { fps, frames: frames - intro - outro })
  for (const [n, sheet] of sheetsOf(thumbnails).entries()) made.push(await put('sheet', n + 1, await sheetJpeg(sheet, signal), sheet))
  if (thumbnails.length > 0)
    made.push(await put('thumbnails', 0, Buffer.from(thumbnailList(thumbnails, { fps, frames, introFrames: intro }))))
  db.transaction(() => {
    if (made.length > 0) addCompanions(db, video, made, clock.nowMs())
    forgetSmallPictures(db, video.recordingId)
  })
}
