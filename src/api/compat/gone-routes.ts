// Old routes that are not kept, each with what to use instead: answered 410 to those who would have been let in.
// Never does anything.

import { z } from 'zod'
import { HttpFault } from '../answer/problem.ts'
import { route, type Method, type Route } from '../routing/route.ts'
import { successor } from './successor.ts'

type Gone = { readonly method: Method; readonly path: string; readonly instead: string; readonly hint: string }

const gone: readonly Gone[] = [
  {
    method: 'post',
    path: '/system',
    instead: '/docs',
    hint: 'logos and intro are settings: MAIN_LOGO_PATH, SPONSOR_LOGO_1, INTRO_VIDEO_PATH and their like',
  },
  { method: 'get', path: '/media/presign', instead: '/docs', hint: 'logos and intro are files of the box, named by its settings' },
  { method: 'post', path: '/media/notify', instead: '/docs', hint: 'logos and intro are files of the box, named by its settings' },
  {
    method: 'get',
    path: '/live-preview',
    instead: '/recordings/{id}/live/index.m3u8',
    hint: 'the film is live while it is made: GET /bookings tells its path; GET /cameras/{camera}/preview shows an empty court to operators',
  },
  {
    method: 'post',
    path: '/share/{token}/download',
    instead: '/s/{token}/film',
    hint: 'nothing need be told: downloads are counted where they happen',
  },
]

export const goneRoutes: readonly Route[] = gone.map(({ method, path, instead, hint }) =>
  route(
    {
      method,
      path,
      needs: method === 'get' ? 'viewer' : 'operator',
      tag: 'original',
      summary: `Not kept: ${instead}`,
      ...(path.includes('{token}') ? { params: z.object({ token: z.string().max(200) }) } : {}),
      success: { data: z.object({}) },
      problems: ['gone'],
    },
    () => {
      throw new HttpFault('gone', `this route of the original is not kept; use ${instead}`, hint, successor(instead))
    },
  ),
)
