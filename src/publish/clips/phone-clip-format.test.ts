import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { mostPhoneBytes, panesOf, phoneFormat, phoneShapes, windowIn } from './phone-clip-format.ts'

test('an upright window of a panorama is as high as it is; a wide one of one camera is all of it', () => {
  assert.deepEqual(windowIn({ width: 2_284, height: 720 }, '9:16'), { width: 404, height: 720 })
  assert.deepEqual(windowIn({ width: 2_284, height: 720 }, '16:9'), { width: 1_280, height: 720 })
  assert.deepEqual(windowIn({ width: 1_280, height: 720 }, '16:9'), { width: 1_280, height: 720 })
  assert.deepEqual(windowIn({ width: 720, height: 1_280 }, '16:9'), { width: 720, height: 404 })
})

test('a window never reaches over the seam of two pictures that show two places', () => {
  const camera = { width: 1_280, height: 720 }
  assert.deepEqual(panesOf('side-by-side', { width: 2_560, height: 720 }, camera), [
    { x: 0, y: 0, width: 1_280, height: 720 },
    { x: 1_280, y: 0, width: 1_280, height: 720 },
  ])
  assert.deepEqual(panesOf('stacked', { width: 1_280, height: 1_440 }, camera), [
    { x: 0, y: 0, width: 1_280, height: 720 },
    { x: 0, y: 720, width: 1_280, height: 720 },
  ])
  for (const layout of ['panorama', 'single', 'picture-in-picture'] as const)
    assert.deepEqual(panesOf(layout, { width: 2_284, height: 720 }, camera), [{ x: 0, y: 0, width: 2_284, height: 720 }])
})

test('the longer it is, the smaller its picture, so that its rate still shows something', () => {
  const told = (seconds: number): string => {
    const { width, height, maxRateKbps } = phoneFormat({ fps: 25 }, { width: 3_392, height: 1_080 }, { shape: '9:16', seconds })
    return `${width}x${height} ${maxRateKbps}`
  }
  assert.deepEqual([10, 30, 60, 120].map(told), ['606x1080 5000', '606x1080 3784', '606x1080 1874', '538x960 895'])
  assert.equal(phoneFormat({ fps: 50 }, { width: 320, height: 180 }, { shape: '16:9', seconds: 5 }).fps, 25)
})

test('whatever is asked for, it stays below the limit, even, and is never enlarged', () => {
  const even = (most: number): fc.Arbitrary<number> => fc.integer({ min: 16, max: most / 2 }).map((half) => half * 2)
  fc.assert(
    fc.property(
      even(4_096),
      even(2_160),
      fc.constantFrom(...phoneShapes),
      fc.double({ min: 1, max: 120, noNaN: true }),
      (width, height, shape, seconds) => {
        const format = phoneFormat({ fps: 25 }, { width, height }, { shape, seconds })
        const { window, maxRateKbps } = format
        // All that the highest rate and its buffer allow, and the sound.
        assert.ok(((maxRateKbps * (seconds + 1) + 100 * seconds) * 1_000) / 8 <= mostPhoneBytes * 0.95)
        assert.ok(maxRateKbps >= 800, 'enough for 768 pixels')
        for (const [mine, most] of [
          [format.width, window.width],
          [format.height, window.height],
          [window.width, width],
          [window.height, height],
        ] as const)
          assert.ok(mine >= 2 && mine % 2 === 0 && mine <= most, `${mine} of ${most}`)
        assert.ok(Math.max(format.width, format.height) <= 1_280)
      },
    ),
  )
})
