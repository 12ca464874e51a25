// A share link shown again to operators, and the links of the original brought over so that old addresses go on working.
// Never shows one without a word in the audit, and never lets one live for longer than a link of ours may.

import { z } from 'zod'
import { EzrecError } from '../../base/errors.ts'
import { addressOfPage, bucketSharesOf } from '../../share/bucket-share.ts'
import { findShareLink, importShareLink, longestShareDays, shareUrl, tokenAgain } from '../../share/share-link.ts'
import { addAudit } from '../guard/audit.ts'
import type { Door } from '../routing/door.ts'
import { route, type Route } from '../routing/route.ts'
import { assertOwnLink } from './link-form.ts'

/** A row of the original's `shared_links`. */
const oldLink = z.object({
  token: z.string().regex(/^[0-9a-f]{32}$/, { error: 'must be 32 hexadecimal digits' }),
  video_key: z.string().min(1).max(500).describe('of a film of this box: <user>/<date>/<file>'),
  expires_at: z.iso.datetime({ offset: true }),
  revoked: z.boolean().nullish(),
  access_count: z.int().min(0).max(1_000_000_000).nullish(),
  total_downloads: z.int().min(0).max(1_000_000_000).nullish(),
})

const outcome = z.enum(['imported', 'known', 'over', 'no-film'])

export const linkAgainRoutes: readonly Route[] = [
  route(
    {
      method: 'get',
      path: '/shares/{id}/url',
      needs: 'operator',
      ofUser: true,
      tag: 'share',
      summary: 'Show a link again, as long as it opens something; each time is written to the audit',
      params: z.object({ id: z.string().min(1).max(64) }),
      success: { data: z.object({ id: z.string(), url: z.url(), expiresAt: z.iso.datetime() }) },
      problems: ['not_found', 'conflict'],
      audits: { within: 'link.shown' },
    },
    async ({ params, caller }, door) => {
      assertOwnLink(door.db, caller, params.id)
      const { url, expiresAtMs } = await showAgain(door, params.id)
      addAudit(door.db, { atMs: door.clock.nowMs(), who: caller.principal?.id ?? '', what: 'link.shown', subjectId: params.id, facts: {} })
      return {
        data: { id: params.id, url, expiresAt: new Date(expiresAtMs).toISOString() },
        message: 'who has it can see the film',
        headers: { 'cache-control': 'no-store' },
      }
    },
  ),
  route(
    {
      method: 'post',
      path: '/shares/import',
      needs: 'admin',
      tag: 'share',
      summary: 'Bring over links of the original: rows of its shared_links; the films must be on this box',
      body: z.object({ links: z.array(oldLink).min(1).max(500) }),
      success: { data: z.object({ imported: z.int(), links: z.array(z.object({ index: z.int(), is: outcome })) }) },
      problems: [],
      audits: { within: 'links.imported' },
      limits: `64 KiB a request, some 200 links; one lives for at most ${longestShareDays} days from then on; again changes nothing`,
    },
    ({ body, caller }, door) => {
      const links = door.db.transaction(() => {
        const done = body.links.map((each, index) => ({ index, is: bringOver(door, each) }))
        const facts = { links: done.filter(({ is }) => is === 'imported').length }
        addAudit(door.db, { atMs: door.clock.nowMs(), who: caller.principal?.id ?? '', what: 'links.imported', subjectId: null, facts })
        return done
      })
      const imported = links.filter(({ is }) => is === 'imported').length
      return { data: { imported, links }, message: `${imported} of ${links.length} links were brought over` }
    },
  ),
]

/** Errors: not_found; conflict (by chance, or before the home's secret was lost). */
async function showAgain(door: Door, id: string): Promise<{ readonly url: string; readonly expiresAtMs: number }> {
  const { db, clock, bucket, publicUrl } = door
  const link = findShareLink(db, id)
  if (!link || link.revokedAtMs !== null || link.expiresAtMs <= clock.nowMs())
    throw new EzrecError('not_found', 'there is no such share link, or it opens nothing any more', { hint: 'GET /shares lists them' })
  const never = new EzrecError('conflict', 'this link cannot be shown again', { hint: 'revoke it, and make a new one' })
  if (link.mode === 'bucket') {
    if (!bucket) throw never
    return { url: await addressOfPage(bucketSharesOf({ ...door, bucket }), id, link.expiresAtMs), expiresAtMs: link.expiresAtMs }
  }
  const secret = await door.shareSecret()
  const token = secret && tokenAgain(db, secret, id)
  if (token === undefined) throw never
  return { url: shareUrl(publicUrl, token), expiresAtMs: link.expiresAtMs }
}

function bringOver({ db, clock }: Door, old: z.output<typeof oldLink>): z.infer<typeof outcome> {
  const nowMs = clock.nowMs()
  const expiresAtMs = Math.min(Date.parse(old.expires_at), nowMs + longestShareDays * 86_400_000)
  if (old.revoked || expiresAtMs <= nowMs) return 'over'
  const film = db.get('select recording_id from video where object_key = ? and removed_at_ms is null', old.video_key)
  if (!film) return 'no-film'
  const counts = { views: old.access_count ?? 0, downloads: old.total_downloads ?? 0 }
  const link = { token: old.token, recordingId: String(film['recording_id']), expiresAtMs, ...counts }
  return importShareLink(db, nowMs, link) ? 'imported' : 'known'
}
