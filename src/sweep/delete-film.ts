// A person removes a film: its links end, its rows say that it is removed, and from then on nothing of it is told or served. Its files follow
// (publish/remove-film.ts). The cameras' own footage may be evicted from then on.
// Never removes what is held or not yet confirmed, unless told to.

import { addEvent } from '../adapters/log-tables.ts'
import type { Database } from '../adapters/sqlite.ts'
import { EzrecError } from '../base/errors.ts'
import { forgetChunks } from '../merge/chunk-store.ts'
import { forgetClips } from '../publish/clips/clip-store.ts'
import { heldBecause } from '../publish/film-hold.ts'
import { findUpload, giveUp } from '../publish/stores/s3/upload-ledger.ts'
import { findVideo, type Video } from '../publish/video.ts'
import { noteRemoved } from '../publish/removed-video.ts'
import { revokeLinksOf } from '../share/share-link.ts'

export type DeleteFilm = {
  readonly id: string
  /** Who says so: account or key. */
  readonly by: string
  readonly nowMs: number
  /** Although there are reasons to keep it. */
  readonly force: boolean
}

/** `links`: how many were still open. Errors: not_found; conflict, with the reasons to keep it. */
export function deleteFilm(db: Database, { id, by, nowMs, force }: DeleteFilm): { readonly links: number; readonly already: boolean } {
  return db.transaction(() => {
    const video = findVideo(db, id)
    if (video?.removed) return { links: 0, already: true }
    if (!video?.published)
      throw new EzrecError('not_found', 'there is no such film', { hint: 'GET /videos lists those that are published' })
    const reasons = reasonsToKeep(db, video)
    if (reasons.length > 0 && !force)
      throw new EzrecError('conflict', `this film is kept: ${reasons.join('; ')}`, {
        hint: 'wait, or release it; an admin may remove it all the same with force=1',
        facts: { reasons: reasons.join('; ') },
      })
    const links = revokeLinksOf(db, video.recordingId, nowMs)
    forgetClips(db, video.recordingId)
    forgetChunks(db, video.recordingId, { keepGaps: true }) // what the cameras did not give stays told
    db.run('delete from companion where video_id = ?', video.id)
    const upload = findUpload(db, video.objectKey) // also in a bucket that is not set now: it goes when that is set again
    if (upload) giveUp(db, upload, 'discarded', 'the film was removed', nowMs)
    noteRemoved(db, video, { by, nowMs })
    return { links, already: false }
  })
}

/** In words; empty when it may go. */
export function reasonsToKeep(db: Database, { id, objectKey, published }: Video): string[] {
  const held = heldBecause(db, id)
  const uploading = db.get("select 1 from upload where film_key = ? and state in ('open', 'completing')", objectKey)
  return [
    ...(held !== null ? [`it is held: ${held}`] : []),
    ...(published?.sha256 === null ? ['it was not read back yet since it was published'] : []),
    ...(uploading ? ['its upload to the bucket is not confirmed yet'] : []),
  ]
}

/** Errors: not_found. */
export function holdFilm(db: Database, id: string, because: string | null, nowMs: number): void {
  db.transaction(() => {
    const video = findVideo(db, id)
    if (!video?.published)
      throw new EzrecError('not_found', 'there is no such film', { hint: 'GET /videos lists those that are published' })
    db.run('update video set held_because = ? where id = ?', because, id)
    addEvent(db, {
      atMs: Math.floor(nowMs),
      kind: 'video.held',
      subjectId: id,
      facts: { recording: video.recordingId, isHeld: because !== null },
    })
  })
}
