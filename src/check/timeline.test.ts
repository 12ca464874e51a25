import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Anchor, Camera, Take } from '../capture/take.ts'
import { driftPpm, offsetAt } from './camera-clock.ts'
import { causeAt, coveredSpans, shareOf } from './coverage.ts'
import { chooseOrigin, placeSegments, type FilmGrid } from './timeline.ts'

const fps = 25
const boot = 'boot-1'
const startsAtMs = 1_000_000_000
const grid: FilmGrid = { bootId: boot, originUs: 500_000_000, startsAtMs, fps }

/** A camera that began at film time `fromMs` and ran for `seconds`; its clock runs `drift` ppm slow; arrivals lag by `lag` ms. */
function aTake(options: {
  camera?: Camera
  fromMs: number
  seconds: number
  drift?: number
  lag?: (second: number) => number
  base?: number
  bootId?: string
  ended?: string
}): Take {
  const { camera = 'left', fromMs, seconds, drift = 0, lag = () => 0, base = 90_000, bootId = boot } = options
  const at = (ticks: number): number => grid.originUs + fromMs * 1_000 + ((ticks - base) * 100 * (1 + drift / 1e6)) / 9
  const numbers = Array.from({ length: Math.ceil(seconds / 4) }, (_, n) => n)
  const anchors: Anchor[] = Array.from({ length: seconds }, (_, s) => {
    const ticks = base + s * 90_000
    const monotonicUs = Math.round(at(ticks) + lag(s) * 1_000)
    return { ticks, monotonicUs, utcMs: startsAtMs + Math.round((monotonicUs - grid.originUs) / 1_000), frames: s * fps }
  })
  return {
    id: `${fromMs}`.padStart(12, '0'),
    rigId: 'rig',
    camera,
    folder: '/nowhere',
    bootId,
    begunAtMs: startsAtMs + fromMs,
    chain: { pid: 1, startTicks: 1 },
    source: undefined,
    segments: numbers.map((number) => {
      const frames = Math.min(4, seconds - number * 4) * fps
      const firstTicks = base + number * 360_000
      return { number, firstTicks, lastTicks: firstTicks + (frames - 1) * 3_600, frames, bytes: 1, sha256: '' }
    }),
    opened: numbers.map((number) => ({ number, firstTicks: base + number * 360_000 })),
    anchors,
    ended: options.ended === undefined ? undefined : { cause: options.ended, detail: '', atMs: 0 },
  }
}

test('pictures stand where they were captured, not where they were counted', () => {
  const placed = placeSegments(grid, 'left', [aTake({ fromMs: -2_000, seconds: 20 })])
  assert.deepEqual(
    placed.map(({ firstFrame }) => firstFrame),
    [-50, 50, 150, 250, 350],
  )
})

test('two cameras with any phase, drift and lag are never paired more than one frame apart', () => {
  const ppm = fc.integer({ min: -150, max: 150 })
  fc.assert(
    fc.property(
      fc.double({ min: -2_000, max: -1_500, noNaN: true }),
      fc.double({ min: 0, max: 400, noNaN: true }),
      ppm,
      ppm,
      fc.integer({ min: 0, max: 60 }),
      (fromMs, phaseMs, driftLeft, driftRight, jitter) => {
        const lag = (second: number): number => (second % 5 === 0 ? 0 : jitter)
        const left = aTake({ fromMs, seconds: 40, drift: driftLeft, lag })
        const right = aTake({ camera: 'right', fromMs: fromMs + phaseMs, seconds: 40, drift: driftRight, lag })
        const origin = chooseOrigin(startsAtMs, fps, [left], 'left')
        assert.ok(origin)
        assert.ok(Math.abs(origin.us - grid.originUs) <= 21_000) // half a frame, and the label's millisecond
        const film = { ...grid, originUs: origin.us }
        const capturedAt = (take: Take, placed: { firstTicks: number; firstFrame: number }, drift: number): number => {
          const first = take.anchors[0]
          assert.ok(first)
          return (
            first.monotonicUs -
            lag(0) * 1_000 +
            ((placed.firstTicks - first.ticks) * 100 * (1 + drift / 1e6)) / 9 -
            (placed.firstFrame * 1e6) / fps
          )
        }
        const ofLeft = placeSegments(film, 'left', [left, right]).map((placed) => capturedAt(left, placed, driftLeft))
        const ofRight = placeSegments(film, 'right', [left, right]).map((placed) => capturedAt(right, placed, driftRight))
        assert.equal(ofLeft.length, 10)
        for (const [n, l] of ofLeft.entries())
          assert.ok(Math.abs(l - (ofRight[n] ?? Number.NaN)) <= 45_000, `segment ${n}: ${l} ${ofRight[n]}`)
      },
    ),
  )
})

