// The page of a link in the bucket ends: what stands there says so, then it goes, and a film whose addresses were given away goes to another key.
// Never takes a refusal for done: what stays is told, with how long it opens, and asked for again until it goes.

import { addEvent } from '../adapters/log-tables.ts'
import type { Database } from '../adapters/sqlite.ts'
import type { Logger } from '../base/logger.ts'
import { bucketError, type BucketError } from '../publish/stores/s3/bucket-error.ts'
import type { Bucket } from '../publish/stores/s3/bucket.ts'
import { wantMove } from '../publish/stores/s3/move-object.ts'
import { removeObject } from '../publish/stores/s3/remove-object.ts'
import { endedPage } from './bucket-page.ts'
import { pageKeyOf } from './share-secret.ts'

export type EndPageOptions = {
  readonly db: Database
  readonly clock: { nowMs(): number }
  readonly logger: Logger
  readonly bucket: Bucket
  readonly secret: () => Promise<Buffer>
}

export type EndedPage = {
  readonly shareId: string
  readonly filmKey: string
  /** Until when an address that was given away opens; 0 when the link ended by itself. */
  readonly liveUntilMs: number
  /** Written by a secret that is gone: nobody knows its name any more. */
  readonly isLost: boolean
  /** It says that the link has ended already; only its removal was refused. */
  readonly isRefused: boolean
}

export const htmlType = 'text/html; charset=utf-8'

/** First nothing stands there any more for who follows the link; then, as soon as we may, the object goes; then the film goes elsewhere. Errors: those of
 *  the bucket; a first refusal to remove it is none. */
export async function endPage(
  { db, clock, bucket, logger, secret }: EndPageOptions,
  { shareId, filmKey, liveUntilMs, isLost, isRefused }: EndedPage,
  signal: AbortSignal,
): Promise<void> {
  const key = pageKeyOf(await secret(), shareId)
  if (isLost)
    logger.warn(
      { share: shareId, hint: 'remove old pages below share/ in the bucket by hand' },
      'the secret that named the page of an ended link is gone: the page stays, its film goes elsewhere',
    )
  else {
    if (!isRefused) await bucket.put(key, Buffer.from(endedPage()), htmlType, signal)
    const refused = await removeObject(bucket, key, signal).then(() => undefined, refusalOf)
    if (refused) {
      db.run('update share_page set refused_at_ms = ? where share_id = ?', Math.round(clock.nowMs()), shareId)
      if (isRefused) throw refused
      logger.warn(
        {
          share: shareId,
          filmOpensUntil: new Date(liveUntilMs).toISOString(),
          hint: 'allow s3:DeleteObject and s3:GetObject on this bucket: it goes within minutes',
        },
        'the page of an ended link says so, but stays in the bucket; addresses of the film that were given away open until they end',
      )
      return
    }
  }
  const nowMs = Math.round(clock.nowMs())
  db.transaction(() => {
    db.run('update share_page set removed_at_ms = ? where share_id = ?', nowMs, shareId)
    // Its addresses would live on without it.
    if (liveUntilMs > nowMs) wantMove(db, filmKey, nowMs)
    addEvent(db, { atMs: nowMs, kind: 'share.removed', subjectId: shareId, facts: { film: filmKey } })
  })
}

function refusalOf(error: unknown): BucketError {
  const refused = bucketError('DeleteObject', error)
  if (refused.fault.kind !== 'forbidden') throw error
  return refused
}
