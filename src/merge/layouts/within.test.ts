import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pictureBytes } from '../picture.ts'
import { sideBySideWithin } from './within.ts'

test('two pictures stand whole beside each other in a canvas that was made for a panorama, on a canvas that held something else', () => {
  const size = { width: 64, height: 36 }
  const canvas = { width: 90, height: 34 }
  const layout = sideBySideWithin({ left: size, right: size }, canvas)
  assert.deepEqual([layout.name, layout.canvas], ['side-by-side', canvas])
  const out = Buffer.alloc(pictureBytes(canvas), 255)
  layout.compose({ left: Buffer.alloc(pictureBytes(size), 60), right: Buffer.alloc(pictureBytes(size), 200) }, out)
  const row = (y: number): number[] => [...new Set(out.subarray(y * canvas.width, (y + 1) * canvas.width))]
  assert.deepEqual(row(0), [16], 'black above')
  assert.deepEqual(row(17), [60, 200], 'left and right')
  assert.ok(!out.includes(255), 'nothing of what it held')
})
