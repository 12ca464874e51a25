// The one form of every JSON answer: the seed's envelope, for success and for faults.
// Never decides a status: problem.ts does for faults, each route for the rest.

import { z } from 'zod'
import type { Facts } from '../../base/errors.ts'
import type { Problem } from './problem.ts'

const timestamp = z.iso.datetime()

export const successOf = <S extends z.ZodType>(data: S) => z.object({ success: z.literal(true), data, message: z.string(), timestamp })

export const failureSchema = z.object({
  success: z.literal(false),
  error: z.string(),
  message: z.string(),
  details: z.record(z.string(), z.unknown()),
  timestamp,
})

type Headers = Readonly<Record<string, string>>

/** On every answer, whatever it is, unless it says otherwise: pages and files have a policy of their own. */
export const everyAnswer = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-robots-tag': 'noindex, nofollow',
} as const

/** What of a success the audit tells beside its kind; without it, the id in the path. */
export type About = { readonly subjectId?: string; readonly facts?: Facts }

/** What a route answers. `about: null`: nothing was done, so the audit has nothing to tell. */
export type Answer = {
  readonly status?: 200 | 201 | 202
  readonly data: unknown
  readonly message: string
  readonly headers?: Headers
  readonly about?: About | null
}

export function succeed({ status = 200, data, message, headers = {} }: Answer, nowMs: number): Response {
  return json(status, { success: true, data, message, timestamp: at(nowMs) }, headers)
}

export function fail({ code, status, message, details, headers }: Problem, nowMs: number): Response {
  return json(status, { success: false, error: code, message, details, timestamp: at(nowMs) }, headers)
}

const json = (status: number, document: unknown, headers: Headers): Response =>
  new Response(JSON.stringify(document), {
    status,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      ...headers,
    },
  })

const at = (nowMs: number): string => new Date(nowMs).toISOString()
