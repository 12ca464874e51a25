import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { bookendFault, letterbox, longestBookendSeconds, wholeFrames } from './bookend-policy.ts'

test('an intro lasts as long as a whole number of units of sound: 15 for 8 frames at 25 a second', () => {
  assert.deepEqual(wholeFrames(1, 25), { frames: 8, units: 15 })
  assert.deepEqual(wholeFrames(250, 25), { frames: 256, units: 480 })
  assert.deepEqual(wholeFrames(256, 25), { frames: 256, units: 480 })
  assert.deepEqual(
    [30, 50, 60].map((fps) => wholeFrames(fps, fps).frames),
    [32, 64, 64],
  )
})

test('at any rate pictures and sound end together to the millisecond, and little is added', () => {
  for (const fps of [10, 12, 15, 16, 18, 20, 24, 25, 30, 36, 40, 45, 48, 50, 60])
    for (let frames = 1; frames < 400; frames += 1) {
      const whole = wholeFrames(frames, fps)
      assert.ok(whole.frames >= frames && whole.frames < frames + 1.6 * fps, `${frames} at ${fps}: ${whole.frames}`)
      assert.ok(Math.abs((whole.units * 1_024) / 48_000 - whole.frames / fps) <= 0.001, `${frames} at ${fps}`)
    }
})

test('a film of another shape stands whole in the middle of the canvas, as large as it fits', () => {
  assert.deepEqual(letterbox({ width: 1920, height: 1080 }, { width: 2560, height: 720 }), {
    width: 1280,
    height: 720,
    x: 640,
    y: 0,
    shrinks: true,
  })
  assert.deepEqual(letterbox({ width: 320, height: 240 }, { width: 1280, height: 360 }), {
    width: 480,
    height: 360,
    x: 400,
    y: 0,
    shrinks: false,
  })
  assert.deepEqual(letterbox({ width: 1000, height: 100 }, { width: 640, height: 360 }), {
    width: 640,
    height: 64,
    x: 0,
    y: 148,
    shrinks: true,
  })
  const side = (min: number) => fc.integer({ min: min / 2, max: 2_048 }).map((half) => 2 * half)
  fc.assert(
    fc.property(side(16), side(16), side(160), side(90), (width, height, across, down) => {
      const { x, y, ...box } = letterbox({ width, height }, { width: across, height: down })
      for (const n of [x, y, box.width, box.height]) assert.ok(n % 2 === 0 && n >= 0)
      assert.ok(box.width >= 2 && box.height >= 2 && x + box.width <= across && y + box.height <= down)
      assert.ok(box.width >= across - 2 || box.height >= down - 2, 'it touches two edges')
    }),
  )
})

test('what has no picture, lasts too long or breaks off is refused with the reason', () => {
  assert.equal(bookendFault(250, 25, 10), undefined)
  assert.equal(bookendFault(250, 25, 0), undefined)
  assert.match(bookendFault(0, 25, 10) ?? '', /no picture of it can be decoded/)
  assert.match(bookendFault(longestBookendSeconds * 25 + 1, 25, 0) ?? '', /lasts longer than 60 s/)
  assert.match(bookendFault(100, 25, 10) ?? '', /tells of 10\.0 s and only 4\.0 s of it can be decoded/)
})
