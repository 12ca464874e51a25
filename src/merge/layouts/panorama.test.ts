import assert from 'node:assert/strict'
import { test } from 'node:test'
import { drawCard } from '../card.ts'
import { pictureBytes, type PictureSize } from '../picture.ts'
import type { Calibration } from '../stitch/calibration.ts'
import { openPanorama } from './panorama.ts'

const size = { width: 320, height: 180 }
/** The right camera sees what begins at the left one's column 240: 80 columns are shared. */
const calibration: Calibration = {
  version: 1,
  left: size,
  right: size,
  homography: [1, 0, 240, 0, 1, 0, 0, 0, 1],
  canvas: { x: 0, y: 0, width: 560, height: 180 },
}

const flat = ({ width, height }: PictureSize, luma: number): Buffer =>
  Buffer.alloc(pictureBytes({ width, height }), 128).fill(luma, 0, width * height)
const lumaRow = (canvas: Buffer, y: number): number[] => [...canvas.subarray(y * 560, (y + 1) * 560)]

test('the left picture goes over into the right one where both see, and only there', () => {
  const panorama = openPanorama(calibration)
  assert.deepEqual(panorama.canvas, { width: 560, height: 180 })
  const canvas = Buffer.alloc(pictureBytes(panorama.canvas))
  panorama.compose({ left: flat(size, 60), right: flat(size, 180) }, canvas)
  const row = lumaRow(canvas, 90)
  assert.ok(row.slice(0, 240).every((value) => value === 60))
  assert.ok(row.slice(320).every((value) => value === 180))
  const blend = row.slice(240, 320)
  assert.ok(blend.every((value, n) => value >= (blend[n - 1] ?? 60) && value <= 180))
  assert.equal(blend[40], 120)
  assert.ok(canvas.subarray(560 * 180).every((value) => value === 128))
})

test('a missing camera leaves its own part to its card; the other one shows all that it sees', () => {
  const panorama = openPanorama(calibration)
  const canvas = Buffer.alloc(pictureBytes(panorama.canvas))
  const { width } = panorama.cardSize('right')
  assert.ok(Math.abs(width - 240) <= 2, `${width}`)
  const right = drawCard(panorama.cardSize('right'), 'right', 'camera-ended')
  panorama.compose({ left: flat(size, 60), right }, canvas, { left: false, right: true })
  for (let y = 0; y < 180; y += 1) {
    const row = lumaRow(canvas, y)
    assert.ok(row.slice(0, 318).every((value) => value === 60))
    assert.deepEqual(row.slice(560 - width), [...right.subarray(y * width, (y + 1) * width)])
  }
  const leftWidth = panorama.cardSize('left').width
  const left = drawCard(panorama.cardSize('left'), 'left', 'stalled')
  panorama.compose({ left, right: flat(size, 180) }, canvas, { left: true, right: false })
  for (let y = 0; y < 180; y += 1) {
    const row = lumaRow(canvas, y)
    assert.deepEqual(row.slice(0, leftWidth), [...left.subarray(y * leftWidth, (y + 1) * leftWidth)])
    assert.ok(row.slice(242).every((value) => value === 180))
  }
})

test('with both cameras missing both cards are shown, and their ground between them', () => {
  const panorama = openPanorama(calibration)
  const canvas = Buffer.alloc(pictureBytes(panorama.canvas))
  const left = drawCard(panorama.cardSize('left'), 'left', 'stalled')
  const right = drawCard(panorama.cardSize('right'), 'right', 'camera-ended')
  panorama.compose({ left, right }, canvas, { left: true, right: true })
  for (let y = 0; y < 180; y += 1) {
    const row = lumaRow(canvas, y)
    assert.ok(row.slice(242, 318).every((value) => value === left[0]))
    assert.deepEqual(row.slice(0, 238), [...left.subarray(y * panorama.cardSize('left').width).subarray(0, 238)])
  }
  // Another reason is another card.
  const other = drawCard(panorama.cardSize('right'), 'right', 'disk')
  const before = Buffer.from(canvas)
  panorama.compose({ left, right: other }, canvas, { left: true, right: true })
  assert.ok(!canvas.equals(before))
})

test("a card of the camera's size is cut to that camera's part, its words in the middle", () => {
  const panorama = openPanorama(calibration)
  const canvas = Buffer.alloc(pictureBytes(panorama.canvas))
  const right = drawCard(size, 'right', 'stalled')
  panorama.compose({ left: flat(size, 60), right }, canvas, { left: false, right: true })
  const { width } = panorama.cardSize('right')
  for (let y = 0; y < 180; y += 1) {
    const from = y * 320 + (320 - width) / 2
    assert.deepEqual(lumaRow(canvas, y).slice(560 - width), [...right.subarray(from, from + width)])
  }
})

test('pictures that stand in the slots are drawn without a copy, to a canvas of the slots, the same', () => {
  const panorama = openPanorama(calibration, { left: 2, right: 2, canvas: 2 })
  const { slots } = panorama.stitcher
  const [left, right] = [flat(size, 60), flat(size, 180)]
  const canvas = Buffer.alloc(pictureBytes(panorama.canvas))
  panorama.compose({ left, right }, canvas)
  const [l = left, r = right, c = canvas] = [slots.left[1], slots.right[1], slots.canvas[1]]
  l.set(left)
  r.set(right)
  slots.left[0]?.fill(1)
  panorama.compose({ left: l, right: r }, c)
  assert.ok(c.equals(canvas))
})

test("the calibration's exposure is used until another one is asked for", () => {
  const panorama = openPanorama({ ...calibration, exposure: { y: [0.5, 10], u: [1, 0], v: [1, 4] } })
  const canvas = Buffer.alloc(pictureBytes(panorama.canvas))
  const pictures = { left: flat(size, 60), right: flat(size, 180) }
  const rightLuma = (): number | undefined => lumaRow(canvas, 10)[500]
  panorama.compose(pictures, canvas)
  assert.equal(rightLuma(), 16 + (180 - 16) / 2 + 10)
  assert.equal(canvas.at(-1), 132)
  panorama.expose({ left: { y: [1, -20], u: [1, 0], v: [1, 0] } })
  panorama.compose(pictures, canvas)
  assert.deepEqual([lumaRow(canvas, 10)[0], rightLuma()], [40, 180])
})
