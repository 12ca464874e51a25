// Links of mode `bucket`: page and film come from the bucket and open with this box switched off. Made, renewed, and taken away.
// Never signs an address for longer than its link lives. After a revocation the film goes to another key, so that old addresses end too.

import type { Database } from '../adapters/sqlite.ts'
import type { Clock } from '../base/clock.ts'
import { EzrecError } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import { renditionBeside, stemOf, wantedBeside } from '../publish/companions/bucket-copy-policy.ts'
import { listBucketCopies } from '../publish/companions/bucket-copy-store.ts'
import { bucketError } from '../publish/stores/s3/bucket-error.ts'
import type { Bucket } from '../publish/stores/s3/bucket.ts'
import { look } from '../publish/stores/s3/complete-upload.ts'
import { listMoves, moveObject } from '../publish/stores/s3/move-object.ts'
import { longestSignedMs } from '../publish/stores/s3/signed-url.ts'
import { findUpload, type UploadRow } from '../publish/stores/s3/upload-ledger.ts'
import { findVideoOf } from '../publish/video.ts'
import { bucketPage } from './bucket-page.ts'
import { endPage, htmlType } from './end-page.ts'
import { attachment, filmFileName } from './film-name.ts'
import { pageOrder, signedUntil } from './page-policy.ts'
import { judgeSecret, listPages, nextRefused, tellElsewhere, type PageRow } from './page-store.ts'
import { readShared } from './read-shared.ts'
import { createShareLink, revokeShareLink } from './share-link.ts'
import { openShareSecret, pageKeyOf, secretMark } from './share-secret.ts'
import { shareStateOf, type Venue } from './share-state.ts'

export type BucketShareOptions = {
  readonly db: Database
  readonly clock: Clock
  readonly logger: Logger
  readonly bucket: Bucket
  readonly secret: () => Promise<Buffer>
  readonly venue: Venue
  /** Where everyone may read pages. */
  readonly publicUrl: string | undefined
}

type SharingBox = Pick<BucketShareOptions, 'db' | 'clock' | 'logger' | 'bucket'> & {
  readonly settings: {
    readonly paths: { readonly shareSecret: string }
    readonly booking: Venue
    readonly share: { readonly bucketUrl?: string | undefined }
  }
}

/** Of a box with a bucket. The secret is read, or made, when it is first needed. */
export function bucketSharesOf({ db, clock, logger, bucket, settings: { paths, booking, share } }: SharingBox): BucketShareOptions {
  let opened: Promise<Buffer> | undefined
  const secret = (): Promise<Buffer> => {
    opened ??= openShareSecret(paths.shareSecret).catch((error: unknown) => {
      opened = undefined
      throw error
    })
    return opened
  }
  return { db, clock, logger, bucket, secret, venue: booking, publicUrl: share.bucketUrl }
}

export type BucketShare = { readonly id: string; readonly url: string; readonly expiresAtMs: number }

const patienceMs = 10_000

/** Why a film cannot be shared from the bucket now, as an error with its mend; `undefined` when it can. Asks the bucket, for some seconds at most. */
export async function whyNotFromBucket(options: BucketShareOptions, recordingId: string, days: number): Promise<EzrecError | undefined> {
  const { db, bucket, publicUrl } = options
  const upload = heldFilm(db, bucket, recordingId)
  if (!upload)
    return new EzrecError('conflict', 'the bucket does not hold this film yet', { hint: 'share it from the box, or when it is published' })
  if (publicUrl === undefined && days * 86_400_000 > longestSignedMs)
    return new EzrecError('invalid', 'a signed link lives for at most 7 days', { hint: 'give fewer days, or set SHARE_BUCKET_URL' })
  try {
    const seen = await look(bucket, upload.objectKey, AbortSignal.timeout(patienceMs))
    if (seen.is === 'there') return undefined
    return seen.is === 'hidden'
      ? new EzrecError('forbidden', 'the key of the bucket may not read films', {
          hint: 'allow s3:GetObject on this bucket, or share from the box',
        })
      : new EzrecError('not_found', 'the film is not in the bucket any more', { hint: 'somebody removed it: ./ezrec doctor' })
  } catch (error) {
    return bucketError('HeadObject', error)
  }
}

