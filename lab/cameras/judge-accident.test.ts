import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Point } from '../harness.ts'
import { judgeAccident, type DoneAccident, type Evidence } from './judge-accident.ts'
import { aTake, fps, startsAtMs } from '../../tests/synthetic-take.ts'
import type { Take } from '../../src/capture/take.ts'

const at = (ms: number): number => startsAtMs + ms
const ended = (take: Take, atMs: number, cause = 'camera-ended'): Take => ({ ...take, ended: { cause, detail: '', atMs: at(atMs) } })

/** Left is gone from 8 s to 12 s; right goes on. */
const unplugged: DoneAccident = { kind: 'unplug', camera: 'left', awayMs: 4_000, atMs: at(8_000), backMs: at(12_000) }
const before = ended(aTake({ fromMs: 0, seconds: 8 }), 8_200)
const after = aTake({ fromMs: 13_000, seconds: 20 })
const other = aTake({ camera: 'right', fromMs: -1_000, seconds: 60 })

const judge = (change: Partial<Evidence> = {}, accident = unplugged): Point =>
  judgeAccident(1, accident, { takes: [before, after, other], told: [], fps, ...change })

test('seen when the take ends, recorded again from the first picture of the next one', () => {
  assert.deepEqual(judge(), {
    name: '1: unplug of left',
    faults: [],
    figures: { awayMs: 4_000, seenMs: 200, resumedMs: 1_000, cause: 'camera-ended', otherLostFrames: 0 },
  })
})

test('the word of the recorder counts when it comes sooner than the end', () => {
  const late = { takes: [ended(before, 11_500, 'stalled'), after, other] }
  assert.deepEqual(judge(late).faults, ['seen after 3500 ms, at most 3000 ms may be'])
  const word = (camera: 'left' | 'right', ms: number) => ({ camera, atMs: at(ms), what: 'a camera chain says' })
  assert.equal(judge({ ...late, told: [word('left', 7_000), word('left', 10_600)] }).figures['seenMs'], 2_600)
  assert.equal(judge({ ...late, told: [word('right', 8_100)] }).figures['seenMs'], 3_500)
})

test('a camera that records again too late, or never, fails', () => {
  assert.deepEqual(judge({ takes: [before, aTake({ fromMs: 17_100, seconds: 20 }), other] }).faults, [
    'recorded again after 5100 ms, at most 5000 ms may be',
  ])
  assert.deepEqual(judge({ takes: [before, other] }).faults, ['recorded again after no time at all: never, at most 5000 ms may be'])
})

test('a take that waited for the camera counts from the first picture after its return', () => {
  const waited = { ...aTake({ fromMs: 11_980, seconds: 20 }) }
  assert.equal(judge({ takes: [before, waited, other] }).figures['resumedMs'], 20)
})

test('a fault that nobody saw fails', () => {
  const { faults } = judge({ takes: [aTake({ fromMs: 0, seconds: 40 }), other] })
  assert.equal(faults.length, 2, faults.join('\n'))
})

test('a picture that the other camera lost fails, within a segment and between two', () => {
  const without = (frames: number) => ({
    ...other,
    segments: other.segments.map((each) => (each.number === 2 ? { ...each, frames } : each)),
  })
  assert.deepEqual(judge({ takes: [before, after, without(98)] }).faults, ['the other camera lost 2 frames'])
  const holed = { ...other, segments: other.segments.filter(({ number }) => number !== 2) }
  assert.deepEqual(judge({ takes: [before, after, holed] }).faults, ['the other camera lost 100 frames'])
  const far = { ...other, segments: other.segments.map((each) => (each.number === 10 ? { ...each, frames: 50 } : each)) }
  assert.deepEqual(judge({ takes: [before, after, far] }).faults, [])
})

test('another take of the other camera is a loss', () => {
  const broken = [aTake({ camera: 'right', fromMs: -1_000, seconds: 10 }), aTake({ camera: 'right', fromMs: 9_100, seconds: 40 })]
  assert.deepEqual(judge({ takes: [before, after, ...broken] }).faults, ['the other camera lost all'])
})
