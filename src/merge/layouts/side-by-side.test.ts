import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pictureBytes } from '../picture.ts'
import { sideBySide } from './side-by-side.ts'

test('each half of the canvas is one camera, pixel for pixel, in all three planes', () => {
  const size = { width: 4, height: 2 }
  const layout = sideBySide(size)
  const left = Buffer.from(Array.from({ length: pictureBytes(size) }, (_, n) => n))
  const right = Buffer.from(Array.from({ length: pictureBytes(size) }, (_, n) => 100 + n))
  const canvas = Buffer.alloc(pictureBytes(layout.canvas), 255)
  layout.compose({ left, right }, canvas)
  assert.deepEqual(layout.canvas, { width: 8, height: 2 })
  assert.deepEqual([...canvas], [0, 1, 2, 3, 100, 101, 102, 103, 4, 5, 6, 7, 104, 105, 106, 107, 8, 9, 108, 109, 10, 11, 110, 111])
})

test('of two sizes the smaller one stands in the middle of its half, black above and below, also on a canvas that held something else', () => {
  const layout = sideBySide({ width: 2, height: 8 }, { width: 4, height: 4 })
  assert.deepEqual(layout.canvas, { width: 6, height: 8 })
  const canvas = Buffer.alloc(pictureBytes(layout.canvas), 255)
  layout.compose({ left: Buffer.alloc(24, 1), right: Buffer.alloc(24, 2) }, canvas)
  const rows = (from: number, width: number, count: number): string[] =>
    Array.from({ length: count }, (_, n) => [...canvas.subarray(from + n * width, from + (n + 1) * width)].join(' '))
  const [black, picture] = ['1 1 16 16 16 16', '1 1 2 2 2 2']
  assert.deepEqual(rows(0, 6, 8), [black, black, picture, picture, picture, picture, black, black])
  assert.deepEqual(rows(48, 3, 8), ['1 128 128', '1 2 2', '1 2 2', '1 128 128', '1 128 128', '1 2 2', '1 2 2', '1 128 128'])
})

test('odd sizes are refused: their chroma has no whole pixels', () => {
  assert.throws(() => sideBySide({ width: 5, height: 2 }), { code: 'invalid' })
})
