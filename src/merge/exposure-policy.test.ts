import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { between, nextExposure } from './exposure-policy.ts'
import type { Exposure } from './stitch/exposure.ts'

const chunkSeconds = 2
const light = (gain: number, offset = 0): Exposure => ({ y: [gain, offset], u: [gain, 0], v: [gain, 0] })

test('ninety minutes of dusk are followed so closely that nobody sees a seam', () => {
  // The right camera sees the sun go: it needs twice the gain at the end, and gives in an hour and a half what a cloud would in seconds.
  const truth = (seconds: number): number => 0.9 + 0.9 * (seconds / 5_400)
  let now = light(truth(0))
  for (let seconds = 0; seconds < 5_400; seconds += chunkSeconds) {
    now = nextExposure(now, light(truth(seconds)), chunkSeconds)
    const offAtGrey = Math.abs(now.y[0] - truth(seconds + chunkSeconds)) * (126 - 16)
    assert.ok(offAtGrey < 0.3, `${offAtGrey} code values after ${seconds} s`)
  }
})

test('measurements that waver make no picture pump: what is seen wavers far less, and settles in between', () => {
  const wave = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 40, maxLength: 40 })
  fc.assert(
    fc.property(wave, (noise) => {
      let now = light(1.1, 2)
      const seen = noise.map((each) => {
        const before = now
        now = nextExposure(now, light(1.1 + 0.05 * each, 2 + 4 * each), chunkSeconds)
        return Math.abs((now.y[0] - before.y[0]) * 110 + now.y[1] - before.y[1])
      })
      assert.ok(Math.max(...seen) <= 0.02 * 110 + 2 + 1e-6)
      assert.ok(Math.abs(now.y[0] - 1.1) <= 0.05 + 1e-6)
    }),
  )
})

test('a camera that corrects itself by a third is caught up with in a minute, without overshooting', () => {
  let now = light(1)
  const gains = Array.from({ length: 30 }, () => (now = nextExposure(now, light(1.33), chunkSeconds)).y[0])
  assert.deepEqual(
    gains,
    gains.toSorted((a, b) => a - b),
  )
  assert.ok(gains.every((gain) => gain <= 1.33))
  assert.ok((gains.at(-1) ?? 0) > 1.325, String(gains.at(-1)))
})

test('while nothing can be compared it stays as it is', () => {
  assert.deepEqual(nextExposure(light(1.2, 3), undefined, chunkSeconds), light(1.2, 3))
})

test('within a chunk it moves evenly', () => {
  assert.deepEqual(between(light(1), light(1.2, 4), 0.5), { y: [1.1, 2], u: [1.1, 0], v: [1.1, 0] })
})
