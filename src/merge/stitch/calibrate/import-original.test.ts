import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { EzrecError } from '../../../base/errors.ts'
import { importOriginal } from './import-original.ts'

const madeAt = '2026-11-23T00:00:00.000Z'
const original = {
  H: [
    [0.88, -0.02, 1432],
    [-0.03, 1.06, -38],
    [-2e-5, -1e-6, 2],
  ],
  left_shape: [1080, 1920],
  right_shape: [1080, 1920, 3],
  calibration_info: { inliers: 318, total_matches: 509, match_ratio: 0.62, timestamp: '2025-08-01' },
  config_used: {},
}
const read = (change: object): ReturnType<typeof importOriginal> =>
  importOriginal(JSON.stringify({ ...original, ...change }), 'h.json', madeAt)

test("the original's file becomes one of ours, its matrix scaled to end in 1", () => {
  const { calibration, overlapShare } = read({ H: original.H.map((row, n) => (n === 2 ? [-2e-5, -1e-6, 1] : row)) })
  assert.deepEqual(calibration.left, { width: 1920, height: 1080 })
  assert.deepEqual(calibration.homography, [0.88, -0.02, 1432, -0.03, 1.06, -38, -2e-5, -1e-6, 1])
  assert.equal(calibration.madeAt, madeAt)
  assert.ok(overlapShare > 0.2 && overlapShare < 0.3, `${overlapShare}`)
  assert.equal(read({}).calibration.homography[8], 1)
})

test('a matrix that folds, mirrors or squeezes, and shapes that are none, are refused', () => {
  const refused = (change: object, message: RegExp): void => assert.throws(() => read(change), { code: 'invalid', message })
  refused({ H: [[-1, 0, 3000], [0, 1, 0], [0, 0, 1]] }, /mirrored/) // prettier-ignore
  refused({ H: [[1, 0, 0], [2, 0, 0], [0, 0, 1]] }, /squeezes|singular/) // prettier-ignore
  refused({ H: [[1, 0, 5000], [0, 1, 0], [0, 0, 1]] }, /share nothing/) // prettier-ignore
  refused({ H: [[1, 0, null], [0, 1, 0], [0, 0, 1]] }, /H\.0\.2/) // prettier-ignore
  refused({ H: [1, 0, 0, 0, 1, 0, 0, 0, 1] }, /taken over: H: /)
  refused({ left_shape: [1081, 1920] }, /left/)
  refused({ right_shape: undefined }, /right_shape/)
  assert.throws(() => importOriginal('{', 'h.json', madeAt), { code: 'invalid', message: /no JSON/ })
})

test('no file, however damaged, is more than refused', () =>
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.json(), fc.array(fc.array(fc.double(), { minLength: 3, maxLength: 3 }), { minLength: 3, maxLength: 3 })),
      (given) => {
        try {
          if (typeof given === 'string') importOriginal(given, 'h.json', madeAt)
          else read({ H: given })
        } catch (error) {
          assert.ok(error instanceof EzrecError && error.code === 'invalid', String(error))
        }
      },
    ),
  ))
