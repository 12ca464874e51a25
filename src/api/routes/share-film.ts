// Makes a link to a film: from the bucket where that was asked for or is possible, else from this box. The mode is told with the link.
// Never promises what does not stand yet: a page in the bucket was written before its address is told.

import { bucketSharesOf, shareFromBucket, whyNotFromBucket } from '../../share/bucket-share.ts'
import { createShareLink, type ShareMode } from '../../share/share-link.ts'
import { EzrecError } from '../../base/errors.ts'
import type { Door } from '../routing/door.ts'

export type ShareOrder = { readonly recordingId: string; readonly days: number; readonly mode?: 'auto' | ShareMode | undefined }

export type Made = {
  readonly id: string
  readonly url: string
  readonly expiresAt: number
  readonly mode: ShareMode
  readonly message: string
}

/** Errors: not_found, invalid; with mode `bucket` also why it cannot come from there. */
export async function shareFilm(door: Door, { recordingId, days, mode = door.settings.share.mode }: ShareOrder): Promise<Made> {
  if (mode === 'box') return fromBox(door, recordingId, days, '')
  const { bucket } = door
  if (!bucket) {
    if (mode === 'auto') return fromBox(door, recordingId, days, '')
    throw new EzrecError('invalid', 'no bucket is set', { hint: 'set S3_BUCKET and its key, or share from the box' })
  }
  const options = bucketSharesOf({ ...door, bucket })
  const why = await whyNotFromBucket(options, recordingId, days)
  if (why && mode === 'bucket') throw why
  if (why) return fromBox(door, recordingId, days, `; not from the bucket: ${why.message}`)
  const { id, url, expiresAtMs } = await shareFromBucket(options, { recordingId, days })
  return {
    id,
    url,
    expiresAt: expiresAtMs,
    mode: 'bucket',
    message: 'share link created: it opens from the bucket, also with this box switched off',
  }
}

function fromBox(door: Door, recordingId: string, days: number, why: string): Made {
  const { id, url, expiresAtMs } = createShareLink(door.db, door.clock, { recordingId, days })
  return {
    id,
    url: url(door.publicUrl),
    expiresAt: expiresAtMs,
    mode: 'box',
    message: `share link created: it works where this box can be reached${why}`,
  }
}
