import assert from 'node:assert/strict'
import { test } from 'node:test'
import { verdictOf, verdictSchema, type VerdictFacts } from './verdict.ts'

const facts: VerdictFacts = {
  fps: 25,
  framesExpected: 1_000,
  framesDecoded: 1_000,
  pictureTicks: [3_600, 3_600],
  gaps: [],
  pictureFaults: [],
  isInterrupted: false,
}

test('a film without a fault is told as such', () => {
  const verdict = verdictOf(facts)
  assert.deepEqual(verdictSchema.parse(verdict), {
    framesExpected: 1_000,
    framesDecoded: 1_000,
    uniformTimes: true,
    alive: { left: 1, right: 1 },
    blackSeconds: 0,
    coveredSeconds: 0,
    frozenSeconds: 0,
    partialBecause: [],
  })
})

test('a camera is alive where it was there and showed something; what overlaps counts once, what lies behind the film not at all', () => {
  const verdict = verdictOf({
    ...facts,
    gaps: [
      { camera: 'left', firstFrame: 100, frames: 100, cause: 'stalled' },
      { camera: 'sound', firstFrame: 0, frames: 1_000, cause: 'silent' },
    ],
    pictureFaults: [
      { camera: 'left', fault: 'frozen', firstFrame: 150, frames: 100 },
      { camera: 'left', fault: 'black', firstFrame: 975, frames: 100 },
      { camera: 'right', fault: 'black', firstFrame: 0, frames: 51 },
    ],
  })
  assert.deepEqual(verdict.alive, { left: 0.825, right: 0.949 })
  assert.deepEqual([verdict.blackSeconds, verdict.coveredSeconds, verdict.frozenSeconds], [3.04, 0, 4])
})

test('a chunk whose pictures last longer than the others’ is told', () => {
  assert.equal(verdictOf({ ...facts, pictureTicks: [3_600, 3_601, 3_600] }).uniformTimes, false)
})
