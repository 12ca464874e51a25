// A clip for phones that nobody wants goes: first as something that can be made, then its file, then its row.
// Never touches the film that it was cut out of.

import path from 'node:path'
import { EzrecError } from '../../base/errors.ts'
import { fileError } from '../../base/files.ts'
import { matchOf } from './clip-store.ts'
import type { DeleteClipOptions } from './delete-clip.ts'
import { removeClipFiles } from './make-clip.ts'
import { findPhoneClip, forgetPhoneClip, giveUpPhoneClip } from './phone-clip-store.ts'

/** May be asked again after a fault. Errors: not_found, forbidden. */
export async function deletePhoneClip({ db, clock, recordingsFolder }: DeleteClipOptions, id: string): Promise<void> {
  const clip = findPhoneClip(db, id)
  if (!clip) throw new EzrecError('not_found', 'there is no such clip', { hint: 'GET /videos/{id}/phone-clips lists them' })
  const folder = matchOf(db, clip.recordingId)?.folder
  giveUpPhoneClip(db, clip.id)
  if (folder !== undefined)
    await removeClipFiles(clip.id, path.join(recordingsFolder, folder)).catch((error: unknown) => {
      throw fileError(error, folder)
    })
  forgetPhoneClip(db, clip, clock.nowMs())
}
