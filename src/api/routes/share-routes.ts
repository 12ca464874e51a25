// /s/{token}: what a person with a link may see: page, state, film, poster, and the match while it is on. Open, one uniform 404.
// Never logs a token and never tells why one opens nothing.

import { z } from 'zod'
import { EzrecError } from '../../base/errors.ts'
import { readShared } from '../../share/read-shared.ts'
import { countView, findLiveShareLink, type ShareLink } from '../../share/share-link.ts'
import { lostPage, sharePage } from '../../share/share-page.ts'
import { shareStateOf, type Shared, type ShareState } from '../../share/share-state.ts'
import { companionAnswer, filmAnswer, posterAnswer, thumbnailNamePattern, thumbnailOf } from '../media/film-answer.ts'
import { liveAnswer, liveNamePattern } from '../media/live-answer.ts'
import { htmlAnswer } from '../media/html-answer.ts'
import type { Door } from '../routing/door.ts'
import { route, type Caller, type Route } from '../routing/route.ts'

const token = z.object({ token: z.string().max(200) })
const limits = '20 tokens a minute that open nothing, by address'
const open = { method: 'get', needs: 'open', tag: 'share', params: token, limits } as const
const shareState = z.object({
  phase: z.enum(['scheduled', 'live', 'finishing', 'ready', 'unavailable']),
  title: z.string(),
  startsAt: z.iso.datetime(),
  endsAt: z.iso.datetime(),
  when: z.string(),
  sentence: z.string(),
  timeZone: z.string(),
  canPlayLive: z.boolean(),
  durationSeconds: z.number().nullable(),
  bytes: z.int().nullable(),
  width: z.int().nullable(),
  height: z.int().nullable(),
  partial: z.boolean(),
  gaps: z.array(z.string()),
  suspicions: z.array(z.string()),
  preview: z.boolean(),
  thumbnails: z.boolean(),
  rendition: z.object({ width: z.int(), height: z.int(), bytes: z.int() }).nullable(),
  loudnessLufs: z.number().nullable(),
  drawn: z.array(z.string()),
})

export const shareRoutes: readonly Route[] = [
  route(
    {
      ...open,
      path: '/s/{token}',
      summary: 'The page of a share link',
      success: { media: 'text/html' },
      problems: ['not_found', 'rate_limited'],
    },
    ({ params, caller }, door) => {
      const found = lookUp(door, params.token, caller)
      if (!found) return htmlAnswer(lostPage(), { status: 404 })
      if (caller.method === 'GET') countView(door.db, found.link.id)
      const here = `${baseUrlFor(door, caller)}/s/${params.token}`
      return htmlAnswer(sharePage(stateOf(door, found.shared), here))
    },
  ),
  route(
    {
      ...open,
      path: '/s/{token}/state',
      summary: 'What the shared recording is now',
      success: { data: shareState },
      problems: ['not_found', 'rate_limited'],
    },
    ({ params, caller }, door) => ({ data: stateOf(door, mustLookUp(door, params.token, caller).shared), message: 'shared recording' }),
  ),
  route(
    {
      ...open,
      path: '/s/{token}/film',
      query: z.object({ download: z.enum(['0', '1']).default('0') }),
      summary: 'The shared film, whole or one range of it; with download=1 named for people',
      success: { media: 'video/mp4', statuses: [200, 206] },
      problems: ['not_found', 'range_not_satisfiable', 'rate_limited'],
    },
    ({ params, query, caller }, door) => {
      const { video } = mustLookUp(door, params.token, caller).shared
      if (!video) throw notReady()
      return filmAnswer(door, video, caller, { download: query.download === '1' })
    },
  ),
  route(
    {
      ...open,
      path: '/s/{token}/poster',
      summary: 'The still of the shared film',
      success: { media: 'image/jpeg', statuses: [200, 206] },
      problems: ['not_found', 'rate_limited'],
    },
    ({ params, caller }, door) => posterAnswer(door, mustLookUp(door, params.token, caller).shared.video, caller),
  ),
  route(
    {
      ...open,
      path: '/s/{token}/preview',

      summary: 'A still of 1200x630 for messages',
      success: { media: 'image/jpeg', statuses: [200, 206] },
      problems: ['not_found', 'rate_limited'],
    },
    ({ params, caller }, door) => companionAnswer(door, mustLookUp(door, params.token, caller).shared.video, { kind: 'preview' }, caller),
  ),
  route(
    {
      ...open,
      path: '/s/{token}/thumbnails/{name}',
      params: token.extend({ name: z.string().regex(thumbnailNamePattern) }),
      summary:
        'Small pictures through the film: thumbnails.vtt (WebVTT) says which part of which sheet (thumbnails-1.jpg, ...) is which moment',
      success: { media: 'text/vtt, image/jpeg', statuses: [200, 206] },
      problems: ['not_found', 'rate_limited'],
    },
    ({ params, caller }, door) =>
      companionAnswer(door, mustLookUp(door, params.token, caller).shared.video, thumbnailOf(params.name), caller),
  ),
  route(
    {
      ...open,
      path: '/s/{token}/rendition',

      query: z.object({ download: z.enum(['0', '1']).default('0') }),
      summary: 'The smaller version of a wide film, for phones; with download=1 named for people',
      success: { media: 'video/mp4', statuses: [200, 206] },
      problems: ['not_found', 'range_not_satisfiable', 'rate_limited'],
    },
    ({ params, query, caller }, door) =>
      companionAnswer(
        door,
        mustLookUp(door, params.token, caller).shared.video,
        { kind: 'rendition', download: query.download === '1' },
        caller,
      ),
  ),
  route(
    {
      ...open,
      path: '/s/{token}/live/{name}',
      params: token.extend({ name: z.string().regex(liveNamePattern) }),
      summary: 'Live HLS of the shared recording',
      success: { media: 'application/vnd.apple.mpegurl, video/mp4', statuses: [200, 206] },
      problems: ['not_found', 'range_not_satisfiable', 'rate_limited'],
    },
    ({ params, caller }, door) => liveAnswer(door, mustLookUp(door, params.token, caller).shared.recording, params.name, caller),
  ),
]

/** A token that opens something costs its asker nothing; one that does not is counted. */
function lookUp(door: Door, token: string, { address }: Caller): { link: ShareLink; shared: Shared } | undefined {
  const link = findLiveShareLink(door.db, door.clock, token)
  const shared = link && readShared(door.db, link.recordingId)
  if (link && shared) return { link, shared }
  door.shareLookups.begin(address)
  return undefined
}

function mustLookUp(door: Door, token: string, caller: Caller): { link: ShareLink; shared: Shared } {
  const found = lookUp(door, token, caller)
  if (!found) throw new EzrecError('not_found', 'this link opens nothing', { hint: 'it may have ended: ask who sent it for a new one' })
  return found
}

const stateOf = ({ clock, settings }: Door, shared: Shared): ShareState => shareStateOf(shared, clock.nowMs(), settings.booking.timeZone)

/** Absolute addresses for previews: as the settings say, else as the caller came (its host is one of ours by now). */
function baseUrlFor({ settings }: Door, { headers, secure }: Caller): string {
  return settings.share.baseUrl ?? `${secure ? 'https' : 'http'}://${headers.get('host') ?? 'localhost'}`
}

const notReady = (): EzrecError =>
  new EzrecError('not_found', 'the film is not ready yet', { hint: 'the page of this link shows it as soon as it is' })
