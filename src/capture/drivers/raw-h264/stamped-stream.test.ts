import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readTransport } from '../../mpegts/reader.ts'
import { readRawPictures } from './access-units.ts'
import { stampStream } from './stamped-stream.ts'

const unit = (type: number, first: boolean, bytes: number): Buffer =>
  Buffer.concat([Buffer.from([0, 0, 0, 1, 0x60 | type, first ? 0x88 : 0x20]), Buffer.alloc(bytes, 0x55)])

/** A key frame of two slices with its parameter sets, then pictures of one slice each. */
const film = (pictures: number): Buffer[] => [
  Buffer.concat([unit(7, false, 10), unit(8, false, 4), unit(5, true, 700), unit(5, false, 300)]),
  ...Array.from({ length: pictures - 1 }, (_, n) => unit(1, true, 50 + n)),
]

test('a stream is cut where its pictures begin, wherever it was torn on its way', () => {
  const pictures = film(6)
  const stream = Buffer.concat([...pictures, unit(1, true, 9)])
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 40 }), (sizes) => {
      const raw = readRawPictures()
      const cut = []
      for (let at = 0, n = 0; at < stream.length; n += 1) {
        const size = sizes[n % sizes.length] ?? 1
        cut.push(...raw.push(stream.subarray(at, at + size)))
        at += size
      }
      assert.deepEqual(
        cut.map(({ data }) => data.toString('hex')),
        pictures.map((data) => data.toString('hex')),
      )
      assert.deepEqual(
        cut.map(({ keyFrame }) => keyFrame),
        [true, false, false, false, false, false],
      )
    }),
  )
})

test('each picture gets its own time, though the times come late or early', () => {
  const stream = stampStream()
  const reader = readTransport()
  const seen = [
    ...stream.pushVideo(Buffer.concat(film(3))),
    ...stream.pushTimes('# timecode format v2\n0.000\n40.0'),
    ...stream.pushTimes('00\n80.000\n160.000\n'),
    ...stream.pushVideo(Buffer.concat([unit(1, true, 20), unit(1, true, 5)])),
  ].flatMap((packets) => reader.push(packets))
  assert.deepEqual(
    seen.map(({ ticks, key }) => [ticks, key]),
    [
      [90_000, true],
      [93_600, false],
      [97_200, false],
      [104_400, false],
    ],
  )
})

test('pictures without any time end it rather than get a wrong one', () => {
  const stream = stampStream()
  assert.throws(() => stream.pushVideo(Buffer.concat(film(200))), /without a time stamp/)
})

test('bytes that are no film do not fill the memory', () => {
  const raw = readRawPictures()
  assert.throws(() => {
    for (let n = 0; n < 20; n += 1) raw.push(Buffer.alloc(1 << 20, 7))
  }, RangeError)
})
