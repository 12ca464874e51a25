// Requests for a route, made from its own schemas: good ones, ones that are spoilt in one place, and hostile ones.
// Never chooses who asks, and never sends anything.

import fc from 'fast-check'
import { z } from 'zod'
import type { Route } from '../../src/api/routing/route.ts'
import { hintsFor, type Known } from './hints.ts'
import { extraHeaders, hostileParts, type Parts } from './hostile.ts'
import { anyValue, spoil, valuesOf, type Hints } from './schema-values.ts'

export type Made = {
  readonly route: Route
  readonly method: string
  /** With its query. */
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  /** The route alone can have answered: no dot segments, no other method, no other name of the box. */
  readonly isCertain: boolean
  /** The client goes away before the answer. */
  readonly leaves: boolean
}

/** `known` is asked for each value anew, so that the same arbitrary serves all rounds. */
export function requestsFor(route: Route, known: () => Known, nowMs: number): fc.Arbitrary<Made> {
  const hints = hintsFor(route, known, nowMs)
  const good = goodParts(route, hints)
  const spoilt = fc
    .tuple(goodValues(route, hints), fc.nat(), anyValue)
    .map(([values, n, other]) => partsOf(n % 3 === 0 ? spoiltText(values, n, other) : { ...values, body: spoil(values.body, n, other) }))
  const hostile = hostileParts(route, good)
  return fc
    .record({
      parts: fc.oneof({ weight: 5, arbitrary: good }, { weight: 3, arbitrary: spoilt }, { weight: 3, arbitrary: hostile }),
      headers: extraHeaders,
      method: fc.oneof(
        { weight: 30, arbitrary: fc.constant('') },
        { weight: 2, arbitrary: fc.constant('HEAD') },
        { weight: 1, arbitrary: fc.constantFrom('PUT', 'DELETE', 'PATCH', 'POST', 'OPTIONS', 'TRACE', 'PROPFIND', 'QUERY') },
      ),
      isJson: fc.oneof(
        { weight: 12, arbitrary: fc.constant('application/json') },
        {
          weight: 1,
          arbitrary: fc.constantFrom(
            'text/plain',
            'application/json; charset=utf-8',
            'APPLICATION/JSON',
            'application/jsonp',
            'multipart/form-data; boundary=x',
            'application/x-www-form-urlencoded',
            '',
          ),
        },
      ),
      address: fc.oneof(
        { weight: 20, arbitrary: fc.nat(4_095).map((n) => `10.9.${n >> 8}.${n & 255}`) },
        { weight: 1, arbitrary: fc.constantFrom('192.0.2.1', '2001:db8::1', 'x', '1.2.3.4, 5.6.7.8', '127.0.0.1') },
      ),
      leaves: fc.nat(39).map((n) => n === 0),
    })
    .map((drawn) => assemble(route, drawn))
}

type Values = {
  readonly params: Readonly<Record<string, unknown>>
  readonly query: Readonly<Record<string, unknown>>
  readonly body: unknown
}

const schemaOf = (schema: z.ZodType): unknown => z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })

function goodValues(route: Route, hints: Hints): fc.Arbitrary<Values> {
  const asRecord = z.record(z.string(), z.unknown())
  return fc
    .record({
      params: valuesOf(schemaOf(route.params), hints),
      query: valuesOf(schemaOf(route.query), hints),
      body:
        route.body === undefined
          ? fc.constant(undefined)
          : fc.oneof(
              { weight: route.body.isOptional() ? 1 : 0, arbitrary: fc.constant(undefined) },
              { weight: 3, arbitrary: valuesOf(schemaOf(route.body), hints) },
            ),
      length: fc.integer({ min: 1, max: 600 }),
    })
    .map(({ params, query, body, length }) => ({
      params: asRecord.parse(params),
      query: asRecord.parse(query),
      body: withEndAfterStart(body, length),
    }))
}

const goodParts = (route: Route, hints: Hints): fc.Arbitrary<Parts> => goodValues(route, hints).map(partsOf)

const textsOf = (record: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(record).map(([name, value]) => [name, typeof value === 'string' ? value : (JSON.stringify(value) ?? '')]),
  )

const partsOf = ({ params, query, body }: Values): Parts => ({
  params: textsOf(params),
  query: textsOf(query),
  body: body === undefined ? undefined : JSON.stringify(body),
})

/** One of path and query instead of the body. */
function spoiltText({ params, query, body }: Values, n: number, other: unknown): Values {
  const names = [...Object.keys(params), ...Object.keys(query)]
  const name = names[n % Math.max(1, names.length)] ?? 'unknown'
  return name in params ? { params: { ...params, [name]: other }, query, body } : { params, query: { ...query, [name]: other }, body }
}

type Drawn = {
  readonly parts: Parts
  readonly headers: Readonly<Record<string, string>>
  readonly method: string
  readonly isJson: string
  readonly address: string
  readonly leaves: boolean
}

function assemble(route: Route, { parts, headers, method: other, isJson, address, leaves }: Drawn): Made {
  let isWhole = true
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const text = encodeURIComponent((parts.params[name] ?? 'x').toWellFormed())
    if (text === '' || /^\.{1,2}$/.test(text)) isWhole = false // the path is another one then
    return text
  })
  const query = new URLSearchParams(Object.entries(parts.query).map(([name, text]) => [name, text.toWellFormed()])).toString()
  const isHead = other === 'HEAD' && route.method === 'get'
  const method = isHead ? 'HEAD' : other === '' || other === 'HEAD' ? route.method.toUpperCase() : other
  const hasBody = parts.body !== undefined && !['GET', 'HEAD', 'OPTIONS', 'TRACE'].includes(method)
  return {
    route,
    method,
    target: query === '' ? path : `${path}?${query}`,
    headers: {
      'x-forwarded-for': address,
      ...(hasBody && isJson !== '' ? { 'content-type': isJson } : {}),
      ...headers,
    },
    body: hasBody ? parts.body : undefined,
    isCertain: isWhole && (isHead || method === route.method.toUpperCase()),
    leaves,
  }
}

/** Two times drawn apart seldom make a match: the end of each follows its start. */
function withEndAfterStart(value: unknown, minutes: number): unknown {
  if (Array.isArray(value)) return value.map((each, n) => withEndAfterStart(each, minutes + n * 7))
  if (typeof value !== 'object' || value === null) return value
  const order: Record<string, unknown> = { ...value }
  const start = order['startsAt'] ?? order['start_time']
  const startMs = typeof start === 'string' ? Date.parse(start) : Number.NaN
  if (Number.isNaN(startMs)) return value
  const end = new Date(startMs + minutes * 60_000).toISOString()
  for (const name of ['endsAt', 'end_time']) if (name in order) order[name] = end
  // So do two names of one field that say different things.
  for (const [name, other] of [
    ['startsAt', 'start_time'],
    ['userId', 'user_id'],
    ['callerId', 'id'],
  ] as const)
    if (name in order && other in order) order[other] = order[name]
  return order
}