function heldFilm(db: Database, bucket: Bucket, recordingId: string): UploadRow | undefined {
  const video = findVideoOf(db, recordingId)
  const upload = video?.published && findUpload(db, video.objectKey)
  return upload?.state === 'confirmed' && upload.place === bucket.place ? upload : undefined
}

/** The page stands when this resolves. Errors: those of the bucket, not_found, invalid. */
export async function shareFromBucket(
  options: BucketShareOptions,
  { recordingId, days }: { readonly recordingId: string; readonly days: number },
): Promise<BucketShare> {
  const { db, clock, bucket } = options
  const film = heldFilm(db, bucket, recordingId)
  if (!film)
    throw new EzrecError('conflict', 'the bucket does not hold this film yet', { hint: 'share it from the box, or when it is published' })
  const { id, expiresAtMs } = db.transaction(() => {
    const link = createShareLink(db, clock, { recordingId, days, mode: 'bucket' })
    db.run('insert into share_page (share_id, place, film_key) values (?, ?, ?)', link.id, bucket.place, film.filmKey)
    return link
  })
  try {
    await writePage(options, { shareId: id, recordingId, expiresAtMs }, AbortSignal.timeout(patienceMs))
  } catch (error) {
    revokeShareLink(db, clock, id) // what may stand of it is taken away later
    throw error
  }
  return { id, expiresAtMs, url: await addressOfPage(options, id, expiresAtMs) }
}

/** Of the page of a link, as long as that lives. Errors: those of the home's secret. */
export async function addressOfPage(
  { bucket, clock, publicUrl, secret }: BucketShareOptions,
  shareId: string,
  expiresAtMs: number,
): Promise<string> {
  const key = pageKeyOf(await secret(), shareId)
  return publicUrl === undefined ? bucket.sign(key, { seconds: (expiresAtMs - clock.nowMs()) / 1_000 }) : `${publicUrl}/${key}`
}

type Page = { readonly shareId: string; readonly recordingId: string; readonly expiresAtMs: number }

async function writePage(options: BucketShareOptions, { shareId, recordingId, expiresAtMs }: Page, signal: AbortSignal): Promise<void> {
  const { db, clock, bucket, secret, venue } = options
  const [shared, film] = [readShared(db, recordingId), heldFilm(db, bucket, recordingId)]
  if (!shared || !film) return
  const nowMs = Math.round(clock.nowMs())
  const untilMs = signedUntil(expiresAtMs, nowMs)
  const seconds = (untilMs - nowMs) / 1_000
  const there = new Set(listBucketCopies(db, bucket.place, film.filmKey).map(({ objectKey }) => objectKey))
  const preview = wantedBeside(film.filmKey, film.objectKey, shared.companions).find(({ objectKey }) => objectKey.endsWith('/preview.jpg'))
  const named = filmFileName({ title: shared.booking?.title ?? null, startsAtMs: shared.recording.startsAtMs }, venue)
  const disposition = attachment(named)
  const [smallerKey, smaller] = [renditionBeside(film.objectKey), shared.companions.find(({ kind }) => kind === 'rendition')]
  const page = bucketPage(shareStateOf(shared, nowMs, venue), {
    film: await bucket.sign(film.objectKey, { seconds }),
    download: await bucket.sign(film.objectKey, { seconds, disposition }),
    poster: await bucket.sign(`${stemOf(film.objectKey)}.jpg`, { seconds }),
    preview: preview && there.has(preview.objectKey) ? await bucket.sign(preview.objectKey, { seconds }) : undefined,
    smaller:
      smaller && there.has(smallerKey)
        ? {
            address: await bucket.sign(smallerKey, { seconds, disposition: attachment(named.replace(/\.mp4$/, ' small.mp4')) }),
            bytes: smaller.bytes,
          }
        : undefined,
  })
  const made = await secret()
  // Before the bucket has it: a life that ends in between must know, when the link is revoked, that addresses were given away.
  db.run(
    'update share_page set written_at_ms = null, signed_until_ms = max(coalesce(signed_until_ms, 0), ?), secret_mark = ? where share_id = ?',
    ...[untilMs, secretMark(made), shareId],
  )
  await bucket.put(pageKeyOf(made, shareId), Buffer.from(page), htmlType, signal)
  db.run('update share_page set written_at_ms = ?, signed_until_ms = ? where share_id = ?', nowMs, untilMs, shareId)
}

