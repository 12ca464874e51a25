import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { levelFor } from '../../adapters/ffmpeg.ts'
import { renditionRateKbps, renditionSize, whyNotNow } from './rendition-policy.ts'

test('only films wider than 1920 get a smaller version, of their own shape, that every phone plays', () => {
  assert.equal(renditionSize({ width: 1_920, height: 1_080, fps: 60 }), undefined)
  assert.equal(renditionSize({ width: 1_280, height: 1_440, fps: 25 }), undefined)
  assert.deepEqual(renditionSize({ width: 2_560, height: 720, fps: 25 }), { width: 1_920, height: 540 })
  assert.deepEqual(renditionSize({ width: 3_392, height: 1_080, fps: 25 }), { width: 1_920, height: 612 })
  fc.assert(
    fc.property(
      fc.integer({ min: 961, max: 4_096 }).map((half) => half * 2),
      fc.integer({ min: 32, max: 1_300 }).map((half) => half * 2),
      fc.constantFrom(15, 25, 30, 50, 60),
      (width, height, fps) => {
        const size = renditionSize({ width, height, fps })
        assert.ok(size && size.width <= 1_920 && size.width % 2 === 0 && size.height % 2 === 0)
        assert.ok(['3.1', '3.2', '4.0'].includes(levelFor({ ...size, fps })), `${size.width}x${size.height}`)
        assert.ok(Math.abs(size.height - (height * size.width) / width) <= 1)
      },
    ),
  )
})

test('its rate is its share of the film’s, never more, never too little for a phone', () => {
  const film = { width: 3_392, height: 1_080 }
  assert.equal(renditionRateKbps(film, { width: 1_920, height: 612 }, 6_000), 2_406)
  assert.equal(renditionRateKbps(film, { width: 1_920, height: 612 }, 2_000), 1_500)
  assert.equal(renditionRateKbps({ width: 2_000, height: 400 }, { width: 1_920, height: 384 }, 6_000), 6_000)
})

test('a recording, a film in the making, and a booking that starts soon come first', () => {
  const idle = { nowMs: 1_000_000, openRecordings: 0, nextStartsAtMs: undefined }
  assert.equal(whyNotNow(idle), undefined)
  assert.equal(whyNotNow({ ...idle, nextStartsAtMs: 1_000_000 + 180_000 }), undefined)
  assert.match(whyNotNow({ ...idle, openRecordings: 1 }) ?? '', /recorded or made/)
  assert.match(whyNotNow({ ...idle, nextStartsAtMs: 1_179_999 }) ?? '', /starts soon/)
  assert.match(whyNotNow({ ...idle, nextStartsAtMs: 900_000 }) ?? '', /starts soon/, 'one that is on')
})
