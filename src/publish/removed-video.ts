// A published film that somebody removed, as a row: from when it is told as if it had never been, until its files are gone.
// Never touches a file: remove-film.ts does.

import { addEvent, addToOutbox, addTransition } from '../adapters/log-tables.ts'
import type { Database } from '../adapters/sqlite.ts'
import { findVideo, type Video } from './video.ts'

/** Films that were removed and whose files are not gone yet, oldest first. */
export const videosToRemove = (db: Database): Video[] =>
  db
    .all('select id from video where removed_at_ms is not null and gone_at_ms is null order by removed_at_ms')
    .flatMap((row) => findVideo(db, String(row['id'])) ?? [])

/** In the transaction of whoever removes it. */
export function noteRemoved(
  db: Database,
  { id, recordingId, objectKey }: Video,
  { by, nowMs }: { readonly by: string; readonly nowMs: number },
): void {
  db.run('update video set removed_at_ms = ?, removed_by = ? where id = ?', nowMs, by, id)
  addTransition(db, { atMs: nowMs, subject: 'video', subjectId: id, from: 'published', to: 'removed', cause: by })
  addEvent(db, { atMs: nowMs, kind: 'video.removed', subjectId: id, facts: { recording: recordingId } })
  addToOutbox(db, nowMs, 'video.removed', { videoId: id, recordingId, objectKey, removedAtMs: nowMs })
}

export const noteGone = (db: Database, id: string, nowMs: number): void =>
  void db.run('update video set gone_at_ms = ? where id = ? and removed_at_ms is not null', nowMs, id)
