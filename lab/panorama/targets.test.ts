import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Cost } from '../run-job.ts'
import type { Quality } from './judge-picture.ts'
import { costFaults, ownFaults, ratiosOf, trueFaults, type Rounds } from './targets.ts'

const rounds = (...seconds: readonly number[]): Rounds =>
  seconds.map((cpuSeconds): Cost => ({ cpuSeconds, wallSeconds: cpuSeconds, fps: 300 / cpuSeconds, frames: 300, output: undefined }))

const beside = { original: rounds(40, 80, 40), perspective: rounds(20, 40, 20), decode: rounds(4, 8, 4), encode: rounds(9, 18, 9) }

test('a round in which everything took twice as long changes no ratio', () => {
  assert.deepEqual(ratiosOf(rounds(10, 20, 10), beside), { fpsOfOriginal: 4, cpuOfOriginal: 0.25, cpuOfPerspective: 0.5, floorShare: 1.3 })
})

test('each target that is missed is named, and a job that was not measured misses all', () => {
  assert.deepEqual(costFaults('veryfast', ratiosOf(rounds(12, 24, 12), beside)), [])
  assert.deepEqual(costFaults('veryfast', ratiosOf(rounds(19, 38, 19), beside)), [
    'frames a second of the original: 2.105, not at least 3.3',
    'processor time of the original: 0.475, not at most 0.45',
    'processor time of the perspective filter: 0.95, not at most 0.8',
    "the floor's share: 0.684, not at least 0.82",
  ])
  assert.deepEqual(costFaults('ultrafast', ratiosOf(rounds(19, 38, 19), beside)).length, 2)
  assert.equal(costFaults('veryfast', ratiosOf([], beside)).length, 4)
})

const quality = (all: number, overlap: number, seamStep: number): Quality => {
  const like = (psnr: number) => ({ psnr, ssim: 0.9 })
  return { left: like(all), overlap: like(overlap), right: like(all), all: like(all), seamStep, seamAt: 1700, usualStep: 0.05, frames: 10 }
}

test('a picture is judged by its likeness and its seam', () => {
  assert.deepEqual([...trueFaults(quality(35.6, 36, 0.7)), ...ownFaults(quality(33.1, 35.2, 3))], [])
  assert.equal(trueFaults(quality(35.4, 36, 0.9)).length, 2)
  assert.deepEqual(trueFaults(quality(35.4, 36, 0.7), 0.3), [])
  assert.equal(trueFaults(quality(35.1, 36, 0.7), 0.3).length, 1)
  assert.equal(ownFaults(quality(32.9, 34.9, 0.1)).length, 2)
  assert.equal(trueFaults(quality(Number.NaN, 36, Number.NaN)).length, 2)
})
