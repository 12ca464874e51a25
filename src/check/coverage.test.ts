import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { aTake, grid } from '../../tests/synthetic-take.ts'
import type { Take } from '../capture/take.ts'
import { causeAt, coveredSpans, segmentsWithin, shareOf, shareWithout } from './coverage.ts'

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

test('the segments of a film are those that hold a picture of it', () => {
  const takes = [aTake({ fromMs: -6_000, seconds: 40 }), aTake({ camera: 'right', fromMs: 0, seconds: 8 })]
  const numbers = (camera: 'left' | 'right'): number[] => segmentsWithin(grid, camera, takes, 500).map(({ segment }) => segment.number)
  assert.deepEqual(numbers('left'), [1, 2, 3, 4, 5, 6]) // from -2 s to 22 s, for a film of 20 s
  assert.deepEqual(numbers('right'), [0, 1])
  assert.equal(segmentsWithin(grid, 'left', takes, 500)[0]?.firstFrame, -50)
})

test('units of sound are no frames: where they stand and how long they last is told by their time stamps', () => {
  const sound = (take: Take): Take => ({
    ...take,
    camera: 'sound',
    segments: take.segments.map((segment) => ({
      ...segment,
      frames: Math.round(((segment.lastTicks - segment.firstTicks) / 90_000) * 46.875),
    })),
  })
  const early = sound(aTake({ fromMs: -6_000, seconds: 5 }))
  assert.deepEqual(segmentsWithin(grid, 'sound', [early], 500), [], 'it ended a second before the film')
  const fast = { ...grid, fps: 60 }
  assert.ok(shareOf(coveredSpans(fast, 'sound', [sound(aTake({ fromMs: -1_000, seconds: 22 }))], 1_200), 1_200) > 0.99)
})

test('a share is never told better than it is', () => {
  assert.equal(shareWithout(0, 1_000_000), 1)
  assert.equal(shareWithout(1, 1_000_000), 0.9999)
  assert.equal(shareWithout(25, 100), 0.75)
  assert.equal(shareWithout(3, 1_500), 0.998)
  assert.equal(shareWithout(7, 5), 0)
  assert.equal(shareWithout(0, 0), 1)
})

test('the cause of a hole is told by the newest take that had begun by then', () => {
  const killed = aTake({ fromMs: -1_000, seconds: 5, ended: 'killed' }) // frames -25 to 99
  const running = aTake({ fromMs: 8_000, seconds: 8 }) // frames 200 to 399
  const takes = [killed, running]
  const told = (frame: number): string => causeAt(frame, 'left', takes, grid)
  assert.deepEqual([-26, -25, 98, 99, 150, 199].map(told), ['late-start', 'frames-dropped', 'frames-dropped', 'killed', 'killed', 'killed'])
  assert.deepEqual([200, 399, 5_000].map(told), ['frames-dropped', 'frames-dropped', 'frames-dropped'])
  assert.equal(causeAt(150, 'right', takes, grid), 'late-start')
  assert.equal(causeAt(150, 'left', [], grid), 'late-start')
})

test('a take that ended without a picture tells why; one that is only starting does not yet', () => {
  const before = aTake({ fromMs: -1_000, seconds: 5, ended: 'stalled' })
  const empty: Take = { ...aTake({ fromMs: 5_000, seconds: 4 }), opened: [], segments: [], anchors: [] }
  assert.equal(causeAt(150, 'left', [before, empty], grid), 'stalled')
  assert.equal(
    causeAt(150, 'left', [before, { ...empty, ended: { cause: 'camera-missing', detail: '', atMs: 0 } }], grid),
    'camera-missing',
  )
  assert.equal(
    causeAt(120, 'left', [before, { ...empty, ended: { cause: 'camera-missing', detail: '', atMs: 0 } }], grid),
    'camera-missing',
  )
  assert.equal(causeAt(119, 'left', [before, { ...empty, ended: { cause: 'camera-missing', detail: '', atMs: 0 } }], grid), 'stalled')
  assert.equal(causeAt(150, 'left', [empty], grid), 'late-start')
})

test('an ended take whose last segment was never closed does not claim what it lost', () => {
  const take = aTake({ fromMs: 0, seconds: 8, ended: 'killed' })
  assert.equal(causeAt(50, 'left', [{ ...take, segments: [] }], grid), 'killed')
  assert.equal(causeAt(150, 'left', [{ ...take, segments: take.segments.slice(0, 1) }], grid), 'killed')
})

test('a segment covers the pictures it holds, never more than its times have room for', () => {
  const take = aTake({ fromMs: 0, seconds: 4 })
  const covered = (change: { frames?: number; lastTicks?: number }): number | undefined =>
    coveredSpans(grid, 'left', [{ ...take, segments: take.segments.map((segment) => ({ ...segment, ...change })) }], 500)[0]?.frames
  assert.deepEqual([covered({}), covered({ frames: 60 }), covered({ frames: 200 }), covered({ lastTicks: 90_000 })], [100, 60, 100, 1])
})

test('an open segment covers nothing yet; what lies outside the film counts for nothing', () => {
  const take = aTake({ fromMs: -10_000, seconds: 24 })
  assert.deepEqual(coveredSpans(grid, 'left', [{ ...take, segments: take.segments.slice(0, 3) }], 300), [{ first: 0, frames: 50 }])
  assert.deepEqual(coveredSpans(grid, 'left', [take], 300), [{ first: 0, frames: 300 }])
  assert.deepEqual(coveredSpans(grid, 'left', [aTake({ fromMs: -4_000, seconds: 4 }), aTake({ fromMs: 12_000, seconds: 4 })], 300), [])
  assert.deepEqual(coveredSpans(grid, 'left', [], 300), [])
})

test('spans are in order, apart, and cover exactly the frames that some segment does', () => {
  const start = fc.integer({ min: -200, max: 600 })
  fc.assert(
    fc.property(fc.array(fc.tuple(start, fc.integer({ min: 1, max: 12 })), { maxLength: 6 }), (some) => {
      const takes = some.map(([from, seconds]) => aTake({ fromMs: from * 40, seconds, ended: 'stopped' }))
      const spans = coveredSpans(grid, 'left', takes, 400)
      const within = (frame: number): boolean => spans.some(({ first, frames }) => first <= frame && frame < first + frames)
      for (let frame = -5; frame < 405; frame += 1) {
        const held = frame >= 0 && frame < 400 && some.some(([from, seconds]) => from <= frame && frame < from + seconds * 25)
        assert.equal(within(frame), held, `frame ${frame}`)
      }
      for (const [n, { first, frames }] of spans.entries()) {
        const next = spans[n + 1]
        assert.ok(frames > 0 && (next === undefined || first + frames < next.first))
      }
    }),
  )
})

test('of a film without a frame nothing is missing', () => {
  assert.equal(shareOf([], 0), 1)
  assert.equal(shareOf([], 10), 0)
})
