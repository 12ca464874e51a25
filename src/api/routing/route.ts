// What a route is: one value from which the router, the OpenAPI document and the tests of roles all come.
// Never knows a particular route.

import { z } from 'zod'
import { EzrecError } from '../../base/errors.ts'
import { plainIssue } from '../../base/plain-issue.ts'
import type { Answer } from '../answer/envelope.ts'
import type { ProblemCode } from '../answer/problem.ts'
import type { Audited } from '../guard/audit.ts'
import type { Role, Scope } from '../people/role.ts'
import type { Principal } from './principal.ts'
import type { Door } from './door.ts'

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'

/** Who asks, how, and what of the request stands outside path, query and body. */
export type Caller = {
  readonly principal: Principal | undefined
  readonly address: string
  /** The request came over TLS, by the word of a trusted proxy. */
  readonly secure: boolean
  readonly method: string
  readonly headers: Headers
  /** The body as it comes, of a route that takes bytes. */
  readonly bytes: ReadableStream<Uint8Array> | null
}

/** What a success looks like: data in the envelope, or bytes of a media type. Where ranges are served (206), what is known is answered 304, too. */
export type Success =
  | { readonly data: z.ZodType; readonly statuses?: readonly (200 | 201 | 202)[] }
  | { readonly media: string; readonly statuses?: readonly (200 | 206 | 304 | 308)[] }

type Facts = {
  readonly method: Method
  /** With `{name}` for parameters, as in OpenAPI. */
  readonly path: string
  /** Whose request it answers; `open` needs no key. */
  readonly needs: 'open' | Role
  /** A key that is bound to a user may ask, and is answered of that user's own alone. Any other route refuses such a key. */
  readonly ofUser?: true
  /** The key of a device with one of these scopes may ask. Any other route refuses such a key. */
  readonly scopes?: readonly Scope[]
  /** Of one with `ofUser`: the role of those who are not bound to a user. */
  readonly needsUnbound?: Role
  /** Served beyond this machine even while the box has no account. */
  readonly beforeClaim?: true
  /** Its body is bytes, which it reads and bounds itself, as long as they keep coming. */
  readonly takesBytes?: true
  /** Its address is the right to ask: a page that CORS_ORIGINS names needs no key for it. */
  readonly signed?: true
  readonly tag: 'bookings' | 'films' | 'original' | 'people' | 'share' | 'system'
  readonly summary: string
  readonly success: Success
  /** Beyond those that any such route may answer. */
  readonly problems: readonly ProblemCode[]
  /** A POST that makes something heeds an Idempotency-Key; `secret`: its answer is shown once and never kept. */
  readonly makes?: 'anew' | 'secret'
  /** Of an open one that makes something: whose the key is. Nobody's is not heeded. */
  readonly asker?: (caller: Caller, door: Door) => string | undefined
  /** What a success is in the audit: the router writes it; `within`: the route itself does, with what it does or before. What changes something and is not there says why. */
  readonly audits?: Audited['what'] | { readonly within: Audited['what'] } | { readonly not: string }
  /** Limits beyond those of the server, in words. */
  readonly limits?: string
}

export type Route = Facts & {
  readonly params: z.ZodObject
  readonly query: z.ZodObject
  readonly body: z.ZodType | undefined
  /** Judges the parts, then answers. Errors: `invalid` for a part that breaks its schema; what the route throws. */
  run(parts: Parts, caller: Caller, door: Door): Promise<Answer | Response>
}

/** Of a request, before they are judged. */
export type Parts = { readonly params: unknown; readonly query: unknown; readonly body: unknown }

/** It is for a person's browser. */
export const isPage = ({ success }: Pick<Route, 'success'>): boolean => 'media' in success && success.media === 'text/html'

/** `audits` of what operators do all day. */
export const dailyWork = { not: 'daily work: its rows, events and log tell it' } as const

const nothing = z.object({})

type RequestOf<P, Q, B> = { readonly params: P; readonly query: Q; readonly body: B; readonly caller: Caller }

type Handler<P, Q, B> = (request: RequestOf<P, Q, B>, door: Door) => Answer | Response | Promise<Answer | Response>

/** Declares a route: its schemas type its handler. */
export function route<P extends z.ZodObject = typeof nothing, Q extends z.ZodObject = typeof nothing, B extends z.ZodType = z.ZodUndefined>(
  facts: Facts & { readonly params?: P; readonly query?: Q; readonly body?: B },
  handle: Handler<z.output<P>, z.output<Q>, z.output<B>>,
): Route {
  const { params = nothing, query = nothing, body } = facts
  return {
    ...facts,
    params,
    query,
    body,
    run: async (parts, caller, door) => {
      if (facts.needs !== 'open' && facts.tag !== 'original' && 'data' in facts.success) assertNamed(query, parts.query)
      const judged = {
        params: judge(params, parts.params, 'path'),
        query: judge(query, parts.query, 'query'),
        body: judge(body ?? z.unknown(), parts.body, 'body'),
        caller,
      }
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each part was just made by its own schema, or by the default of one left out
      return handle(judged as RequestOf<z.output<P>, z.output<Q>, z.output<B>>, door)
    },
  }
}

/** A filter that is misspelt would be answered with everything. Pages and films are spared, to whose links others add, and the original's callers. */
function assertNamed(query: z.ZodObject, asked: unknown): void {
  const names = Object.keys(query.shape)
  const strange = Object.keys(typeof asked === 'object' && asked !== null ? asked : {}).find((name) => !names.includes(name))
  if (strange === undefined) return
  throw new EzrecError('invalid', `query.${strange.slice(0, 40)}: is not asked for here`, {
    hint: names.length === 0 ? 'leave it out' : `there is ${names.join(', ')}`,
  })
}

/** Faults by place, never the value itself: it may be a password. */
function judge(schema: z.ZodType, value: unknown, part: string): unknown {
  const parsed = schema.safeParse(value, { error: plainIssue })
  if (parsed.success) return parsed.data
  const faults = faultsOf(parsed.error.issues)
    .slice(0, 10)
    .map(({ path, message }) => `${[part, ...path].join('.')}: ${message}`)
  throw new EzrecError('invalid', faults.join('; ').slice(0, 1_000), { hint: 'GET /openapi.json has the form of each request' })
}

type Issue = { readonly path: readonly PropertyKey[]; readonly message: string }

/** Of several forms that do not fit, the one that the value comes nearest to: where the fault lies deepest. */
function faultsOf(issues: readonly z.core.$ZodIssue[]): Issue[] {
  return issues.flatMap((issue): Issue[] => {
    if (issue.code !== 'invalid_union') return [{ path: issue.path, message: issue.message }]
    const branches = issue.errors.map((errors) =>
      faultsOf(errors).map(({ path, message }) => ({ path: [...issue.path, ...path], message })),
    )
    const [nearest] = branches.toSorted((a, b) => (b[0]?.path.length ?? 0) - (a[0]?.path.length ?? 0))
    return nearest ?? [{ path: issue.path, message: issue.message }]
  })
}
