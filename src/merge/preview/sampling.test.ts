import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { openShrink } from '../layouts/shrink.ts'
import { pictureBytes, planesOf, type PictureSize } from '../picture.ts'
import { openSampling, placesOf } from './sampling.ts'

const even = (least: number, most: number): fc.Arbitrary<number> => fc.integer({ min: least / 2, max: most / 2 }).map((half) => half * 2)

/** Soft waves: what a lens gives. */
function waves(size: PictureSize): Buffer {
  const picture = Buffer.alloc(pictureBytes(size))
  for (const [n, { offset, stride, rows }] of planesOf(size).entries())
    for (let row = 0; row < rows; row += 1)
      for (let x = 0; x < stride; x += 1)
        picture[offset + row * stride + x] = 120 + n * 10 + 60 * Math.sin((x / stride) * 9) + 30 * Math.cos((row / rows) * 7)
  return picture
}

test('a sampled picture is what the mean of all pixels gives, within a code value or two', () => {
  for (const [from, to] of [
    [
      { width: 960, height: 270 },
      { width: 120, height: 34 },
    ],
    [
      { width: 320, height: 360 },
      { width: 40, height: 44 },
    ],
    [
      { width: 322, height: 182 },
      { width: 120, height: 68 },
    ],
  ] as const) {
    const picture = waves(from)
    const all = Buffer.alloc(pictureBytes(to))
    openShrink(from, to)(picture, all)
    const sampled = openSampling(from, to)(picture)
    assert.equal(sampled.length, all.length)
    const worst = sampled.reduce((most, value, n) => Math.max(most, Math.abs(value - (all[n] ?? 0))), 0)
    assert.ok(worst <= 3, `${from.width}x${from.height}: ${worst}`)
  }
})

test('samples stay inside the picture, in growing order, whatever the sizes', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: 1, max: 300 }), (from, to) => {
      if (to > from) return
      const { taps, at } = placesOf(from, to)
      assert.equal(at.length, to * taps)
      assert.ok(at.every((place, n) => place >= 0 && place < from && place >= (at[n - 1] ?? 0)))
    }),
  )
})

test('a picture of one colour stays of that colour; one that would grow is refused', () => {
  fc.assert(
    fc.property(even(2, 400), even(2, 300), even(2, 100), even(2, 80), fc.nat(255), (width, height, small, low, colour) => {
      const to = { width: Math.min(width, small), height: Math.min(height, low) }
      assert.ok(openSampling({ width, height }, to)(Buffer.alloc((width * height * 3) / 2, colour)).every((each) => each === colour))
    }),
    { numRuns: 50 },
  )
  const luma = Buffer.from([1, 1, 9, 9, 1, 0, 9, 9, 5, 5, 3, 3, 5, 5, 3, 4])
  const small = openSampling({ width: 4, height: 4 }, { width: 2, height: 2 })(Buffer.concat([luma, Buffer.alloc(8, 128)]))
  assert.deepEqual([...small], [1, 9, 5, 3, 128, 128], 'the nearest code value')
  assert.throws(() => openSampling({ width: 100, height: 100 }, { width: 102, height: 50 }), { code: 'internal' })
})
