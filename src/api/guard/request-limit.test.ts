import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EzrecError } from '../../base/errors.ts'
import { openRequestLimit, type Asker } from './request-limit.ts'

const start = ({ each = 3, open = 10 } = {}) => {
  let now = 1_000_000
  const lines: unknown[] = []
  const refusals: string[] = []
  const limit = openRequestLimit({
    settings: { requestsPerMinute: each, openRequestsPerMinute: open },
    logger: { warn: (facts: unknown) => void lines.push(facts) },
    nowMs: () => now,
    onRefused: (name) => void refusals.push(name),
  })
  /** Which limit was met; undefined when none was. */
  const ask = (asker: Partial<Asker>): string | undefined => {
    const before = refusals.length
    try {
      limit.count({ principalId: undefined, linkId: undefined, address: '192.0.2.1', ...asker })
      return undefined
    } catch (error) {
      assert.ok(error instanceof EzrecError && error.code === 'rate_limited')
      assert.ok(Number(error.facts['retryAfterSeconds']) >= 1)
      assert.equal(refusals.length, before + 1)
      return refusals.at(-1)
    }
  }
  const askOften = (times: number, asker: (n: number) => Partial<Asker>) => Array.from({ length: times }, (_, n) => ask(asker(n)))
  return { ask, askOften, lines, pass: (seconds: number) => void (now += seconds * 1_000) }
}

const free = (times: number): undefined[] => Array.from({ length: times }, () => undefined)
const addressOf = (n: number): string => `198.51.100.${n}`

test('a key or an account is counted for itself, wherever it asks from', () => {
  const { ask, askOften } = start()
  assert.deepEqual(
    askOften(4, (n) => ({ principalId: 'anna', address: addressOf(n) })),
    [...free(3), 'principal'],
  )
  assert.equal(ask({ principalId: 'ben', address: addressOf(0) }), undefined)
  assert.equal(ask({ address: addressOf(0) }), undefined)
})

test('a stranger is counted by address, an IPv6 network as one', () => {
  const { ask, askOften } = start()
  assert.deepEqual(
    askOften(4, (n) => ({ address: `2001:db8:1:2::${n}` })),
    [...free(3), 'address'],
  )
  assert.equal(ask({ address: '2001:db8:1:3::1' }), undefined)
})

test('who has a link is held up neither by others at the same address nor by others with the link elsewhere', () => {
  const { ask, askOften } = start()
  askOften(4, () => ({}))
  assert.deepEqual(
    askOften(4, () => ({ linkId: 'L' })),
    [...free(3), 'link'],
  )
  assert.equal(ask({ linkId: 'M' }), undefined)
  assert.equal(ask({ linkId: 'L', address: addressOf(1) }), undefined)
})

test('strangers from everywhere are refused together, and hold up no key, no account, no link and no program of this box', () => {
  const { ask, askOften } = start()
  assert.deepEqual(
    askOften(11, (n) => ({ address: addressOf(n) })),
    [...free(10), 'strangers'],
  )
  assert.deepEqual(
    [ask({ principalId: 'anna' }), ask({ linkId: 'L' }), ask({ address: '127.0.0.1' }), ask({ address: '::1' })],
    [undefined, undefined, undefined, undefined],
  )
})

test('links from everywhere are refused together, too, and hold up no stranger', () => {
  const { ask, askOften } = start()
  assert.equal(askOften(11, (n) => ({ linkId: 'L', address: addressOf(n) })).at(-1), 'links')
  assert.equal(ask({}), undefined)
})

test('a flood makes a line a minute for each limit, which tells how many were refused', () => {
  const { ask, askOften, lines, pass } = start()
  askOften(3, () => ({ principalId: 'anna' }))
  askOften(100, () => ({ principalId: 'anna' }))
  askOften(4, () => ({}))
  const of = { who: undefined, link: undefined, address: '192.0.2.1' }
  assert.deepEqual(lines, [
    { limit: 'principal', refused: 1, ...of, who: 'anna' },
    { limit: 'address', refused: 1, ...of },
  ])
  pass(60)
  askOften(3, () => ({ principalId: 'anna' }))
  assert.equal(lines.length, 2)
  assert.equal(ask({ principalId: 'anna' }), 'principal')
  assert.deepEqual(lines.at(-1), { limit: 'principal', refused: 100, ...of, who: 'anna' })
})
