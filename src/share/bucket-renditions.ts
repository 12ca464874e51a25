// The smaller version of a wide film stands in the bucket for as long as a link from the bucket shows the film, and goes with the last one.
// Never sends what nobody was given a link to: it is some gigabyte of somebody's uplink.

import { z } from 'zod'
import type { Database } from '../adapters/sqlite.ts'
import { errnoOf } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import { isRenditionKey, renditionBeside } from '../publish/companions/bucket-copy-policy.ts'
import { forgetBucketCopy, listBucketCopies } from '../publish/companions/bucket-copy-store.ts'
import { findCompanion, type Companion } from '../publish/companions/companion-store.ts'
import { keepSending } from '../publish/companions/keep-sending.ts'
import {
  abandonBeside,
  besideUnderWay,
  forgetElsewhere,
  openBesideFile,
  sendBeside,
  type SendBesideOptions,
} from '../publish/companions/send-beside.ts'
import { BucketError, bucketError } from '../publish/stores/s3/bucket-error.ts'
import { removeObject } from '../publish/stores/s3/remove-object.ts'
import { findUpload } from '../publish/stores/s3/upload-ledger.ts'
import type { FilmStore } from '../publish/stores/store.ts'

export type BucketRenditionOptions = SendBesideOptions & { readonly logger: Logger; readonly store: Pick<FilmStore, 'pathOf'> }

/** Until the signal aborts. */
export const keepBucketRenditions = (options: BucketRenditionOptions, signal: AbortSignal): Promise<void> =>
  keepSending(options, 'the smaller version of a film is not in the bucket', () => settleRenditions(options, signal), signal)

/** Once: what is wanted no more goes first, then what is wanted is sent. Errors: those of the bucket. */
export async function settleRenditions(options: BucketRenditionOptions, signal: AbortSignal): Promise<void> {
  const { db, clock, bucket } = options
  const wanted = wantedRenditions(db, bucket.place, Math.floor(clock.nowMs()))
  const keys = new Set(wanted.map(({ objectKey }) => objectKey))
  forgetElsewhere(options)
  for (const objectKey of besideUnderWay(options).filter(isRenditionKey))
    if (!keys.has(objectKey)) await abandonBeside(options, objectKey, signal)
  for (const each of toRemove(options, keys)) await removeRendition(options, each, signal)
  let ofOneFile: unknown
  for (const each of wanted) {
    const there = listBucketCopies(db, bucket.place, each.filmKey).find(({ objectKey }) => objectKey === each.objectKey)
    if (there?.sha256 === each.companion.sha256 || !isStillWanted(options, each.objectKey)) continue
    try {
      await using file = await openBesideFile(options.store.pathOf(each.companion.objectKey), { ...facts, sha256: each.companion.sha256 })
      await sendBeside(options, { ...each, file }, signal)
    } catch (error) {
      if (!isOfOneFile(error)) throw error
      ofOneFile ??= error // the other films do not wait for it
    }
  }
  if (ofOneFile !== undefined) throw ofOneFile
}

/** A file that is gone, cannot be read, or is not what was made: no word of the bucket's. */
const isOfOneFile = (error: unknown): boolean =>
  error instanceof BucketError ? error.fault.kind === 'parts-differ' : errnoOf(error) !== undefined

/** A link may have ended while another film was sent. */
const isStillWanted = ({ db, clock, bucket }: BucketRenditionOptions, objectKey: string): boolean =>
  wantedRenditions(db, bucket.place, Math.floor(clock.nowMs())).some((each) => each.objectKey === objectKey)

type Wanted = { readonly filmKey: string; readonly objectKey: string; readonly companion: Companion }

const facts = { what: 'the smaller version', type: 'video/mp4' } as const

/** Of films that a link from the bucket shows, and whose own object the bucket holds. */
function wantedRenditions(db: Database, place: string, nowMs: number): Wanted[] {
  const shown = db.all(
    `select distinct v.id, v.object_key from share_page p join share_link l on l.id = p.share_id join video v on v.object_key = p.film_key
     where p.place = ? and p.removed_at_ms is null and l.revoked_at_ms is null and l.expires_at_ms > ?
       and v.published_at_ms is not null and v.removed_at_ms is null order by v.object_key`,
    ...[place, nowMs],
  )
  return shown.flatMap((found): Wanted[] => {
    const { id, object_key: filmKey } = shownRow.parse(found)
    const upload = findUpload(db, filmKey)
    const companion = findCompanion(db, id, 'rendition')
    if (upload?.state !== 'confirmed' || upload.place !== place || !companion) return []
    return [{ filmKey, objectKey: renditionBeside(upload.objectKey), companion }]
  })
}

const shownRow = z.object({ id: z.string(), object_key: z.string() })

type Standing = { readonly objectKey: string; readonly refusedAtMs: number | null }

const standingRow = z
  .object({ object_key: z.string(), refused_at_ms: z.int().nullable() })
  .transform((r): Standing => ({ objectKey: r.object_key, refusedAtMs: r.refused_at_ms }))

const refusedRestMs = 600_000

/** What is refused for one is, most often, refused for all: of those the one that was not asked for the longest, after a rest. */
function toRemove({ db, clock, bucket }: BucketRenditionOptions, wanted: ReadonlySet<string>): Standing[] {
  const unwanted = db
    .all(
      "select object_key, refused_at_ms from bucket_object where place = ? and object_key like '%/rendition.mp4' order by refused_at_ms, object_key",
      bucket.place,
    )
    .map((found) => standingRow.parse(found))
    .filter(({ objectKey }) => !wanted.has(objectKey))
  const refused = unwanted.filter(({ refusedAtMs }) => refusedAtMs !== null)
  const isRested = (refused.at(-1)?.refusedAtMs ?? 0) + refusedRestMs <= clock.nowMs()
  return [...unwanted.filter(({ refusedAtMs }) => refusedAtMs === null), ...(isRested ? refused.slice(0, 1) : [])]
}

/** Its address was given away: it is not forgotten where it may not be removed yet. */
async function removeRendition(
  { db, clock, bucket, logger }: BucketRenditionOptions,
  { objectKey, refusedAtMs }: Standing,
  signal: AbortSignal,
): Promise<void> {
  try {
    await removeObject(bucket, objectKey, signal)
    forgetBucketCopy(db, bucket.place, objectKey)
  } catch (error) {
    const { facts: of, fault } = bucketError('DeleteObject', error)
    if (fault.kind !== 'forbidden') throw error
    const nowMs = Math.round(clock.nowMs())
    db.run('update bucket_object set refused_at_ms = ? where place = ? and object_key = ?', nowMs, bucket.place, objectKey)
    if (refusedAtMs === null)
      logger.warn(
        { ...of, object: objectKey, hint: 'allow s3:DeleteObject on this bucket: it goes within minutes' },
        'the smaller version of a film that no link shows any more stays in the bucket; addresses of it that were given away open until they end',
      )
  }
}
