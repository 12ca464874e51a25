// The original's share routes: links are made, ended and counted as now; a token opens what its link opens, and nobody is told another's token.
// Never tells why a token opens nothing.

import { z } from 'zod'
import type { Database } from '../../adapters/sqlite.ts'
import { createShareLink, findLiveShareLink, revokeShareLink, type ShareLink } from '../../share/share-link.ts'
import type { Door } from '../routing/door.ts'
import { route, type Caller, type Route } from '../routing/route.ts'
import { assertOwnUser } from '../routing/own.ts'
import { assertOwnLink } from '../routes/link-form.ts'
import { isUsedUp, opensNothing } from '../routes/share-visit.ts'
import { mustFindByKey } from './old-films.ts'
import { successor } from './successor.ts'

const token = z.object({ token: z.string().max(200) })
const user = z.string().min(1).max(100)
const popular = z.object({ popular_videos: z.array(z.object({ video_id: z.string(), views: z.int() })) })
const analytics = z.object({
  total_links: z.int(),
  active_links: z.int(),
  total_views: z.int(),
  links: z.array(
    z.object({ id: z.string(), created_at: z.iso.datetime(), expires_at: z.iso.datetime(), revoked: z.boolean(), views: z.int() }),
  ),
})

export const oldShareRoutes: readonly Route[] = [
  route(
    {
      method: 'post',
      path: '/share',
      needs: 'operator',
      ofUser: true,
      tag: 'original',
      summary: 'A link to the film under a key, for seven days; the film must be of that user',
      body: z.object({ key: z.string().min(1).max(500), user_id: user }),
      success: { data: z.object({ url: z.url() }) },
      problems: ['not_found'],
      makes: 'secret',
      audits: 'link.made',
    },
    async ({ body, caller }, door) => {
      const { recordingId } = mustFindByKey(door.db, body.key, caller, body.user_id)
      const link = createShareLink(door.db, door.clock, { recordingId, days: 7, secret: await door.shareSecret() })
      return {
        data: { url: link.url(door.publicUrl) },
        message: 'share link created',
        headers: successor('/videos/{id}/share'),
        about: { subjectId: link.id, facts: { recordingId, mode: 'box' } },
      }
    },
  ),
  route(
    {
      method: 'get',
      path: '/share/analytics/popular',
      needs: 'operator',
      tag: 'original',
      summary: 'The ten films whose pages were opened most',
      success: { data: popular },
      problems: [],
    },
    (_, { db }) => ({
      data: {
        popular_videos: db
          .all(
            `select v.id as id, sum(l.views) as views from video v join recording r on r.id = v.recording_id
             join share_link l on l.recording_id = r.id or l.booking_id = r.booking_id
             where v.published_at_ms is not null and v.removed_at_ms is null group by v.id having sum(l.views) > 0 order by views desc, v.id limit 10`,
          )
          .map((row) => ({ video_id: String(row['id']), views: Number(row['views']) })),
      },
      message: 'by openings of their pages',
      headers: successor('/videos'),
    }),
  ),
  route(
    {
      method: 'get',
      path: '/share/analytics/{user_id}',
      needs: 'operator',
      ofUser: true,
      tag: 'original',
      summary: 'The newest 100 links to films and bookings of a user, without their tokens',
      params: z.object({ user_id: user }),
      success: { data: analytics },
      problems: [],
    },
    ({ params, caller }, { db, clock }) => {
      assertOwnUser(caller, params.user_id, 'user')
      return { data: analyticsOf(db, params.user_id, clock.nowMs()), message: 'links of this user', headers: successor('/videos') }
    },
  ),
  route(
    {
      method: 'post',
      path: '/share/{token}/revoke',
      needs: 'operator',
      ofUser: true,
      tag: 'original',
      summary: 'End a link by its token',
      params: token,
      body: z.object({ user_id: user.optional() }).optional(),
      success: { data: z.object({ status: z.literal('revoked') }) },
      problems: ['not_found'],
      audits: 'link.revoked',
    },
    ({ params, caller }, door) => {
      const { id } = mustLookUp(door, params.token, caller)
      assertOwnLink(door.db, caller, id)
      revokeShareLink(door.db, door.clock, id)
      return { data: { status: 'revoked' }, message: 'share link revoked', headers: successor('/shares/{id}'), about: { subjectId: id } }
    },
  ),
  route(
    {
      method: 'get',
      path: '/share/{token}/download_url',
      needs: 'open',
      tag: 'original',
      summary: 'Where the film of a link is downloaded',
      params: token,
      success: { data: z.object({ url: z.url() }) },
      problems: ['not_found'],
    },
    ({ params, caller }, door) => {
      if (isUsedUp(mustLookUp(door, params.token, caller))) throw opensNothing()
      const url = `${door.publicUrl.replace(/\/+$/, '')}/s/${params.token}/film?download=1`
      return { data: { url }, message: 'as long as the link', headers: successor('/s/{token}/film') }
    },
  ),
  route(
    {
      method: 'post',
      path: '/share/{token}/download',
      needs: 'open',
      tag: 'original',
      summary: 'How often the film of a link was downloaded; nothing need be told, a download is counted where it happens',
      params: token,
      success: { data: z.object({ status: z.literal('ok'), download_count: z.int() }) },
      problems: ['not_found'],
    },
    ({ params, caller }, door) => {
      const link = mustLookUp(door, params.token, caller)
      if (isUsedUp(link)) throw opensNothing()
      return {
        data: { status: 'ok', download_count: link.downloads },
        message: 'a download is counted when it begins',
        headers: successor('/s/{token}/film'),
      }
    },
  ),
  route(
    {
      method: 'get',
      path: '/share/{token}',
      needs: 'open',
      tag: 'original',
      summary: 'The page of a share link is at /s/{token}: sent on there, whatever the token',
      params: token,
      success: { media: 'text/html', statuses: [308] },
      problems: [],
    },
    ({ params }) =>
      new Response(null, {
        status: 308,
        headers: { location: `/s/${encodeURIComponent(params.token)}`, 'content-type': 'text/html', 'cache-control': 'no-store' },
      }),
  ),
]

