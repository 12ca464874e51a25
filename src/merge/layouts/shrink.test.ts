import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { pictureBytes } from '../picture.ts'
import { fitInside, openShrink, sharesOf } from './shrink.ts'

test('a shrunk picture is the mean of what each of its pixels covers', () => {
  const from = { width: 8, height: 4 }
  const to = { width: 4, height: 2 }
  const picture = Buffer.from(Array.from({ length: pictureBytes(from) }, (_, n) => (n * 7) % 251))
  const out = Buffer.alloc(pictureBytes(to))
  openShrink(from, to)(picture, out)
  const luma = (x: number, y: number): number => picture[y * 8 + x] ?? 0
  const expected = [0, 1].flatMap((y) =>
    [0, 1, 2, 3].map((x) =>
      Math.round((luma(2 * x, 2 * y) + luma(2 * x + 1, 2 * y) + luma(2 * x, 2 * y + 1) + luma(2 * x + 1, 2 * y + 1)) / 4),
    ),
  )
  assert.deepEqual([...out.subarray(0, 8)], expected)
})

test('whatever the two sizes, the shares of a pixel make one whole, cover all in order, and an even grey stays what it is', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 700 }), fc.integer({ min: 1, max: 700 }), (a, b) => {
      const [from, to] = [Math.max(a, b), Math.min(a, b)]
      const { first, count, start, weights } = sharesOf(from, to)
      for (let n = 0; n < to; n += 1) {
        const own = weights.subarray(start[n] ?? 0, (start[n] ?? 0) + (count[n] ?? 0))
        assert.equal(
          own.reduce((sum, weight) => sum + weight, 0),
          256,
        )
        assert.ok(own.every((weight) => weight >= 0))
        assert.ok((first[n] ?? -1) >= 0 && (first[n] ?? 0) + (count[n] ?? 0) <= from)
      }
      assert.equal(first[0], 0)
      assert.equal((first[to - 1] ?? 0) + (count[to - 1] ?? 0), from)
    }),
  )
  const [from, to] = [
    { width: 34, height: 22 },
    { width: 10, height: 6 },
  ]
  const out = Buffer.alloc(pictureBytes(to))
  openShrink(from, to)(Buffer.alloc(pictureBytes(from), 137), out)
  assert.ok(out.every((value) => value === 137))
})

test('the quick way to a quarter gives the same picture as the general one, to the bit', () => {
  const [from, to] = [
    { width: 64, height: 40 },
    { width: 16, height: 10 },
  ]
  const shrink = openShrink(from, to)
  const bytes = pictureBytes(from)
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e9 }), (seed) => {
      const room = Buffer.alloc(bytes + 4)
      const [aligned, shifted] = [room.subarray(0, bytes), Buffer.alloc(bytes + 1).subarray(1)]
      for (let n = 0, value = seed; n < bytes; n += 1) aligned[n] = (value = (Math.imul(value, 1_664_525) + 1_013_904_223) >>> 0) >>> 24
      aligned.copy(shifted)
      assert.ok(aligned.byteOffset % 4 === 0 && shifted.byteOffset % 4 === 1, 'one of each way')
      const [quick, general] = [Buffer.alloc(pictureBytes(to)), Buffer.alloc(pictureBytes(to))]
      shrink(aligned, quick)
      shrink(shifted, general)
      assert.deepEqual(quick, general)
    }),
  )
  const white = Buffer.alloc(pictureBytes(to))
  shrink(Buffer.alloc(bytes, 255), white)
  assert.ok(white.every((value) => value === 255))
})

test('a picture keeps its shape in a box, has even sides, and is never made larger', () => {
  assert.deepEqual(fitInside({ width: 1280, height: 720 }, { width: 320, height: 180 }), { width: 320, height: 180 })
  assert.deepEqual(fitInside({ width: 720, height: 1280 }, { width: 320, height: 180 }), { width: 100, height: 180 })
  assert.deepEqual(fitInside({ width: 640, height: 360 }, { width: 1920, height: 1080 }), { width: 640, height: 360 })
  assert.throws(() => openShrink({ width: 4, height: 4 }, { width: 8, height: 2 }), { code: 'internal' })
})
