import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { aTake } from '../../tests/synthetic-take.ts'
import { ticksToUs } from './camera-clock.ts'
import { fitClock } from './clock-fit.ts'

/** Lateness that repeats for a seed, 0 to `most` ms, each second by itself (mulberry32). */
const lateness =
  (seed: number, most: number) =>
  (second: number): number => {
    let t = Math.imul(seed * 1_009 + second, 0x6d2b79f5) + 0x6d2b79f5
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return (((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * most
  }

const driftOf = (...takes: Parameters<typeof aTake>[0][]): { value: number; uncertainty: number } | undefined =>
  fitClock(takes.map((take) => aTake(take).anchors)).driftPpm

test('an exact clock is measured exactly, and from ten seconds on', () => {
  assert.equal(fitClock([]).driftPpm, undefined)
  assert.equal(fitClock([[]]).driftPpm, undefined)
  assert.equal(driftOf({ fromMs: 0, seconds: 10 }), undefined)
  for (const drift of [-150, 0, 40, 100]) {
    const measured = driftOf({ fromMs: -70_000, seconds: 60, drift, base: 5e9 })
    assert.ok(measured && Math.abs(measured.value - drift) < 0.1 && measured.uncertainty < 0.2, `${drift}: ${JSON.stringify(measured)}`)
  }
})

test('a camera that drifts by 100 ppm is found out within 3 ppm over ten minutes of arrivals up to 10 ms late', () => {
  const measured = driftOf({ fromMs: 0, seconds: 600, drift: 100, lag: lateness(1, 10) })
  assert.ok(measured && Math.abs(measured.value - 100) < 3, JSON.stringify(measured))
  const hour = driftOf({ fromMs: 0, seconds: 3_600, drift: 100, lag: lateness(2, 20) })
  assert.ok(hour && Math.abs(hour.value - 100) < 0.5 && hour.uncertainty < 0.5, JSON.stringify(hour))
})

test('whatever the drift, the lateness and the zero, the truth lies within a few times the stated uncertainty', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -500, max: 500 }),
      fc.integer({ min: 12, max: 900 }),
      fc.integer({ min: 0, max: 60 }),
      fc.integer({ min: 0, max: 1e6 }),
      fc.integer({ min: 0, max: 2 ** 33 }),
      (drift, seconds, mostMs, seed, base) => {
        const measured = driftOf({ fromMs: 0, seconds, drift, base, lag: lateness(seed, mostMs) })
        assert.ok(measured && measured.uncertainty > 0)
        assert.ok(Math.abs(measured.value - drift) <= 5 * measured.uncertainty, `${drift}: ${JSON.stringify(measured)}`)
      },
    ),
  )
})

test('runs with zeros of their own share one drift, and short ones add up', () => {
  const runs = [0, 20_000, 50_000].map((fromMs, n) => ({ fromMs, seconds: 7, drift: 80, base: n * 1e9, lag: lateness(n, 2) }))
  assert.equal(driftOf({ fromMs: 0, seconds: 7, drift: 80 }), undefined)
  const measured = driftOf(...runs)
  assert.ok(measured && Math.abs(measured.value - 80) <= 2 * measured.uncertainty + 200, JSON.stringify(measured))
})

test('the line tells when a picture was captured, as late as the soonest arrivals are', () => {
  const take = aTake({ fromMs: 1_000, seconds: 120, drift: 50, lag: () => 4 })
  const fit = fitClock([take.anchors])
  const at = fit.at(0, 90_000 + 60 * 90_000)
  const truthUs = 500_000_000 + 1_000_000 + ticksToUs(60 * 90_000) * (1 + 50 / 1e6) + 4_000
  assert.ok(at && Math.abs(at.value - truthUs) < 20 && at.uncertainty < 20, JSON.stringify({ at, truthUs }))
  assert.equal(fit.at(1, 0), undefined)
})

test('one late stretch of a busy machine does not bend the line of an hour', () => {
  const measured = driftOf({ fromMs: 0, seconds: 3_600, drift: 20, lag: (second) => (second % 60 < 50 ? 300 : 1) })
  assert.ok(measured && Math.abs(measured.value - 20) < 1, JSON.stringify(measured))
})
