import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { logoPositions } from '../../../config/picture-words.ts'
import { pictureBytes, planesOf } from '../picture.ts'
import { openBlend } from './blend.ts'
import golden from './golden-logos.json' with { type: 'json' }
import { placeLogos } from './place-logos.ts'

const canvasSize = { width: 16, height: 12 }

/** A logo of one colour, its colours multiplied by its alpha as a decoder gives them. */
function logoOf(width: number, height: number, colour: readonly [number, number, number], alpha: number) {
  const pixel = [...colour.map((part) => Math.round((part * alpha) / 255)), alpha]
  return { width, height, rgba: Buffer.from(Array.from({ length: width * height }, () => pixel).flat()) }
}

/** A canvas whose planes hold 100, 90 and 160, and what was drawn on it. */
function drawn(logo: ReturnType<typeof logoOf>, at: { x: number; y: number }, opacity = 1): { before: Buffer; after: Buffer } {
  const before = Buffer.alloc(pictureBytes(canvasSize))
  for (const [n, { offset, stride, rows }] of planesOf(canvasSize).entries())
    before.fill([100, 90, 160][n] ?? 0, offset, offset + stride * rows)
  const after = Buffer.from(before)
  openBlend(logo, canvasSize, at, opacity)(after)
  return { before, after }
}

const at = (canvas: Buffer, plane: 0 | 1 | 2, x: number, y: number): number => {
  const { offset, stride } = planesOf(canvasSize)[plane] ?? { offset: 0, stride: 0 }
  return canvas[offset + y * stride + x] ?? -1
}

test('an opaque logo hides what is behind it, in limited-range BT.709', () => {
  const { after } = drawn(logoOf(4, 4, [255, 0, 0], 255), { x: 6, y: 4 })
  assert.deepEqual([at(after, 0, 6, 4), at(after, 1, 3, 2), at(after, 2, 3, 2)], [63, 102, 240]) // red, ITU-R BT.709
  const white = drawn(logoOf(4, 4, [255, 255, 255], 255), { x: 0, y: 0 }).after
  assert.deepEqual([at(white, 0, 3, 3), at(white, 1, 1, 1), at(white, 2, 1, 1)], [235, 128, 128])
})

test('nothing outside its rectangle is touched, and nothing where it is transparent', () => {
  const { before, after } = drawn(logoOf(4, 4, [0, 0, 0], 255), { x: 6, y: 4 })
  for (const [plane, { stride, rows }] of planesOf(canvasSize).entries()) {
    const part = plane === 0 ? 1 : 2
    for (let y = 0; y < rows; y += 1)
      for (let x = 0; x < stride; x += 1) {
        const inside = x * part >= 6 && x * part < 10 && y * part >= 4 && y * part < 8
        const p = plane === 0 ? 0 : plane === 1 ? 1 : 2
        assert.equal(at(after, p, x, y) !== at(before, p, x, y), inside, `plane ${plane} at ${x}, ${y}`)
      }
  }
  const nothing = drawn(logoOf(8, 8, [255, 255, 255], 0), { x: 2, y: 2 })
  assert.deepEqual(nothing.after, nothing.before)
})

test('a logo at each place, as strong and as weak as it may be, draws the frame that was noted', () => {
  const canvas = { width: 160, height: 90 }
  const size = { width: 21, height: 14 }
  const rgba = Buffer.from(
    Array.from({ length: size.width * size.height }, (_, n) => {
      const [x, y] = [n % size.width, Math.floor(n / size.width)]
      const alpha = Math.min(255, (x + y) * 9)
      return [(alpha * x) / size.width, (alpha * y) / size.height, alpha / 2, alpha].map(Math.floor)
    }).flat(),
  )
  const drawn: Record<string, string> = {}
  for (const position of logoPositions)
    for (const opacity of [1, 0.05]) {
      const out = Buffer.from(Array.from({ length: pictureBytes(canvas) }, (_, n) => 16 + ((n * 7) % 220)))
      const [place] = placeLogos([{ position, ...size }], canvas, 10)
      assert.ok(place)
      openBlend({ ...size, rgba }, canvas, place, opacity)(out)
      drawn[`${position}, ${opacity}`] = createHash('sha256').update(out).digest('hex').slice(0, 16)
    }
  assert.deepEqual(drawn, golden)
})

test('half a logo, by its alpha or by the opacity that is set, lies half way', () => {
  for (const { after } of [
    drawn(logoOf(4, 4, [255, 255, 255], 128), { x: 0, y: 0 }),
    drawn(logoOf(4, 4, [255, 255, 255], 255), { x: 0, y: 0 }, 0.5),
  ]) {
    assert.ok(Math.abs(at(after, 0, 1, 1) - (235 + 100) / 2) <= 1)
    assert.ok(Math.abs(at(after, 1, 1, 1) - (128 + 90) / 2) <= 1)
  }
})

test('a logo with an odd side colours half a pixel of the colour planes at its edge', () => {
  const { after } = drawn(logoOf(3, 3, [255, 0, 0], 255), { x: 0, y: 0 })
  assert.deepEqual([at(after, 0, 2, 2), at(after, 0, 3, 3)], [63, 100])
  assert.ok(Math.abs(at(after, 2, 1, 0) - (240 + 160) / 2) <= 1)
})

test('no colour leaves the range of a byte, whatever lies behind', () => {
  for (const value of [0, 255])
    for (const alpha of [1, 37, 128, 254, 255])
      for (const colour of [
        [255, 255, 255],
        [0, 0, 0],
        [0, 0, 255],
        [255, 0, 0],
      ] as const) {
        const canvas = Buffer.alloc(pictureBytes(canvasSize), value)
        openBlend(logoOf(16, 12, colour, alpha), canvasSize, { x: 0, y: 0 }, 1)(canvas)
        const mixed = [...canvas]
        assert.ok(
          mixed.every((each) => (value === 0 ? each <= 240 : each >= 0)),
          'a sum that overflows comes out at the other end',
        )
      }
})