const lookMs = 1_000
const longestRestMs = 300_000

/** Until the signal aborts: what is due of pages and films that go elsewhere. What fails is told, and tried again ever more rarely. */
export async function keepBucketShares(options: BucketShareOptions, signal: AbortSignal): Promise<void> {
  const { clock, logger } = options
  const rests = new Map<string, { readonly tries: number; readonly untilUs: number }>()
  let judged: string | undefined
  tellElsewhere(options)
  while (!signal.aborted) {
    try {
      const isAny = listPages(options.db, options.bucket.place).length > 0 || nextRefused(options.db, options.bucket.place) !== undefined
      const mark = isAny ? secretMark(await options.secret()) : undefined
      if (mark !== undefined && judged !== mark) judgeSecret(options.db, logger, options.bucket.place, (judged = mark))
      for (const { name, act } of jobsOf(options, mark, signal)) {
        if (signal.aborted || (rests.get(name)?.untilUs ?? 0) > clock.monotonicUs()) continue
        try {
          await act()
          rests.delete(name)
        } catch (error) {
          if (signal.aborted) return
          const tries = (rests.get(name)?.tries ?? 0) + 1
          rests.set(name, { tries, untilUs: clock.monotonicUs() + 1_000 * Math.min(longestRestMs, lookMs * 2 ** tries) })
          const { facts, fault } = bucketError('PutObject', error)
          if (tries === 1) logger.warn({ job: name, ...facts, hint: fault.hint }, `a link to the bucket: ${fault.message}`)
        }
      }
    } catch (error) {
      logger.error({ err: error }, 'the links to the bucket could not be looked at, trying again')
    }
    await clock.sleep(lookMs, signal)
  }
}

type Job = { readonly name: string; readonly act: () => Promise<void> }

function jobsOf(options: BucketShareOptions, mark: string | undefined, signal: AbortSignal): Job[] {
  const { db, bucket, clock } = options
  const nowMs = Math.round(clock.nowMs())
  const isLost = ({ secret_mark: of }: PageRow): boolean => of !== null && of !== mark // written by a secret that is gone: nobody finds it any more
  const end = (page: PageRow, isRefused: boolean): Promise<void> => {
    const liveUntilMs = page.revoked_at_ms === null ? 0 : (page.signed_until_ms ?? 0)
    return endPage(options, { shareId: page.share_id, filmKey: page.film_key, liveUntilMs, isLost: isLost(page), isRefused }, signal)
  }
  const due = listPages(db, bucket.place).flatMap((page): Job[] => {
    const facts = {
      createdAtMs: page.created_at_ms,
      expiresAtMs: page.expires_at_ms,
      revokedAtMs: page.revoked_at_ms,
      writtenAtMs: page.written_at_ms,
    }
    const since = { filmMovedAtMs: page.moved_at_ms, smallerSentAtMs: page.smaller_at_ms }
    const order = pageOrder({ ...facts, ...since, signedUntilMs: page.signed_until_ms, removedAtMs: null }, nowMs)
    const of = { shareId: page.share_id, recordingId: page.recording_id, expiresAtMs: page.expires_at_ms }
    if (order === 'write' && isLost(page)) return []
    if (order === 'write') return [{ name: `page ${page.share_id}`, act: () => writePage(options, of, signal) }]
    return order === 'remove' ? [{ name: `end ${page.share_id}`, act: () => end(page, false) }] : []
  })
  const refused = nextRefused(db, bucket.place)
  return [
    ...due,
    ...listMoves(db).map((move) => ({ name: `film ${move.filmKey}`, act: () => moveObject(options, move, signal) })),
    ...(refused ? [{ name: 'pages that may not be removed', act: () => end(refused, true) }] : []), // under one name: they rest together
  ]
}
