// A clip that nobody wants goes: first as something that can be made, then its files, then its row.
// Never touches the match's film, nor the footage that it was cut from.

import path from 'node:path'
import type { Database } from '../../adapters/sqlite.ts'
import type { Clock } from '../../base/clock.ts'
import { EzrecError } from '../../base/errors.ts'
import { fileError } from '../../base/files.ts'
import { findClip, forgetClip, giveUpClip, matchOf } from './clip-store.ts'
import { removeClipFiles } from './make-clip.ts'

export type DeleteClipOptions = { readonly db: Database; readonly clock: Pick<Clock, 'nowMs'>; readonly recordingsFolder: string }

/** May be asked again after a fault. Errors: not_found, forbidden. */
export async function deleteClip({ db, clock, recordingsFolder }: DeleteClipOptions, clipId: string): Promise<void> {
  const clip = findClip(db, clipId)
  if (!clip) throw new EzrecError('not_found', 'there is no such clip', { hint: 'GET /recordings/{id}/clips lists them' })
  const folder = matchOf(db, clip.recordingId)?.folder
  giveUpClip(db, clip.id)
  if (folder !== undefined)
    await removeClipFiles(clip.id, path.join(recordingsFolder, folder)).catch((error: unknown) => {
      throw fileError(error, folder)
    })
  forgetClip(db, clip, clock.nowMs())
}
