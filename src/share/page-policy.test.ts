import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { longestSignedMs } from '../publish/stores/s3/signed-url.ts'
import { pageOrder, signedUntil, type PageFacts } from './page-policy.ts'

const day = 86_400_000
const written: PageFacts = {
  createdAtMs: 0,
  expiresAtMs: 30 * day,
  revokedAtMs: null,
  writtenAtMs: 0,
  signedUntilMs: 7 * day,
  removedAtMs: null,
  filmMovedAtMs: null,
  smallerSentAtMs: null,
}

test('a page is written once, anew before its addresses end, when its film went elsewhere and when there is a smaller version of it, and taken away at its end', () => {
  const orders: [Partial<PageFacts>, number, string][] = [
    [{ writtenAtMs: null, signedUntilMs: null }, 0, 'write'],
    [{}, 3 * day, 'nothing'],
    [{}, 4 * day, 'write'],
    [{ expiresAtMs: 7 * day }, 6.9 * day, 'nothing'], // they live as long as the link
    [{ filmMovedAtMs: 1 }, 2, 'write'],
    [{ filmMovedAtMs: 1, writtenAtMs: 2 }, 3, 'nothing'],
    [{ smallerSentAtMs: 1 }, 2, 'write'],
    [{ smallerSentAtMs: 1, writtenAtMs: 2 }, 3, 'nothing'],
    [{ revokedAtMs: 1 }, 2, 'remove'],
    [{ revokedAtMs: 1, filmMovedAtMs: 1 }, 2, 'remove'],
    [{}, 30 * day, 'remove'],
    [{ revokedAtMs: 1, writtenAtMs: null }, 59_999, 'nothing'], // its first writing may be under way
    [{ revokedAtMs: 1, writtenAtMs: null }, 60_000, 'remove'],
    [{ revokedAtMs: 1, removedAtMs: 2 }, 40 * day, 'nothing'],
  ]
  for (const [change, nowMs, order] of orders) assert.equal(pageOrder({ ...written, ...change }, nowMs), order, JSON.stringify(change))
})

test('no address is signed beyond its link, and none for longer than seven days', () => {
  fc.assert(
    fc.property(fc.nat(40 * day), fc.nat(40 * day), (expiresAtMs, nowMs) => {
      const until = signedUntil(expiresAtMs, nowMs)
      assert.ok(until <= expiresAtMs && until - nowMs <= longestSignedMs)
    }),
  )
})
