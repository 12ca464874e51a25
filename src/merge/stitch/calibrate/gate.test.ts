import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { judgeCalibration, limits, type Evidence } from './gate.ts'

const good: Evidence = {
  keyPoints: 6_000,
  featureInliers: 900,
  landmarks: 1_100,
  inliers: 950,
  rmsPx: 0.08,
  overlapShare: 0.26,
  spread: 0.95,
  shape: 'sound',
}

const codesOf = (change: Partial<Evidence>): readonly string[] => judgeCalibration({ ...good, ...change }).map(({ code }) => code)

test('a good calibration passes', () => assert.deepEqual(codesOf({}), []))

test('each fault has its own reason', () => {
  const faults: readonly (readonly [Partial<Evidence>, string])[] = [
    [{ keyPoints: 3 }, 'no-drawing'],
    [{ featureInliers: limits.inliers - 1, inliers: 700 }, 'too-few-matches'],
    [{ inliers: limits.inliers - 1, landmarks: 100 }, 'too-few-landmarks'],
    [{ rmsPx: 0.51 }, 'inaccurate'],
    [{ rmsPx: Number.POSITIVE_INFINITY }, 'inaccurate'],
    [{ rmsPx: Number.NaN }, 'inaccurate'],
    [{ spread: 0.1 }, 'uneven'],
    [{ landmarks: 5_000 }, 'parallax'],
    [{ overlapShare: 0.02 }, 'overlap-small'],
    [{ overlapShare: 0.99 }, 'same-picture'],
    [{ shape: 'mirrored' }, 'mirrored'],
    [{ shape: 'swapped' }, 'swapped'],
    [{ shape: 'folded' }, 'folded'],
  ]
  for (const [change, code] of faults) assert.deepEqual(codesOf(change), [code], JSON.stringify(change))
})

test('pictures that share too little are told how to move the cameras', () => {
  const [refusal] = judgeCalibration({ ...good, featureInliers: 5, inliers: 0 })
  assert.equal(refusal?.hint, 'the two pictures share too little: move the cameras so that they overlap by a fifth')
})

test('a small picture has few features: landmarks that agree prove it as well, and if they do not, it is not the overlap that is wanting', () => {
  assert.deepEqual(codesOf({ featureInliers: 30, inliers: 921, landmarks: 927 }), [])
  assert.deepEqual(codesOf({ featureInliers: 20, inliers: 240, landmarks: 247, rmsPx: 0.489 }), ['too-few-matches'])
  const [refusal] = judgeCalibration({ ...good, featureInliers: 30, inliers: 400 })
  assert.equal(refusal?.code, 'too-few-matches')
  assert.match(refusal.hint, /^calibrate by daylight/)
})

test('nothing passes that misses a limit, whatever else is good', () =>
  fc.assert(
    fc.property(
      fc.record({
        keyPoints: fc.nat(10_000),
        featureInliers: fc.nat(2_000),
        landmarks: fc.nat(1_500),
        inliers: fc.nat(1_500),
        rmsPx: fc.double({ min: 0, max: 3 }),
        overlapShare: fc.double({ min: 0, max: 1 }),
        spread: fc.double({ min: 0, max: 1 }),
        shape: fc.constantFrom('sound', 'mirrored', 'folded', 'swapped'),
      }),
      (evidence) => {
        const passes =
          evidence.keyPoints >= limits.keyPoints &&
          evidence.inliers >= limits.inliers &&
          (evidence.featureInliers >= limits.inliers ||
            (evidence.inliers >= limits.agreeingAlone * evidence.landmarks && evidence.rmsPx <= limits.rmsAlonePx)) &&
          evidence.inliers >= limits.agreeing * evidence.landmarks &&
          evidence.rmsPx <= limits.rmsPx &&
          evidence.spread >= limits.spread &&
          evidence.overlapShare >= limits.smallestOverlap &&
          evidence.overlapShare <= limits.largestOverlap &&
          evidence.shape === 'sound'
        assert.equal(judgeCalibration(evidence).length === 0, passes)
      },
    ),
  ))
