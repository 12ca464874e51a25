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
      audits: { not: 'it does nothing' },
    },
    () => {
      throw new HttpFault('gone', `this route of the original is not kept; use ${instead}`, hint, successor(instead))
    },
  ),
)
