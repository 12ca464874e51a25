// Links from the bucket that were revoked and whose film opens there all the same, because the bucket refuses us or does not answer.
// Reads rows alone. A page that stays and opens nothing any more is told by nobody: what was given away has ended.

import { z } from 'zod'
import type { Database } from '../adapters/sqlite.ts'
import type { Check } from './check.ts'

/** `untilMs`: when the last address in them ends by itself. */
export type OpenLinks = { readonly links: number; readonly untilMs: number }

/** A large film takes its time to go elsewhere. */
const waitsAfterMs = 600_000

export function readOpenLinks(db: Database, nowMs: number): OpenLinks {
  const found = db.get(
    `select count(*) as links, coalesce(max(p.signed_until_ms), 0) as untilMs from share_page p join share_link l on l.id = p.share_id
     where l.revoked_at_ms is not null and p.signed_until_ms > ?1 and (
       p.removed_at_ms is null and (p.refused_at_ms is not null or l.revoked_at_ms <= ?2)
       or exists (select 1 from object_move m where m.film_key = p.film_key and m.wanted_at_ms <= ?2))`,
    ...[nowMs, nowMs - waitsAfterMs],
  )
  return z.object({ links: z.int(), untilMs: z.int() }).parse(found)
}

export function linksCheck(open: OpenLinks | undefined): Check {
  const name = 'links'
  if (open === undefined || open.links === 0) return { name, status: 'healthy', message: 'none that was revoked opens a film' }
  const links = open.links === 1 ? 'a link was revoked, and its film opens' : `${open.links} links were revoked, and their films open`
  return {
    name,
    status: 'degraded',
    message: `${links} from the bucket by addresses that were given away, until ${new Date(open.untilMs).toISOString()} at the latest`,
    mend: 'allow s3:DeleteObject and s3:GetObject on this bucket: the film goes elsewhere within minutes; the log of the worker says what it waits for',
  }
}
