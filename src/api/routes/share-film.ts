// Makes a link to a film: from the bucket where that was asked for or is possible, else from this box. The mode is told with the link.
// Never promises what does not stand yet: a page in the bucket was written before its address is told.

import { bucketSharesOf, shareFromBucket, whyNotFromBucket } from '../../share/bucket-share.ts'
import { createShareLink, findShareLink, type ShareMode, type ShareOrder } from '../../share/share-link.ts'
import { EzrecError, messageOf } from '../../base/errors.ts'
import type { Door } from '../routing/door.ts'

/** `auto`: from the bucket where that is possible. */
export type FilmOrder = Omit<ShareOrder, 'mode'> &
  ({ readonly recordingId: string } | { readonly bookingId: string }) & {
    readonly mode?: 'auto' | ShareMode | undefined
  }

export type Made = {
  readonly id: string
  readonly url: string
  readonly expiresAt: number
  readonly mode: ShareMode
  readonly message: string
}

/** Errors: not_found, invalid; with mode `bucket` also why it cannot come from there. */
export async function shareFilm(door: Door, order: FilmOrder): Promise<Made> {
  const mode = order.mode ?? door.settings.share.mode
  const { bucket } = door
  const unfit = whyOnlyFromBox(order, bucket !== undefined)
  if (mode === 'bucket' && unfit) throw unfit
  if (mode === 'box' || unfit || !bucket || !('recordingId' in order)) return await fromBox(door, order, '')
  const { recordingId, days } = order
  const options = bucketSharesOf({ ...door, bucket })
  let isRevoked = false
  try {
    const why = await whyNotFromBucket(options, recordingId, days)
    if (why) throw why
    const { id, url, expiresAtMs } = await shareFromBucket(options, { recordingId, days })
    isRevoked = findShareLink(door.db, id)?.revokedAtMs !== null
    if (isRevoked)
      throw new EzrecError('conflict', 'the link was revoked while its page was made', { hint: 'make another one, if it is still wanted' })
    const message = 'share link created: it opens from the bucket, also with this box switched off'
    return { id, url, expiresAt: expiresAtMs, mode: 'bucket', message }
  } catch (error) {
    if (mode === 'bucket' || isRevoked) throw error
    door.logger.warn({ recording: recordingId, err: error }, 'a film is shared from the box, for it cannot be from the bucket')
    return await fromBox(door, order, `; not from the bucket: ${messageOf(error)}`)
  }
}

/** A page in a bucket can ask nobody for a password and count nobody, and stands only once there is a film. */
function whyOnlyFromBox(order: FilmOrder, hasBucket: boolean): EzrecError | undefined {
  const refusal = (message: string, hint: string): EzrecError => new EzrecError('invalid', message, { hint })
  if (!hasBucket) return refusal('no bucket is set', 'set S3_BUCKET and its key, or share from the box')
  if (order.passwordHash !== undefined || order.mostViews !== undefined)
    return refusal('a page in the bucket can neither ask for a password nor count people', 'leave both out, or share from the box')
  if (!('recordingId' in order))
    return refusal('a booking without a film cannot be shared from the bucket', 'share its film later, or share from the box')
  return undefined
}

async function fromBox(door: Door, order: FilmOrder, why: string): Promise<Made> {
  const { id, url, expiresAtMs } = createShareLink(door.db, door.clock, { ...order, mode: 'box', secret: await door.shareSecret() })
  return {
    id,
    url: url(door.publicUrl),
    expiresAt: expiresAtMs,
    mode: 'box',
    message: `share link created: it works where this box can be reached${why}`,
  }
}
