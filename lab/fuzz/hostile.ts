// Parts of requests that nobody sends who means well.
// Never makes a request of them.

import fc from 'fast-check'
import type { Route } from '../../src/api/routing/route.ts'
import { anyValue, nasty } from './schema-values.ts'

export type Parts = {
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  readonly body: string | undefined
}

const fields = (names: readonly string[], values: fc.Arbitrary<string>): fc.Arbitrary<Record<string, string>> =>
  fc
    .subarray([...names])
    .chain((some) => fc.tuple(...some.map((name) => values.map((text): [string, string] => [name, text]))))
    .map((entries) => Object.fromEntries(entries))

export function hostileParts(route: Route, good: fc.Arbitrary<Parts>): fc.Arbitrary<Parts> {
  const names = Object.keys(route.query.shape)
  return fc.oneof(
    fc.record({
      params: fields(Object.keys(route.params.shape), nasty),
      query: fields([...names, 'unknown', '__proto__'], nasty),
      body: fc.oneof(fc.constant(undefined), hostileBody),
    }),
    fc.tuple(good, hostileBody).map(([parts, body]) => ({ ...parts, body })),
  )
}

/** More than the 64 KiB that a body has, and more levels than a stack bears. */
const hostileBody: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: anyValue.map((value) => JSON.stringify(value)) },
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '[',
      '{"a":1,"a":2}',
      '\ufeff{}',
      '{"__proto__":{"role":"admin"}}',
      '{"constructor":{"prototype":{"x":1}}}',
      '1e999',
      '"\\ud800"',
      `${'['.repeat(30_000)}${']'.repeat(30_000)}`,
      `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`,
      `"${'x'.repeat(66_000)}"`,
      `[${'0,'.repeat(30_000)}0]`,
      `[${Array.from({ length: 200 }, () => '{}').join(',')}]`,
    ),
  },
)

const header = (name: string, ...values: readonly string[]): fc.Arbitrary<Record<string, string>> =>
  fc.constantFrom(...values).map((value) => ({ [name]: value }))

export const extraHeaders: fc.Arbitrary<Readonly<Record<string, string>>> = fc
  .array(
    fc.oneof(
      header(
        'range',
        'bytes=0-9',
        'bytes=-5',
        'bytes=5-2',
        'bytes=999999999-',
        'bytes=0-0,5-9',
        'bytes=0-',
        'items=1',
        `bytes=${'9'.repeat(40)}-`,
      ),
      header('if-range', '"x"', 'W/"x"', 'Sat, 02 May 2026 17:30:00 GMT'),
      header('if-none-match', '*', '"x"', 'W/"x"', ','),
      header('accept', 'application/x-ndjson', 'text/html', '*/*;q=x'),
      header('last-event-id', '0', '-1', '1', '9'.repeat(30), 'x'),
      header('idempotency-key', ...Array.from({ length: 24 }, (_, n) => `once-${n}`), 'two words', 'x'.repeat(256)),
      header('origin', 'http://127.0.0.1', 'https://evil.example', 'null', 'x'),
      header('sec-fetch-site', 'same-origin', 'cross-site', 'none'),
      header('user-agent', 'Mozilla/5.0 (X11; Linux) Firefox/140.0', 'WhatsApp/2.23', ''),
      header('x-forwarded-proto', 'https', 'x'),
      header('cookie', 'ezrec=', '__Host-ezrec=x', 'ezvisit=;ezcourt=', 'a=b; '.repeat(300)),
      header('host', 'evil.example', '127.0.0.1.evil.example'),
      header('content-encoding', 'gzip'),
      header('x-http-method-override', 'DELETE'),
      header('accept-encoding', 'gzip, br'),
    ),
    { maxLength: 2 },
  )
  .map((all) => Object.assign({}, ...all))
