import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import fc from 'fast-check'
import { z } from 'zod'
import { failureSchema, successOf } from '../../src/api/answer/envelope.ts'
import { routeTable } from '../../src/api/route-table.ts'
import { makeRouter } from '../../src/api/router.ts'
import { openDoor } from '../../src/api/routing/door.ts'
import type { Route } from '../../src/api/routing/route.ts'
import { openApiBox, type ApiBox } from './api-box.ts'
import { addFilmRow } from './film-row.ts'

/** It would start services of whoever runs the tests; its own test has a stand-in. */
const spared = new Set(['post /system/restart'])

const nasty = fc.oneof(
  fc.constantFrom(
    '',
    '..',
    '../../etc/passwd',
    '%2e%2e%2f',
    'a\r\nx-evil: 1',
    '\0',
    '\u202e\ud800',
    "' or 1=1 --",
    '__proto__',
    'NaN',
    '-1',
    '1e400',
    '9'.repeat(40),
    '\u0000'.repeat(9),
    '2031-05-02T19:30Z',
    '+275760-09-13T00:00:00Z',
    '0_0',
    '-9007199254740993_x',
    '1',
    'true',
  ),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ maxLength: 3_000, size: 'max' }),
)
const value = fc.oneof({ weight: 4, arbitrary: nasty }, fc.jsonValue(), fc.double(), fc.integer())

/** Every name of a field in a schema, at any depth. */
function fieldsOf(schema: z.ZodType | undefined): string[] {
  if (!schema) return []
  const names = new Set<string>(['__proto__', 'constructor'])
  const walk = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return
    if ('properties' in node && typeof node.properties === 'object' && node.properties !== null)
      for (const name of Object.keys(node.properties)) names.add(name)
    for (const inner of Object.values(node)) walk(inner)
  }
  walk(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }))
  return [...names]
}

const someOf = <T>(names: readonly string[], values: fc.Arbitrary<T>): fc.Arbitrary<Record<string, T>> =>
  names.length === 0 ? fc.constant({}) : fc.dictionary(fc.constantFrom(...names), values, { maxKeys: names.length })

suite('whatever is sent to a route', () => {
  let box: ApiBox
  let router: ReturnType<typeof makeRouter>
  let known: string[] = []
  before(async () => {
    box = await openApiBox()
    const film = addFilmRow(box.app, { startsAtMs: Date.parse('2026-05-02T17:30:00Z'), bytes: 1, atMs: 1, status: 'complete' })
    const nowMs = box.app.clock.nowMs()
    const { booking } = await box.app.bookings.create({ startsAtMs: nowMs + 3_600_000, endsAtMs: nowMs + 7_200_000, userId: 'local' })
    known = [film, booking.id]
    router = makeRouter(routeTable, openDoor(box.app, { host: '127.0.0.1', publicUrl: 'http://127.0.0.1:1' }))
  })
  after(() => box[Symbol.asyncDispose]())

  const send = async (
    { method, path: where }: Route,
    params: readonly string[],
    query: Record<string, string>,
    body: string | undefined,
  ): Promise<Response> => {
    let n = 0
    const filled = where.replaceAll(/\{\w+\}/g, () => encodeURIComponent((params[n++] ?? 'x').toWellFormed()) || 'x')
    const asked = new URLSearchParams(Object.entries(query).map(([name, text]) => [name, text.toWellFormed()])).toString()
    const headers = {
      host: '127.0.0.1',
      authorization: `Bearer ${box.keys.admin}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    }
    const request = new Request(`http://127.0.0.1${filled}?${asked}`, {
      method: method.toUpperCase(),
      headers,
      ...(body === undefined || method === 'get' ? {} : { body }),
    })
    return router.request(request, undefined, { incoming: { socket: { remoteAddress: '127.0.0.1' } } })
  }

  for (const route of routeTable.filter(({ method, path: where }) => !spared.has(`${method} ${where}`)))
    test(`${route.method} ${route.path} answers in the envelope, never with a fault of the box, and tells nothing of it`, async () => {
      const object = someOf(fieldsOf(route.body), value)
      const body = fc.oneof(
        fc.oneof(object, fc.array(object, { maxLength: 3 }), fc.jsonValue()).map((made) => JSON.stringify(made)),
        fc.string({ maxLength: 200 }),
      )
      const id = fc.oneof(
        fc.nat(1).map((n) => known[n] ?? ''),
        nasty,
      )
      await fc.assert(
        fc.asyncProperty(
          fc.array(id, { minLength: 2, maxLength: 2 }),
          someOf(Object.keys(route.query.shape), nasty),
          fc.option(body, { nil: undefined }),
          async (params, query, sent) => {
            const answer = await send(route, params, query, route.body === undefined ? undefined : sent)
            const told = `${answer.status} ${JSON.stringify({ params, query, sent }).slice(0, 500)}`
            assert.ok(answer.status < 500, told)
            assert.equal(answer.headers.get('x-evil'), null, told)
            const isJson = (answer.headers.get('content-type') ?? '').startsWith('application/json')
            const text = isJson ? await answer.text() : ''
            if (!isJson) await answer.body?.cancel() // one of them never ends by itself
            assert.ok(!text.includes(box.home) && !/\n\s+at |node:internal|\.ts:\d/.test(text), told)
            if (isJson && route.path !== '/openapi.json') z.union([failureSchema, successOf(z.unknown())]).parse(JSON.parse(text))
          },
        ),
        { numRuns: 15 },
      )
    })
})
