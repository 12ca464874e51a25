import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { aTake, fps, grid, startsAtMs } from '../../tests/synthetic-take.ts'
import type { Take } from '../capture/take.ts'
import { chooseOrigin, framesBetween, placeSegments } from './timeline.ts'

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

const framesOf = (take: Take): number[] => placeSegments(grid, take.camera, [take]).map(({ firstFrame }) => firstFrame)

test('jitter near half a frame does not make a camera dither', () => {
  // Arrivals between 19.5 and 20.5 ms into a frame of 40: rounded each for itself, they would fall on both sides.
  const steady = framesOf(aTake({ fromMs: 19.5, seconds: 120, lag: (second) => (second % 40 < 20 ? 0 : 1) }))
  const late = framesOf(aTake({ fromMs: 19.5, seconds: 120, lag: (second) => (second < 60 ? 0 : 1) }))
  for (const frames of [steady, late]) assert.deepEqual([...new Set(frames.map((frame, n) => frame - n * 100))], [0])
})

test('a camera that is more than a little off its place gets a new one', () => {
  const placeAfter = (jumpMs: number): number | undefined =>
    framesOf(aTake({ fromMs: 0, seconds: 80, lag: (second) => (second < 40 ? 0 : jumpMs) })).at(-1)
  assert.deepEqual([placeAfter(21), placeAfter(22.5), placeAfter(62), placeAfter(65)], [1_900, 1_901, 1_902, 1_902])
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

test('within one boot the monotonic clock places the footage, whatever the wall clock did', () => {
  const take = aTake({ fromMs: 1_000, seconds: 8 })
  const jumped = { ...take, anchors: take.anchors.map((anchor) => ({ ...anchor, utcMs: anchor.utcMs + 3_600_000 })) }
  assert.deepEqual(framesOf(jumped), [25, 125])
})

test('only the takes of a camera are placed, and a segment without a clock ends what is known of its take', () => {
  const left = aTake({ fromMs: 0, seconds: 4 })
  const right = aTake({ camera: 'right', fromMs: 0, seconds: 8 })
  assert.deepEqual(
    placeSegments(grid, 'left', [right, left]).map(({ take, number, firstTicks }) => [take, number, firstTicks]),
    [[left, 0, 90_000]],
  )
  assert.equal(framesBetween(90_000, 90_000 + 3_599, 25), 1)
})

test('the film begins on a picture of the asked camera, at most half a frame from the booked instant', () => {
  for (const fromMs of [-3_000, -2_990, -2_981, -2_979, -15, 17]) {
    const left = aTake({ fromMs, seconds: 10 })
    const origin = chooseOrigin(startsAtMs, fps, [aTake({ camera: 'right', fromMs: -3_333, seconds: 10 }), left], 'left')
    assert.ok(origin && origin.bootId === left.bootId)
    const offUs = origin.us - grid.originUs
    const phaseUs = fromMs * 1_000 - offUs
    assert.ok(Math.abs(offUs) <= 20_500, `${fromMs}: ${offUs}`)
    assert.equal(Math.round(phaseUs / 40_000) * 40_000, phaseUs, `${fromMs}: ${offUs}`)
  }
})

test('there is no beginning until a take of that camera has a clock; the first that has one decides', () => {
  const left = aTake({ fromMs: -3_000, seconds: 10 })
  const early = aTake({ fromMs: -9_000, seconds: 4 })
  const chosen = chooseOrigin(startsAtMs, fps, [left], 'left')
  assert.equal(chooseOrigin(startsAtMs, fps, [], 'left'), undefined)
  assert.equal(chooseOrigin(startsAtMs, fps, [left], 'right'), undefined)
  assert.equal(chooseOrigin(startsAtMs, fps, [{ ...left, opened: [] }], 'left'), undefined)
  assert.equal(chooseOrigin(startsAtMs, fps, [{ ...left, anchors: [] }], 'left'), undefined)
  assert.deepEqual(chooseOrigin(startsAtMs, fps, [{ ...early, anchors: [] }, left], 'left'), chosen)
})
