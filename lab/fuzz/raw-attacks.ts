// What may come over a connection to the server besides well-made HTTP: each way with how many answers it may get.
// Pure: bytes and pauses. Never more than one connection each.

import { Buffer } from 'node:buffer'
import { crlf, get, latin, oneOf, post, whole, type Attack, type Kind, type Random } from './attack-form.ts'
import { hosts, manners, methods, oddBytes, percents, targets, versions } from './raw-words.ts'
import type { Step } from './raw-socket.ts'

/** Each kind in turn; `n` counts them, `key` is an operator's. */
export function attack(n: number, random: Random, key: string): Attack {
  const kind = kinds[n % kinds.length] ?? kinds[0]
  return kind(random, key, Math.floor(n / kinds.length))
}

/** At every byte in turn, then at every byte at once. */
const split: Kind = (random, key, turn) => {
  const text = oneOf(
    random,
    get('/test-alive'),
    get('/bookings', `Authorization: Bearer ${key}`),
    post('/login', '{"name":1}', 'Content-Length: 10'),
  )
  const statuses = text.startsWith('POST') ? [422, 429] : [200]
  const bytes = latin(text)
  const at = 1 + (turn % (bytes.length - 1))
  const steps = turn % 40 === 39 ? [...bytes].map((byte) => Buffer.of(byte)) : [bytes.subarray(0, at), 1, bytes.subarray(at)]
  return { name: 'split', steps, least: 1, most: 1, statuses }
}

const pipelined: Kind = (random, key) => {
  const many = 2 + whole(random, 12)
  const texts = Array.from({ length: many }, () =>
    oneOf(
      random,
      get('/test-alive'),
      get('/bookings', `Authorization: Bearer ${key}`),
      get('/nothing'),
      get('/s/x'),
      get('/test-alive').replace('GET', 'HEAD'),
      post('/court/stop', '{}', 'Content-Length: 2'),
    ),
  )
  const bytes = latin(texts.join(''))
  const at = whole(random, bytes.length)
  return {
    name: 'pipelined',
    steps: [bytes.subarray(0, at), bytes.subarray(at)],
    least: many,
    most: many,
    heads: texts.flatMap((text, index) => (text.startsWith('HEAD') ? [index] : [])),
    statuses: [200, 404, 429],
  }
}

/** One request in the words of one reader, two in those of another: it must never be two. */
const lengths: Kind = (random) => {
  const inner = get('/test-alive')
  const size = Buffer.byteLength(inner)
  const lines = oneOf(
    random,
    ['Content-Length: 5', 'Transfer-Encoding: chunked'],
    ['Transfer-Encoding: chunked', `Content-Length: ${size + 5}`],
    ['Content-Length: 0', `Content-Length: ${size}`],
    [`Content-Length: ${size}, 0`],
    [`Content-Length: +${size}`],
    [`Content-Length: 0x${size.toString(16)}`],
    ['Content-Length: -1'],
    ['Content-Length: 99999999999999999999999'],
    [`Content-Length : ${size}`],
    ['Transfer-Encoding : chunked'],
    ['Transfer-Encoding: xchunked'],
    ['Transfer-Encoding: chunked, identity'],
    ['Transfer-Encoding: identity', `Content-Length: ${size}`],
    ['Transfer-Encoding:\tchunked', 'Content-Length: 5'],
    ['Transfer-Encoding:', ' chunked', 'Content-Length: 5'],
    ['Transfer-Encoding: chunked', 'Transfer-Encoding: x', 'Content-Length: 5'],
    ['X: y\rTransfer-Encoding: chunked', 'Content-Length: 5'],
  )
  return {
    name: 'lengths',
    steps: [latin(post('/court/stop', `0${crlf}${crlf}${inner}`, ...lines))],
    least: 0,
    most: 1,
    untilClosed: false,
    statuses: [400, 404, 413, 415, 501],
  }
}

