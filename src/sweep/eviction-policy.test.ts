import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { claimsOn, footageToEvict, isEvictable, type Claim, type Footage } from './eviction-policy.ts'

const published: Claim = { fromMs: 100_000, toMs: 200_000, videoId: 'v' }
const take: Footage = { takeId: 't', fromMs: 90_000, toMs: 205_000, over: true, bytes: 10, claims: [published] }

test('footage goes when every booking that it touches has its film in the store', () => {
  assert.equal(isEvictable(take), true)
  assert.equal(isEvictable({ ...take, claims: [published, { fromMs: 200_000, toMs: 300_000, videoId: undefined }] }), false)
  assert.equal(isEvictable({ ...take, claims: [published, { fromMs: 300_000, toMs: 400_000, videoId: undefined }] }), true, 'far off')
  assert.equal(isEvictable({ ...take, claims: [] }), false, 'nobody made a film of it')
  assert.equal(isEvictable({ ...take, over: false }), false, 'it may still grow')
  assert.equal(isEvictable({ ...take, bytes: 0 }), false)
})

test('a window that ends where a take begins touches it, by two seconds', () => {
  const touched = (fromMs: number, toMs: number): number => claimsOn({ ...take, claims: [{ fromMs, toMs, videoId: undefined }] }).length
  assert.deepEqual(
    [touched(0, 88_000), touched(0, 88_001), touched(206_999, 300_000), touched(207_000, 300_000), touched(150_000, 150_000)],
    [0, 1, 1, 0, 0],
  )
})

test('the oldest goes first, and no more than is needed', () => {
  const all = [3, 1, 2].map((n) => ({ ...take, takeId: `${n}`, fromMs: take.fromMs + n }))
  const chosen = (bytes: number): string =>
    footageToEvict(all, bytes)
      .map(({ takeId }) => takeId)
      .join('')
  assert.deepEqual([0, 1, 10, 11, 999].map(chosen), ['', '1', '1', '12', '123'])
})

test('nothing that touches an unpublished booking is ever chosen, however much is wanted', () => {
  const stretch = fc.tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 30 })).map(([from, length]) => ({
    fromMs: from * 1_000,
    toMs: (from + length) * 1_000,
  }))
  const claim = fc.tuple(stretch, fc.boolean()).map(([each, isPublished]): Claim => ({ ...each, videoId: isPublished ? 'v' : undefined }))
  const footage = fc
    .tuple(stretch, fc.boolean(), fc.nat({ max: 50 }), fc.array(claim, { maxLength: 6 }))
    .map(([each, over, bytes, claims]) => ({ ...each, over, bytes, claims }))
  fc.assert(
    fc.property(fc.array(footage, { maxLength: 12 }), fc.nat({ max: 500 }), (given, bytes) => {
      const all = given.map((each, n): Footage => ({ ...each, takeId: `${n}` }))
      const chosen = footageToEvict(all, bytes)
      for (const each of chosen) {
        assert.ok(each.over)
        for (const { fromMs, toMs, videoId } of each.claims)
          if (videoId === undefined && fromMs < toMs) assert.ok(toMs <= each.fromMs - 2_000 || fromMs >= each.toMs + 2_000)
      }
      const freed = chosen.reduce((sum, each) => sum + each.bytes, 0)
      assert.ok(freed >= bytes || chosen.length === all.filter(isEvictable).length)
      assert.ok(chosen.length === 0 || freed - (chosen.at(-1)?.bytes ?? 0) < bytes, 'the last one was needed')
    }),
    { numRuns: 500 },
  )
})
