import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Camera, Take } from '../../capture/take.ts'
import { isWritten, partsOf } from './clip-policy.ts'

const noon = Date.UTC(2026, 4, 2, 12)

/** Segments of 4 s from some seconds after noon. */
function take(camera: Camera, fromSeconds: number, segments: number, ended = false): Take {
  const ticksOf = (second: number): number => second * 90_000
  return {
    ...{ id: `${camera}${fromSeconds}`, rigId: 'rig', camera, folder: '/x', bootId: 'b', begunAtMs: noon + fromSeconds * 1_000 },
    ...{ chain: { pid: 1, startTicks: 1 }, source: undefined, opened: [] },
    ended: ended ? { cause: 'stopped', detail: '', atMs: noon } : undefined,
    segments: Array.from({ length: segments }, (_, number) => ({
      ...{ number, firstTicks: ticksOf(number * 4), lastTicks: ticksOf(number * 4 + 4) - 3_600, frames: 100, bytes: 1, sha256: '' },
    })),
    anchors: [{ ticks: 0, monotonicUs: 0, utcMs: noon + fromSeconds * 1_000, frames: 0 }],
  }
}

const window = (fromSeconds: number, toSeconds: number, notBeforeSeconds = 0): { fromMs: number; toMs: number; notBeforeMs: number } => ({
  fromMs: noon + fromSeconds * 1_000,
  toMs: noon + toSeconds * 1_000,
  notBeforeMs: noon + notBeforeSeconds * 1_000,
})

const told = (parts: ReturnType<typeof partsOf>): unknown[] =>
  parts.map(({ camera, segments, skipSeconds, seconds }) => [camera, segments.map(({ number }) => number), skipSeconds, seconds])

test('a clip is cut from the segments that touch it, from a second before its first instant: a key frame lies in that second', () => {
  assert.deepEqual(told(partsOf(window(10, 18), [take('left', 0, 6), take('right', 0.5, 6)])), [
    ['left', [2, 3, 4], 1, 9],
    ['right', [2, 3, 4], 0.5, 9],
  ])
})

test('nothing from before the match is in it, however near its first instant is', () => {
  assert.deepEqual(told(partsOf(window(5, 9, 5), [take('left', 0, 6)])), [['left', [1, 2], 1, 4]])
  assert.deepEqual(told(partsOf(window(5.2, 9, 5), [take('left', 0, 6)])), [['left', [1, 2], 1, 4]])
})

test('a camera that began anew gives two parts, one that was lost none', () => {
  assert.deepEqual(told(partsOf(window(2, 18), [take('left', 0, 2, true), take('left', 10, 3)])), [
    ['left', [0, 1], 1, 17],
    ['left', [0, 1], 0, 8],
  ])
})

test('a part ends where a file is gone, and what comes behind it is counted from its own first picture', () => {
  const left = take('left', 0, 6)
  const without = (...gone: number[]): unknown[] => told(partsOf(window(6, 22), [left], (_, { number }) => !gone.includes(number)))
  assert.deepEqual(without(1), [['left', [2, 3, 4, 5], 0, 14]])
  assert.deepEqual(without(3), [
    ['left', [1, 2], 1, 17],
    ['left', [4, 5], 0, 6],
  ])
})

test('it is waited until both cameras have written its last second, but not for one whose segment is long due', () => {
  const [half, whole] = [take('left', 0, 4), take('right', 0, 5)]
  assert.equal(isWritten(window(10, 18), [half, whole], noon + 19_000, 4_000), false)
  assert.equal(isWritten(window(10, 18), [take('left', 0, 5), whole], noon + 19_000, 4_000), true)
  assert.equal(isWritten(window(10, 18), [whole], noon + 19_000, 4_000), false)
  assert.equal(isWritten(window(10, 18), [whole], noon + 52_001, 4_000), true)
  assert.equal(isWritten(window(10, 18), [whole], noon + 77_999, 30_000), false, 'a segment of 30 s closes as late as that')
})
