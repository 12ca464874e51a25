// The pages of links in the bucket, as rows: those that stand there, and how many stand in a bucket that is not set any more.
// Never asks a bucket: what is elsewhere is out of reach, ends with its addresses, and is told.

import { z } from 'zod'
import type { Database } from '../adapters/sqlite.ts'
import type { Logger } from '../base/logger.ts'

const pageRow = z.object({
  share_id: z.string(),
  recording_id: z.string(),
  created_at_ms: z.int(),
  film_key: z.string(),
  expires_at_ms: z.int(),
  revoked_at_ms: z.int().nullable(),
  written_at_ms: z.int().nullable(),
  signed_until_ms: z.int().nullable(),
  moved_at_ms: z.int().nullable(),
  smaller_at_ms: z.int().nullable(),
  secret_mark: z.string().nullable(),
})

const pagesSql = `select p.share_id, l.recording_id, p.film_key, l.created_at_ms, l.expires_at_ms, l.revoked_at_ms, p.written_at_ms, p.signed_until_ms, p.secret_mark,
    (select max(e.at_ms) from event e where e.kind = 'upload.moved' and e.subject_id = p.film_key) as moved_at_ms,
    (select max(o.sent_at_ms) from bucket_object o where o.place = p.place and o.film_key = p.film_key and o.object_key like '%/rendition.mp4') as smaller_at_ms
  from share_page p join share_link l on l.id = p.share_id where p.removed_at_ms is null and p.place = ?`

export type PageRow = z.infer<typeof pageRow>

/** Without those that have ended and that the bucket did not let us remove: there may be many. */
export const listPages = (db: Database, place: string): PageRow[] =>
  db.all(`${pagesSql} and p.refused_at_ms is null`, place).map((found) => pageRow.parse(found))

/** Of those the one that was not asked for the longest: what is refused for one is, most often, refused for all. */
export function nextRefused(db: Database, place: string): PageRow | undefined {
  const first =
    'select share_id from share_page where removed_at_ms is null and refused_at_ms is not null and place = ? order by refused_at_ms limit 1'
  const found = db.get(`${pagesSql} and p.share_id = (${first})`, place, place)
  return found && pageRow.parse(found)
}

/** Whether a link's page stands where this box cannot end it. `place`: the bucket that is set, if one is. */
export const isPageElsewhere = (db: Database, shareId: string, place: string | undefined): boolean =>
  db.get(
    'select 1 from share_page where share_id = ? and place <> ? and removed_at_ms is null and signed_until_ms > 0',
    ...[shareId, place ?? ''],
  ) !== undefined

/** Once in a life. Pages of a version that did not note the secret are taken for those of today's; those of another one are told. */
export function judgeSecret(db: Database, logger: Logger, place: string, mark: string): void {
  db.run('update share_page set secret_mark = ? where secret_mark is null and signed_until_ms is not null and place = ?', mark, place)
  const lost = listPages(db, place).filter(({ secret_mark: of, revoked_at_ms: revoked }) => of !== null && of !== mark && revoked === null)
  if (lost.length > 0)
    logger.warn(
      { pages: lost.length, hint: 'make new links, or put the old file share-secret back into the home' },
      'links from the bucket were made with a secret that is gone: their pages are not renewed, and open for seven days at most',
    )
}

/** Once in a life. */
export function tellElsewhere({
  db,
  bucket,
  logger,
}: {
  readonly db: Database
  readonly bucket: { readonly place: string }
  readonly logger: Logger
}): void {
  const found = db.get(
    'select count(*) as pages, max(signed_until_ms) as until_ms from share_page where removed_at_ms is null and place <> ? and signed_until_ms > 0',
    bucket.place,
  )
  const { pages, until_ms: untilMs } = z.object({ pages: z.int(), until_ms: z.int().nullable() }).parse(found)
  if (pages > 0)
    logger.warn(
      { pages, opensUntil: new Date(untilMs ?? 0).toISOString(), hint: 'remove share/ in the bucket that was set before, or set it again' },
      'pages of links stand in a bucket that is not set any more: they cannot be ended from here',
    )
}
