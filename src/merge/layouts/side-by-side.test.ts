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

test('odd sizes are refused: their chroma has no whole pixels', () => {
  assert.throws(() => sideBySide({ width: 5, height: 2 }), { code: 'invalid' })
})
