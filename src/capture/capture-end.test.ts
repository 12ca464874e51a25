import assert from 'node:assert/strict'
import { test } from 'node:test'
import { captureEnd } from './capture-end.ts'
import type { Take } from './take.ts'

const recording = { rigId: 'rig', endsAtMs: 100_000 }

/** A running take that began at 50 s; its segments are closed up to `closedToMs`; its camera's clock is 7 s ahead of ours. */
function aTake(closedToMs: number | undefined, more: Partial<Take> = {}): Take {
  const ticksAt = (ms: number): number => (ms + 7_000) * 90
  return {
    id: 't',
    rigId: 'rig',
    camera: 'left',
    folder: '/nowhere',
    bootId: 'boot',
    begunAtMs: 50_000,
    chain: { pid: 1, startTicks: 1 },
    source: undefined,
    segments:
      closedToMs === undefined
        ? []
        : [{ number: 0, firstTicks: ticksAt(50_000), lastTicks: ticksAt(closedToMs), frames: 1, bytes: 1, sha256: '' }],
    opened: [],
    anchors: [
      { ticks: ticksAt(51_000), monotonicUs: 0, utcMs: 51_000, frames: 1 },
      { ticks: ticksAt(90_000), monotonicUs: 0, utcMs: 90_000, frames: 1 },
    ],
    ended: undefined,
    ...more,
  }
}

test('the sound is waited for apart: by whoever wants all of it', () => {
  const open = aTake(60_000, { camera: 'sound' })
  assert.equal(captureEnd(recording, [aTake(110_000), open], 200_000), true)
  assert.equal(captureEnd(recording, [aTake(60_000), aTake(110_000, { camera: 'sound' })], 200_000, 'sound'), true)
  assert.equal(captureEnd(recording, [aTake(110_000), open], 200_000, 'sound'), false)
})

const ended = { cause: 'killed', detail: '', atMs: 99_000 }

test('before its end no capture is over, even when nothing runs', () => {
  assert.equal(captureEnd(recording, [], 99_999), false)
  assert.equal(captureEnd(recording, [aTake(99_000, { ended })], 99_999), false)
})

test('from its end on it is over when nothing runs', () => {
  assert.equal(captureEnd(recording, [], 100_000), true)
  assert.equal(captureEnd(recording, [aTake(60_000, { ended }), aTake(undefined, { ended })], 100_000), true)
})

test('a running take holds it open until its closed segments reach past the end and the arrival lag', () => {
  assert.equal(captureEnd(recording, [aTake(101_499)], 200_000), false)
  assert.equal(captureEnd(recording, [aTake(101_500)], 200_000), true)
  assert.equal(captureEnd(recording, [aTake(undefined)], 200_000), false)
})

test('one camera that is late holds it open for both', () => {
  assert.equal(captureEnd(recording, [aTake(110_000), aTake(100_000, { camera: 'right' })], 200_000), false)
  assert.equal(captureEnd(recording, [aTake(100_000), aTake(110_000, { camera: 'right' })], 200_000), false)
})

test("a take of another rig or of a later time is none of this recording's", () => {
  assert.equal(captureEnd(recording, [aTake(undefined, { rigId: 'other' })], 100_000), true)
  assert.equal(captureEnd(recording, [aTake(undefined, { begunAtMs: 100_000 })], 100_000), true)
  assert.equal(captureEnd(recording, [aTake(undefined, { begunAtMs: 99_999 })], 100_000), false)
})

test('where a segment ends is told by the newest anchor before its end, else by the first there is', () => {
  const late = { ticks: aTake(200_000).segments[0]?.lastTicks ?? 0, monotonicUs: 0, utcMs: 5, frames: 1 }
  const take = aTake(101_500)
  assert.equal(captureEnd(recording, [{ ...take, anchors: [...take.anchors, late] }], 200_000), true)
  const jumped = { ...take.anchors[1], ticks: take.anchors[1]?.ticks ?? 0, monotonicUs: 0, utcMs: 80_000, frames: 1 }
  assert.equal(captureEnd(recording, [{ ...take, anchors: [...take.anchors.slice(0, 1), jumped] }], 200_000), false)
  const first = { ticks: (101_600 + 7_000) * 90, monotonicUs: 0, utcMs: 101_600, frames: 1 }
  assert.equal(captureEnd(recording, [{ ...take, anchors: [first] }], 200_000), true)
  assert.equal(captureEnd(recording, [{ ...take, anchors: [{ ...first, utcMs: 101_599 }] }], 200_000), false)
  assert.equal(captureEnd(recording, [{ ...take, anchors: [] }], 200_000), false)
})

test('the newest segment counts', () => {
  const [first] = aTake(60_000).segments
  const [last] = aTake(102_000).segments
  assert.ok(first && last)
  assert.equal(captureEnd(recording, [aTake(60_000, { segments: [first, { ...last, number: 1 }] })], 200_000), true)
})