const chunks: Kind = (random) => {
  const head = post('/court/stop', '', 'Transfer-Encoding: chunked')
  const body = oneOf(
    random,
    `zz${crlf}ab${crlf}0${crlf}${crlf}`,
    `-1${crlf}ab${crlf}0${crlf}${crlf}`,
    `FFFFFFFFFFFFFFFFF${crlf}ab`,
    `2${crlf}abcd${crlf}0${crlf}${crlf}`,
    `2\nab\n0\n\n`,
    `2;${'x'.repeat(40_000)}${crlf}{}${crlf}0${crlf}${crlf}`,
    `2;a=b${crlf}{}${crlf}0${crlf}X-Evil: 1${crlf}${crlf}`,
    `2${crlf}{}${crlf}0${crlf}${'T: x\r\n'.repeat(4_000)}${crlf}`,
    crlf,
    ` 2${crlf}{}${crlf}0${crlf}${crlf}`,
    `0x2${crlf}{}${crlf}0${crlf}${crlf}`,
  )
  return { name: 'bad chunks', steps: [latin(head), latin(body)], least: 0, most: 2, statuses: [400, 404, 413, 415, 431] }
}

const hugeHeaders: Kind = (random) => {
  const steps = oneOf(
    random,
    get('/test-alive', `X: ${'x'.repeat(17_000)}`),
    get('/test-alive', ...Array.from({ length: 3_000 }, (_, n) => `X-${n}: y`)),
    get(`/test-alive?${'x'.repeat(17_000)}`),
    get('/test-alive', `Cookie: ${'a=b; '.repeat(4_000)}`),
    get('/test-alive', `${'x'.repeat(17_000)}: 1`),
    `GET /${'x'.repeat(40_000)}`,
  )
  return { name: 'huge headers', steps: [latin(steps)], least: 1, most: 1, statuses: [431, 400] }
}

const hugeBodies: Kind = (random, key) => {
  const piece = latin(`10000${crlf}${'x'.repeat(65_536)}${crlf}`)
  const authorized = `Authorization: Bearer ${key}`
  const steps = oneOf<readonly Step[]>(
    random,
    [latin(post('/bookings', '', authorized, 'Content-Length: 10000000000')), latin('x'.repeat(100_000))],
    [latin(post('/bookings', `"${'x'.repeat(70_000)}"`, authorized, 'Content-Length: 70002'))],
    [latin(post('/bookings', '', authorized, 'Transfer-Encoding: chunked')), ...Array.from({ length: 40 }, () => piece)],
    [latin(post('/bookings', '', 'Transfer-Encoding: chunked')), ...Array.from({ length: 40 }, () => piece)],
    [latin(get('/test-alive', 'Content-Length: 200000')), latin('x'.repeat(200_000))],
  )
  return { name: 'huge bodies', steps, least: 0, most: 2, statuses: [413, 401, 400, 200, 431] }
}

/** Goes away in the middle, in every way. */
const leaving: Kind = (random, key) => {
  const text = oneOf(
    random,
    get('/bookings', `Authorization: Bearer ${key}`),
    get('/videos', `Authorization: Bearer ${key}`),
    post('/bookings', '{"start_time":', `Authorization: Bearer ${key}`, 'Content-Length: 1000'),
    'GET /te',
    post('/court/enter', '', 'Transfer-Encoding: chunked'),
  )
  return { name: 'leaving', steps: [latin(text)], least: 0, most: 1 }
}

const kinds: readonly [Kind, ...Kind[]] = [
  split,
  pipelined,
  split,
  lengths,
  chunks,
  split,
  oddBytes,
  percents,
  split,
  targets,
  hosts,
  pipelined,
  versions,
  methods,
  manners,
  leaving,
  hugeHeaders,
  lengths,
  hugeBodies,
]

/** A request that comes a byte at a time, for longer than its headers may take. */
export const dribbled = (everyMs: number, forMs: number): Attack => {
  const bytes = [...latin(get('/test-alive', `X: ${'x'.repeat(Math.ceil(forMs / everyMs))}`))]
  return {
    name: 'dribbled',
    steps: bytes.slice(0, Math.ceil(forMs / everyMs)).flatMap((byte): Step[] => [Buffer.of(byte), everyMs]),
    least: 0,
    most: 1,
    statuses: [408],
    untilClosed: true,
  }
}
