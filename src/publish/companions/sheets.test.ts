import assert from 'node:assert/strict'
import { test } from 'node:test'
import { planesOf } from '../../merge/picture.ts'
import type { SmallPicture } from '../../merge/preview/small-pictures.ts'
import { onGrid, sheetsOf, thumbnailList, timeInCue } from './sheets.ts'

const fps = 25
const tile = { width: 6, height: 4 }

/** Each of a luma and a chroma of its own. */
const thumbnails = (count: number): SmallPicture[] =>
  Array.from({ length: count }, (_, n) => ({
    kind: 'thumbnail',
    frame: n * 100,
    lost: 0,
    ...tile,
    data: Buffer.concat([Buffer.alloc(24, 20 + (n % 200)), Buffer.alloc(6, 40 + (n % 150)), Buffer.alloc(6, 50 + (n % 150))]),
  }))

test('what the list says of a moment is where its picture stands in its sheet', () => {
  const all = thumbnails(213)
  const sheets = sheetsOf(all)
  assert.deepEqual(
    sheets.map(({ width, height }) => `${width}x${height}`),
    ['60x40', '60x40', '60x8'],
  )
  const cues = [
    ...thumbnailList(all, { fps, frames: 213 * 100, introFrames: 0 }).matchAll(/thumbnails-(\d+)\.jpg#xywh=(\d+),(\d+),(\d+),(\d+)/g),
  ]
  assert.equal(cues.length, 213)
  for (const [n, [, number, ...place]] of cues.entries()) {
    const [x = 0, y = 0, width, height] = place.map(Number)
    assert.deepEqual({ width, height }, tile)
    const sheet = sheets[Number(number) - 1]
    assert.ok(sheet)
    for (const [p, { offset, stride }] of planesOf(sheet).entries()) {
      const half = p === 0 ? 1 : 2
      const [first, last] = [
        offset + (y / half) * stride + x / half,
        offset + ((y + tile.height) / half - 1) * stride + (x + tile.width) / half - 1,
      ]
      const wanted = [20 + (n % 200), 40 + (n % 150), 50 + (n % 150)][p]
      assert.deepEqual([sheet.data[first], sheet.data[last]], [wanted, wanted], `picture ${n}, plane ${p}`)
    }
  }
})

test('the list covers the film without a hole, in the form of WebVTT', () => {
  const list = thumbnailList(thumbnails(3), { fps, frames: 260, introFrames: 0 })
  assert.equal(
    list,
    'WEBVTT\n\n00:00:00.000 --> 00:00:04.000\nthumbnails-1.jpg#xywh=0,0,6,4\n\n00:00:04.000 --> 00:00:08.000\nthumbnails-1.jpg#xywh=6,0,6,4\n\n' +
      '00:00:08.000 --> 00:00:10.400\nthumbnails-1.jpg#xywh=12,0,6,4\n',
  )
  const bookended = thumbnailList(thumbnails(2), { fps, frames: 50 + 150 + 25, introFrames: 50 })
  assert.deepEqual(bookended.match(/^.* --> .*$/gm), ['00:00:00.000 --> 00:00:06.000', '00:00:06.000 --> 00:00:09.000'], 'an intro of 2 s')
  assert.deepEqual([0, 59.9996, 3_661.5, 43_199.04].map(timeInCue), ['00:00:00.000', '00:01:00.000', '01:01:01.500', '11:59:59.040'])
})

test('a film that was ended earlier, or is longer than the grid it began on, leaves pictures out', () => {
  const all = thumbnails(500)
  assert.equal(onGrid(all, { fps, frames: 1_000 }).length, 10)
  const long = onGrid(all, { fps, frames: 1_700 * fps })
  assert.equal(long.length, 213, 'eight seconds apart from 1,600 s on')
  assert.ok(long.every(({ frame }) => frame % 200 === 0))
  const other = thumbnails(2).map((each) => ({ ...each, width: 8 }))
  assert.deepEqual(
    onGrid([...thumbnails(1), ...other.slice(1)], { fps, frames: 500 }).map(({ frame }) => frame),
    [0],
    'a canvas of another size',
  )
})
