// The page of a link in the bucket ends: what stands there says so, then it goes, and a film whose addresses were given away goes to another key.
// Never takes a refusal for done: what stays is told, with how long it opens.

import { addEvent } from '../adapters/log-tables.ts'
import type { Database } from '../adapters/sqlite.ts'
import type { Logger } from '../base/logger.ts'
import { bucketError } from '../publish/stores/s3/bucket-error.ts'
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
}

export const htmlType = 'text/html; charset=utf-8'

/** First nothing stands there any more for who follows the link; then, where we may, the object goes; then the film goes elsewhere. */
export async function endPage(
  { db, clock, bucket, logger, secret }: EndPageOptions,
  { shareId, filmKey, liveUntilMs, isLost }: EndedPage,
  signal: AbortSignal,
): Promise<void> {
  const key = pageKeyOf(await secret(), shareId)
  if (isLost)
    logger.warn(
      { share: shareId, hint: 'remove old pages below share/ in the bucket by hand' },
      'the secret that named the page of an ended link is gone: the page stays, its film goes elsewhere',
    )
  else await bucket.put(key, Buffer.from(endedPage()), htmlType, signal)
  let mayRemove = true
  const gone = isLost ? Promise.resolve() : removeObject(bucket, key, signal)
  await gone.catch((error: unknown) => {
    const { fault } = bucketError('DeleteObject', error)
    if (fault.kind !== 'forbidden') throw error
    mayRemove = false
    logger.warn(
      {
        share: shareId,
        filmOpensUntil: new Date(liveUntilMs).toISOString(),
        hint: 'allow s3:DeleteObject and s3:GetObject on this bucket',
      },
      'the page of an ended link says so, but stays in the bucket; addresses of the film that were given away open until they end',
    )
  })
  const nowMs = Math.round(clock.nowMs())
  db.transaction(() => {
    db.run('update share_page set removed_at_ms = ? where share_id = ?', nowMs, shareId)
    // Its addresses would live on without it.
    if (mayRemove && liveUntilMs > nowMs) wantMove(db, filmKey, nowMs)
    addEvent(db, { atMs: nowMs, kind: 'share.removed', subjectId: shareId, facts: { film: filmKey } })
  })
}
