// /s/{token}: what a person with a link may see: page, state, film, poster, and the match while it is on. Open, one uniform 404.
// Never logs a token and never tells why one opens nothing.

import { z } from 'zod'
import { EzrecError } from '../../base/errors.ts'
import type { Recording } from '../../capture/recording.ts'
import { soundWords } from '../../publish/companions/loudness.ts'
import { findVideoOf, type Video } from '../../publish/video.ts'
import { countDownload } from '../../share/share-link.ts'
import { askingPage, lockedPage, lostPage, sharePage } from '../../share/share-page.ts'
import { readShareState } from '../../share/read-share-state.ts'
import type { ShareState } from '../../share/share-state.ts'
import { isBeginning, isPerson } from '../../share/visitor-policy.ts'
import { companionAnswer, filmAnswer, posterAnswer, thumbnailNamePattern, thumbnailOf } from '../media/film-answer.ts'
import { liveAnswer, liveNamePattern } from '../media/live-answer.ts'
import { htmlAnswer } from '../media/html-answer.ts'
import type { Door } from '../routing/door.ts'
import { route, type Caller, type Route } from '../routing/route.ts'
import { enter, findShared, mustFindShared, unlock, type Found } from './share-visit.ts'

const token = z.object({ token: z.string().max(200) })
const longestAddress = 16 * 1024
const limits = '20 tokens a minute that open nothing, by address'
const open = { method: 'get', needs: 'open', tag: 'share', params: token, limits } as const
const shareState = z.object({
  phase: z.enum(['scheduled', 'live', 'finishing', 'ready', 'unavailable']),
  title: z.string(),
  court: z.string(),
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
  sound: z.enum(soundWords).nullable(),
  drawn: z.array(z.string()),
})

