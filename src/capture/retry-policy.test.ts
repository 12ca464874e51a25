import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { causeOf } from './drivers/failure-cause.ts'
import { isLasting, lastingWaitMs, openTelling, usualWaitMs } from './retry-policy.ts'

test('the first start after a sound life is at once, later ones wait up to about three seconds', () => {
  assert.deepEqual([usualWaitMs(0), usualWaitMs(1)], [0, 0])
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 1_000 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (lives, random) => {
      const wait = usualWaitMs(lives, undefined, () => random)
      assert.ok(wait >= 50 && wait <= 3_050)
    }),
  )
})

test('while somebody must change something it is tried ever more rarely, and at least twice a minute', () => {
  assert.deepEqual([1, 2, 3, 4, 5, 6, 1_000].map(lastingWaitMs), [2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
})

test('what passes by itself is never taken for what lasts', () => {
  const lasting = (words: string): boolean => isLasting(causeOf(words))
  for (const words of [
    'Camera frontend has timed out!',
    'failed to acquire camera',
    'Connection refused',
    'Connection timed out',
    'segmentation fault',
    '',
    'failed to allocate capture buffers',
  ])
    assert.equal(lasting(words), false, words)
  for (const words of [
    'Permission denied',
    'no cameras available',
    '/dev/video0: No such file or directory',
    'Server returned 401 Unauthorized',
    'unrecognised option --x',
  ])
    assert.equal(lasting(words), true, words)
})

test('the same trouble is told once in ten minutes, another one at once', () => {
  const telling = openTelling()
  const at = (seconds: number, what = 'a'): boolean => telling.isNews(what, seconds * 1e6)
  assert.deepEqual([at(0), at(1), at(599), at(600), at(601), at(602, 'b'), at(603)], [true, false, false, true, false, true, true])
  telling.forget()
  assert.equal(at(604), true)
})
