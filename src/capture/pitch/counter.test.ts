import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readCounter, writeCounter } from './counter.ts'
import { pictureBytes, type RigFormat, type Side } from './rig-format.ts'

const format: RigFormat = { width: 320, height: 64, fps: 25 }
const anySide = fc.constantFrom<Side>('left', 'right')
const grey = (): Uint8Array => new Uint8Array(pictureBytes(format)).fill(110)

test('every counter that is written is read, on both sides, through noise', () => {
  fc.assert(
    fc.property(anySide, fc.nat(65535), fc.integer({ min: -40, max: 40 }), (side, value, noise) => {
      const picture = grey()
      writeCounter(picture, format, side, value)
      for (let n = 0; n < picture.length; n += 3) picture[n] = Math.min(255, Math.max(0, (picture[n] ?? 0) + noise))
      assert.equal(readCounter(picture, format.width, side), value)
    }),
  )
})

test('the most significant bit stands first, white is one, the row below holds the complement', () => {
  const picture = grey()
  writeCounter(picture, format, 'left', 0x8001)
  const at = (x: number, y: number): number | undefined => picture[y * format.width + x]
  assert.deepEqual([at(8, 8), at(24, 8), at(248, 8)], [235, 16, 235])
  assert.deepEqual([at(8, 24), at(24, 24), at(248, 24)], [16, 235, 16])
  assert.deepEqual([at(256, 8), at(8, 32)], [110, 110])
})

test('both counters of a side-by-side picture are read at their places', () => {
  const stride = 2 * format.width
  const merged = new Uint8Array(stride * format.height)
  for (const [side, value, offset] of [
    ['left', 77, 0],
    ['right', 78, format.width],
  ] as const) {
    const picture = grey()
    writeCounter(picture, format, side, value)
    for (let row = 0; row < format.height; row += 1)
      merged.set(picture.subarray(row * format.width, (row + 1) * format.width), row * stride + offset)
  }
  assert.equal(readCounter(merged, stride, 'left'), 77)
  assert.equal(readCounter(merged, stride, 'right'), 78)
  assert.equal(readCounter(merged, stride, 'right', { x: stride - 256, y: 0 }), 78)
})

test('a picture without a counter, or too small for one, has none', () => {
  assert.equal(readCounter(grey(), format.width, 'left'), undefined)
  assert.equal(readCounter(new Uint8Array(100), 10, 'left'), undefined)
  const torn = grey()
  writeCounter(torn, format, 'left', 5)
  torn.copyWithin(16 * format.width, 0, 16 * format.width) // the complement row says the same as the counter
  assert.equal(readCounter(torn, format.width, 'left'), undefined)
})