export const shareRoutes: readonly Route[] = [
  route(
    {
      ...open,
      path: '/s/{token}',
      params: z.object({ token: z.string().max(longestAddress) }), // whatever a person pastes behind it finds the page that says so
      summary: 'The page of a share link',
      success: { media: 'text/html' },
      problems: ['not_found', 'unauthorized'],
    },
    ({ params, caller }, door) => {
      const found = findShared(door, params.token, caller)
      const entry = found && enter(door, found, caller)
      if (!found || !entry || entry.is === 'lost') return htmlAnswer(lostPage(), { status: 404 })
      if (entry.is === 'locked') return htmlAnswer(lockedPage(params.token), { status: 401 })
      const here = `${baseUrlFor(door, caller)}/s/${params.token}`
      return htmlAnswer(entry.is === 'asks' ? askingPage(stateOf(door, found), here) : sharePage(stateOf(door, found), here))
    },
  ),
  route(
    {
      ...open,
      method: 'post',
      path: '/s/{token}/unlock',
      summary: 'Open a link that wants a password, or opens for so many people: the answer sets a cookie of that link',
      body: z.object({ password: z.string().max(256).default('') }),
      success: { data: z.object({}) },
      problems: ['unauthorized', 'not_found'],
      limits: '5 wrong passwords a minute by address, then a wait that doubles; 30 a minute by link',
    },
    async ({ params, body, caller }, door) => {
      const cookie = await unlock(door, params.token, body.password, caller)
      return { data: {}, message: 'this link is open', headers: { 'set-cookie': cookie } }
    },
  ),
  route(
    {
      ...open,
      path: '/s/{token}/state',
      summary: 'What the shared recording is now',
      success: { data: shareState },
      problems: ['not_found', 'unauthorized'],
    },
    ({ params, caller }, door) => ({ data: stateOf(door, mustFindShared(door, params.token, caller)), message: 'shared recording' }),
  ),
  route(
    {
      ...open,
      path: '/s/{token}/film',
      query: z.object({ download: z.enum(['0', '1']).default('0') }),
      summary: 'The shared film, whole or one range of it; with download=1 named for people',
      success: { media: 'video/mp4', statuses: [200, 206] },
      problems: ['not_found', 'range_not_satisfiable', 'unauthorized'],
    },
    async ({ params, query, caller }, door) => {
      const found = mustFindShared(door, params.token, caller)
      const video = found.recording && findVideoOf(door.db, found.recording.id)
      if (!video?.published) throw notReady()
      const answer = await filmAnswer(door, video, caller, { download: query.download === '1' })
      countIfDownload(door, found, query.download === '1', caller) // of bytes that there are
      return answer
    },
  ),
  route(
    {
      ...open,
      path: '/s/{token}/poster',
      summary: 'The still of the shared film',
      success: { media: 'image/jpeg', statuses: [200, 206] },
      problems: ['not_found', 'unauthorized'],
    },
    ({ params, caller }, door) => posterAnswer(door, videoBehind(door, params.token, caller), caller),
  ),
  route(
    {
      ...open,
      path: '/s/{token}/preview',

      summary: 'A still of 1200x630 for messages',
      success: { media: 'image/jpeg', statuses: [200, 206] },
      problems: ['not_found', 'unauthorized'],
    },
    ({ params, caller }, door) => companionAnswer(door, videoBehind(door, params.token, caller), { kind: 'preview' }, caller),
  ),
  route(
    {
      ...open,
      path: '/s/{token}/thumbnails/{name}',
      params: token.extend({ name: z.string().regex(thumbnailNamePattern) }),
      summary:
        'Small pictures through the film: thumbnails.vtt (WebVTT) says which part of which sheet (thumbnails-1.jpg, ...) is which moment',
      success: { media: 'text/vtt, image/jpeg', statuses: [200, 206] },
      problems: ['not_found', 'unauthorized'],
    },
    ({ params, caller }, door) => companionAnswer(door, videoBehind(door, params.token, caller), thumbnailOf(params.name), caller),
  ),
  route(
    {
      ...open,
      path: '/s/{token}/rendition',

      query: z.object({ download: z.enum(['0', '1']).default('0') }),
      summary: 'The smaller version of a wide film, for phones; with download=1 named for people',
      success: { media: 'video/mp4', statuses: [200, 206] },
      problems: ['not_found', 'range_not_satisfiable', 'unauthorized'],
    },
    async ({ params, query, caller }, door) => {
      const found = mustFindShared(door, params.token, caller)
      const video = found.recording && findVideoOf(door.db, found.recording.id)
      if (!video) throw notReady()
      const download = query.download === '1'
      const answer = await companionAnswer(door, video, { kind: 'rendition', download }, caller)
      countIfDownload(door, found, download, caller)
      return answer
    },
  ),
  route(
    {
      ...open,
      path: '/s/{token}/live/{name}',
      params: token.extend({ name: z.string().regex(liveNamePattern) }),
      summary: 'Live HLS of the shared recording',
      success: { media: 'application/vnd.apple.mpegurl, video/mp4', statuses: [200, 206] },
      problems: ['not_found', 'range_not_satisfiable', 'unauthorized'],
    },
    ({ params, caller }, door) => liveAnswer(door, mustHaveRecording(door, params.token, caller), params.name, caller),
  ),
]

function mustHaveRecording(door: Door, token: string, caller: Caller): Recording {
  const { recording } = mustFindShared(door, token, caller)
  if (!recording) throw notReady()
  return recording
}

const videoBehind = (door: Door, token: string, caller: Caller): Video | undefined =>
  findVideoOf(door.db, mustHaveRecording(door, token, caller).id)

const stateOf = ({ db, clock, settings }: Door, { booking }: Found): ShareState =>
  readShareState(db, booking, clock.nowMs(), settings.booking)

/** A person who begins to download, not a program and not the next range of one. */
function countIfDownload({ db }: Door, found: Found, isDownload: boolean, { method, headers }: Caller): void {
  if (isDownload && method === 'GET' && isPerson(headers.get('user-agent')) && isBeginning(headers.get('range')))
    countDownload(db, found.link.id)
}

/** Absolute addresses for previews: as the settings say, else as the caller came (its host is one of ours by now). */
function baseUrlFor({ settings }: Door, { headers, secure }: Caller): string {
  return settings.share.baseUrl ?? `${secure ? 'https' : 'http'}://${headers.get('host') ?? 'localhost'}`
}

const notReady = (): EzrecError =>
  new EzrecError('not_found', 'the film is not ready yet', { hint: 'the page of this link shows it as soon as it is' })
