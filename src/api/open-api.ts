// The route table as an OpenAPI 3.1 document.
// Never describes a route that the table does not have.

import { OpenAPIHono, z, type RouteConfig } from '@hono/zod-openapi'
import packageFacts from '../../package.json' with { type: 'json' }
import { failureSchema, successOf } from './answer/envelope.ts'
import { statusOf, type ProblemCode } from './answer/problem.ts'
import { cookieName } from './routing/principal.ts'
import type { Route } from './routing/route.ts'

/** The document, as JSON text. */
export function openApiOf(routes: readonly Route[]): string {
  const app = new OpenAPIHono() // for its register of schemas alone: the router serves
  const registry = app.openAPIRegistry
  registry.registerComponent('securitySchemes', 'key', { type: 'http', scheme: 'bearer', description: 'ezk_...: ./ezrec key add' })
  for (const [scheme, secure] of sessionSchemes)
    registry.registerComponent('securitySchemes', scheme, {
      type: 'apiKey',
      in: 'cookie',
      name: cookieName(secure),
      description: `set by POST /login ${secure ? 'under TLS' : 'without TLS'}`,
    })
  for (const route of routes) registry.registerPath(describe(route))
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'EZREC',
      version: packageFacts.version,
      description: 'Bookings, films and share links of one box. Every JSON answer is in one envelope; a fault has its code in `error`.',
      license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
    },
  })
  return JSON.stringify(document)
}

const sessionSchemes = [
  ['session', false],
  ['sessionUnderTls', true],
] as const

const onceHeader = z.object({
  'idempotency-key': z.string().max(255).optional().describe('for a day the same key does this once and is answered the same'),
})

function describe(route: Route): RouteConfig {
  const { method, path, tag, summary, needs, limits, params, query, body, success, makes, takesBytes } = route
  const words = [needs === 'open' ? 'Open.' : `Needs the role ${needs}.`, limits].filter(Boolean).join(' ')
  return {
    method,
    path,
    tags: [tag],
    summary,
    description: words,
    ...(needs === 'open' ? { security: [] } : { security: [{ key: [] }, ...sessionSchemes.map(([scheme]) => ({ [scheme]: [] }))] }),
    request: {
      params,
      query,
      ...(makes === undefined ? {} : { headers: onceHeader }),
      ...(body === undefined ? {} : { body: { required: !body.isOptional(), content: { 'application/json': { schema: body } } } }),
      ...(takesBytes === true ? { body: { required: true, content: binaryOf(['application/octet-stream']) } } : {}),
    },
    responses: {
      ...Object.fromEntries(
        successesOf(success).map((status) => [
          status,
          status === 304 ? { description: 'as the caller has it' } : { description: 'done', content: contentOf(success) },
        ]),
      ),
      ...failures(route),
    },
  }
}

const contentOf = (success: Route['success']): ZodContentObject =>
  'data' in success ? { 'application/json': { schema: successOf(success.data) } } : binaryOf(success.media.split(', '))

const binaryOf = (types: readonly string[]): ZodContentObject =>
  Object.fromEntries(types.map((type) => [type, { schema: { type: 'string' as const, format: 'binary' } }]))

/** The statuses of a success. */
export const successesOf = ({ statuses = [200] }: Route['success']): readonly number[] =>
  servesRanges({ statuses }) ? [...statuses, 304] : statuses

const servesRanges = ({ statuses = [] }: { readonly statuses?: readonly number[] }): boolean => statuses.includes(206)

/** The problems a route names, and those that come with its kind. A body is judged before anybody looks whether the route wants one. */
export function problemsOf(
  route: Pick<Route, 'problems' | 'needs' | 'method' | 'makes' | 'success'> & { readonly beforeClaim?: true; readonly ofUser?: true },
): ProblemCode[] {
  return [
    ...new Set<ProblemCode>([
      ...route.problems,
      'misdirected_request',
      'invalid',
      'rate_limited',
      ...(route.makes === undefined ? [] : (['conflict'] as const)),
      ...(route.beforeClaim === true ? [] : (['unauthorized'] as const)),
      ...(route.needs === 'open' ? [] : (['forbidden'] as const)),
      ...(route.ofUser === true ? (['not_found'] as const) : []), // another user's
      ...(route.method === 'get' ? [] : (['forbidden', 'bad_request', 'not_json', 'payload_too_large', 'unsupported_media_type'] as const)),
      ...(servesRanges(route.success) ? (['range_not_satisfiable'] as const) : []),
    ]),
  ]
}

type ZodContentObject = NonNullable<NonNullable<RouteConfig['request']>['body']>['content']

function failures(route: Route): RouteConfig['responses'] {
  const byStatus = Map.groupBy(problemsOf(route), (code) => statusOf[code])
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      status,
      { description: codes.join(' or '), content: { 'application/json': { schema: failureSchema } } },
    ]),
  )
}
