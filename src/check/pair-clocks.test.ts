import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { aTake, fps, grid } from '../../tests/synthetic-take.ts'
import { measureClocks } from './pair-clocks.ts'

const minute = 60 * fps

test('drift of each camera and the distance of their pictures are measured within what is stated', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -200, max: 200 }),
      fc.integer({ min: -200, max: 200 }),
      fc.integer({ min: 0, max: 5_000 }),
      fc.integer({ min: 0, max: 7 }),
      (left, right, apartMs, jitter) => {
        const lag = (second: number): number => (jitter === 0 ? 0 : (Math.imul(second + 3, 0x9e3779b1) >>> 9) % jitter)
        const takes = [
          aTake({ fromMs: -5_000, seconds: 70, drift: left, lag, ended: 'stopped' }),
          aTake({ camera: 'right', fromMs: -5_000 - apartMs, seconds: 76, drift: right, lag, base: 4e9, ended: 'stopped' }),
        ]
        const { drift, offset } = measureClocks(grid, takes, minute)
        assert.ok(drift.left.is === 'known' && drift.right.is === 'known' && offset.is === 'known')
        for (const [told, truth] of [
          [drift.left.value.ppm, left],
          [drift.right.value.ppm, right],
        ] as const)
          assert.ok(Math.abs(told.value - truth) <= 4 * told.uncertainty + 1, `${truth}: ${JSON.stringify(told)}`)
        // Pictures are 40 ms apart: whole frames are placed away, what is left is at most a picture and a bit.
        const apart = (((-apartMs % 40) + 60) % 40) - 20
        const off = offset.value.ms.value - apart
        const rest = Math.abs(off - 40 * Math.round(off / 40))
        assert.ok(rest < 8 + jitter, `${apartMs}: ${JSON.stringify(offset.value)}`)
        assert.ok(Math.abs(offset.value.ms.value) <= 40, JSON.stringify(offset.value))
      },
    ),
  )
})

test('100 ppm and 17 ms are told as such', () => {
  const takes = [
    aTake({ fromMs: -4_000, seconds: 700, drift: 100 }),
    aTake({ camera: 'right', fromMs: -4_000 + 137, seconds: 700, base: 77 }),
  ]
  const { drift, offset } = measureClocks(grid, takes, 10 * minute)
  assert.ok(drift.left.is === 'known' && Math.abs(drift.left.value.ppm.value - 100) < 0.1, JSON.stringify(drift.left))
  assert.ok(drift.right.is === 'known' && Math.abs(drift.right.value.ppm.value) < 0.1)
  assert.equal(drift.left.value.seconds, 599)
  assert.ok(offset.is === 'known' && offset.value.frame === 0)
  assert.ok(Math.abs(offset.value.ms.value - 17) < 1, JSON.stringify(offset.value))
})

test('what a take recorded after the film is over changes nothing', () => {
  const takes = (seconds: number) => [
    aTake({ fromMs: -4_000, seconds, drift: 30 }),
    aTake({ camera: 'right', fromMs: -4_000, seconds, drift: -30, lag: (second) => second % 5 }),
  ]
  assert.deepEqual(measureClocks(grid, takes(72), minute), measureClocks(grid, takes(400), minute))
})

test('what cannot be measured says why', () => {
  const nothing = measureClocks(grid, [], minute)
  assert.deepEqual(nothing.drift.left, { is: 'unknown', why: 'no footage of this camera lies in the film' })
  assert.deepEqual(nothing.offset, { is: 'unknown', why: 'no frame of the film is held by both cameras' })
  const short = measureClocks(grid, [aTake({ fromMs: 0, seconds: 8 })], minute)
  assert.deepEqual(short.drift.left, { is: 'unknown', why: 'less than 10 s of footage: too short for a drift' })
  const apart = [aTake({ fromMs: 0, seconds: 12 }), aTake({ camera: 'right', fromMs: 20_000, seconds: 12 })]
  assert.deepEqual(measureClocks(grid, apart, minute).offset, { is: 'unknown', why: 'no frame of the film is held by both cameras' })
  const boots = [aTake({ fromMs: 0, seconds: 20 }), aTake({ camera: 'right', fromMs: 0, seconds: 20, bootId: 'boot-2' })]
  const { offset } = measureClocks(grid, boots, minute)
  assert.ok(offset.is === 'unknown' && /different starts of the machine/.test(offset.why))
})

test('a camera that came late is compared at the first frame that both hold', () => {
  const takes = [aTake({ fromMs: -4_000, seconds: 64 }), aTake({ camera: 'right', fromMs: 20_010, seconds: 40 })]
  const { offset } = measureClocks(grid, takes, minute)
  assert.ok(offset.is === 'known')
  assert.equal(offset.value.frame, 500)
  assert.ok(Math.abs(offset.value.ms.value - 10) < 0.1, JSON.stringify(offset.value))
})