/** One that opens nothing is counted against its asker, as at /s/. */
function mustLookUp({ db, clock, shareLookups }: Door, text: string, { address }: Caller): ShareLink {
  const link = findLiveShareLink(db, clock, text)
  if (link) return link
  shareLookups.begin(address)
  throw opensNothing()
}

const linkRow = z.object({
  id: z.string(),
  created_at_ms: z.int(),
  expires_at_ms: z.int(),
  revoked_at_ms: z.int().nullable(),
  views: z.int(),
})

function analyticsOf(db: Database, userId: string, nowMs: number): z.infer<typeof analytics> {
  const of = `from share_link l left join recording r on r.id = l.recording_id join booking b on b.id = coalesce(l.booking_id, r.booking_id)
    where b.user_id = ?`
  const sums = db.get(
    `select count(*) as total, coalesce(sum(l.views), 0) as views, coalesce(sum(l.revoked_at_ms is null and l.expires_at_ms > ?), 0) as active ${of}`,
    nowMs,
    userId,
  )
  const links = db.all(
    `select l.id, l.created_at_ms, l.expires_at_ms, l.revoked_at_ms, l.views ${of} order by l.created_at_ms desc, l.id limit 100`,
    userId,
  )
  return {
    total_links: Number(sums?.['total']),
    active_links: Number(sums?.['active']),
    total_views: Number(sums?.['views']),
    links: links
      .map((row) => linkRow.parse(row))
      .map((row) => ({
        id: row.id,
        created_at: new Date(row.created_at_ms).toISOString(),
        expires_at: new Date(row.expires_at_ms).toISOString(),
        revoked: row.revoked_at_ms !== null,
        views: row.views,
      })),
  }
}