test('jitter near half a frame does not make a camera dither', () => {
  const lag = (second: number): number => (second % 3 === 0 ? 1 : 0)
  const placed = placeSegments(grid, 'left', [aTake({ fromMs: 19.5, seconds: 60, lag })])
  assert.equal(new Set(placed.map(({ firstFrame, number }) => firstFrame - number * 100)).size, 1)
})

test('a slow camera keeps its place in the film for hours', () => {
  const placed = placeSegments(grid, 'left', [aTake({ fromMs: 0, seconds: 4_000, drift: 100 })])
  const last = placed.at(-1)
  assert.ok(last)
  assert.equal(last.firstFrame - last.number * 100, 10) // 4,000 s at 100 ppm: 400 ms late
})

test('a late arrival at the start waits for a prompt one within the first second', () => {
  const take = aTake({ fromMs: 0, seconds: 8, lag: (second) => (second === 0 ? 300 : 0) })
  assert.equal(placeSegments(grid, 'left', [take])[0]?.firstFrame, 0)
  assert.deepEqual(placeSegments(grid, 'left', [{ ...take, anchors: [] }]), [])
})

test('what is said of a segment does not change when more is known', () => {
  const whole = aTake({ fromMs: -1_000, seconds: 40, lag: (second) => (second * 7) % 13 })
  for (let known = 2; known < 40; known += 1) {
    const early = {
      ...whole,
      anchors: whole.anchors.slice(0, known),
      opened: whole.opened.filter(({ firstTicks }) => firstTicks <= (whole.anchors[known - 1]?.ticks ?? 0)),
    }
    const then = placeSegments(grid, 'left', [early]).map(({ firstFrame }) => firstFrame)
    const now = placeSegments(grid, 'left', [whole]).map(({ firstFrame }) => firstFrame)
    assert.deepEqual(then, now.slice(0, then.length))
  }
})

test('after a reboot the wall clock places the footage', () => {
  const take = aTake({ fromMs: 60_000, seconds: 8, bootId: 'boot-2' })
  const shifted = { ...take, anchors: take.anchors.map((anchor) => ({ ...anchor, monotonicUs: anchor.monotonicUs - 77_000_000 })) }
  assert.equal(placeSegments(grid, 'left', [shifted])[0]?.firstFrame, 1_500)
})

test('drift is measured from ten seconds on', () => {
  assert.equal(driftPpm(aTake({ fromMs: 0, seconds: 9 }).anchors), undefined)
  assert.ok(Math.abs((driftPpm(aTake({ fromMs: 0, seconds: 60, drift: 100 }).anchors) ?? 0) - 100) < 2)
})

test('an ended take with a single anchor still has a clock', () => {
  const take = aTake({ fromMs: 0, seconds: 1, ended: 'killed' })
  assert.ok(offsetAt(take, 90_000))
  assert.ok(offsetAt({ ...take, anchors: take.anchors.map((a) => ({ ...a, ticks: a.ticks + 200_000 })) }, 90_000))
})

test('coverage is what closed segments hold, and each gap names its cause', () => {
  const takes = [aTake({ fromMs: -1_000, seconds: 9, ended: 'killed' }), aTake({ fromMs: 10_000, seconds: 12 })]
  const spans = coveredSpans(grid, 'left', takes, 500)
  assert.deepEqual(spans, [
    { first: 0, frames: 200 },
    { first: 250, frames: 250 },
  ])
  assert.equal(shareOf(spans, 500), 0.9)
  assert.equal(causeAt(220, 'left', takes, grid), 'killed')
  assert.equal(causeAt(100, 'left', takes, grid), 'frames-dropped')
  assert.equal(causeAt(100, 'right', takes, grid), 'late-start')
  assert.equal(causeAt(220, 'left', [aTake({ fromMs: -1_000, seconds: 9, ended: 'stopped' })], grid), 'recorder-restarted')
})
