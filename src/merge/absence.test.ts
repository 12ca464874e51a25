import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Take } from '../capture/take.ts'
import { openProof } from './absence.ts'

const startsAtMs = 1_000_000
const grid = { bootId: 'boot', originUs: 0, startsAtMs, fps: 25 }

const take = (over: Partial<Take>): Take => ({
  id: 'a',
  rigId: 'rig',
  camera: 'left',
  folder: '/nowhere',
  bootId: 'boot',
  begunAtMs: startsAtMs,
  chain: { pid: 1, startTicks: 1 },
  source: undefined,
  segments: [],
  opened: [],
  anchors: [],
  ended: undefined,
  ...over,
})
const ended = { cause: 'killed', detail: '', atMs: startsAtMs }
const segment = { number: 0, firstTicks: 90_000, lastTicks: 90_000 + 99 * 3_600, frames: 100, bytes: 1, sha256: '' }
const anchor = { ticks: 90_000, monotonicUs: 0, utcMs: startsAtMs, frames: 1 }
const hundredFrames = take({ opened: [{ number: 0, firstTicks: 90_000 }], segments: [segment], anchors: [anchor], ended })

const proofAt = (ms: number, camera: 'left' | 'right' = 'left') =>
  openProof({ camera, grid, clock: { nowMs: () => startsAtMs + ms, monotonicUs: () => 0, sleep: () => Promise.resolve() } })

test('without any take a frame is missing a second after its instant, and a whole stretch at once', () => {
  assert.equal(proofAt(1_000).emptyUntil(0, []), 0)
  assert.equal(proofAt(1_041).emptyUntil(0, []), 1)
  assert.equal(proofAt(11_000).emptyUntil(0, []), 250)
})

test('a take that shows pictures may hold any frame: nothing is proven while it runs', () => {
  const running = take({ opened: [{ number: 0, firstTicks: 90_000 }] })
  assert.equal(proofAt(60_000).emptyUntil(10, [running]), 10)
  assert.equal(proofAt(60_000, 'right').emptyUntil(10, [running]), 1_475, "the other camera is nobody's proof")
})

test('a camera that lives but shows nothing cannot hold what was before it, and soon not what was since', () => {
  const mute = take({ begunAtMs: startsAtMs + 4_000 })
  assert.equal(proofAt(4_500).emptyUntil(0, [mute]), 87)
  assert.equal(proofAt(4_500).emptyUntil(95, [mute]), 95)
  assert.equal(proofAt(10_000).emptyUntil(0, [mute]), 200)
})

test('a take that has ended holds its own frames, until its last picture was decoded', () => {
  const proof = proofAt(60_000)
  assert.equal(proof.emptyUntil(99, [hundredFrames]), 99)
  assert.equal(proof.emptyUntil(100, [hundredFrames]), 1_475)
  assert.equal(proof.isOver(hundredFrames, 99), false)
  proof.finished.add('a')
  assert.equal(proof.isOver(hundredFrames, 0), true)
  assert.equal(proof.emptyUntil(50, [hundredFrames]), 1_475)
})

test('a take that ended without a picture holds nothing', () => {
  assert.equal(proofAt(2_000).emptyUntil(0, [take({ ended })]), 25)
})
