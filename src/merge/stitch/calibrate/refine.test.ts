import assert from 'node:assert/strict'
import { test } from 'node:test'
import { texturedViews, type ViewFaults } from '../../../../tests/textured-views.ts'
import { apply, type Matrix3 } from '../homography.ts'
import { planeFrom } from './luma-plane.ts'
import { gridOf } from './overlap.ts'
import { refineTwoView, type LensChoice, type PlanePair } from './refine.ts'
import { isInside, transfersOf, type PairSize, type TwoView } from './two-view.ts'

const sizes: PairSize = { left: { width: 480, height: 270 }, right: { width: 480, height: 270 } }
const tilted: Matrix3 = [0.97, -0.02, 320, 0.01, 1.01, -6, 4e-5, 2e-5, 1]

function pairOf(model: TwoView, faults: ViewFaults): PlanePair {
  const { left, right } = texturedViews(model, sizes, faults)
  return { left: planeFrom(left, sizes.left.width, sizes.left.height), right: planeFrom(right, sizes.right.width, sizes.right.height) }
}

/** Root mean square of what the found geometry is off in the overlap, in pixels. */
function offPx(found: TwoView, truth: TwoView): number {
  const [a, b] = [transfersOf(found, sizes).toRight, transfersOf(truth, sizes).toRight]
  const squares = gridOf(sizes.left).flatMap((point) => {
    const [there, wanted] = [a(point), b(point)]
    return there && isInside(wanted, sizes.right) ? [(there.x - wanted.x) ** 2 + (there.y - wanted.y) ** 2] : []
  })
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length)
}

const startNear = (truth: TwoView): TwoView => ({ homography: [...shifted(truth.homography)], k1: 0, k2: 0 })

const shifted = ([a, b, c, d, e, f, g, h, i]: Matrix3): Matrix3 => [a, b, c + 2.5, d, e, f - 2, g, h, i]

const refined = (truth: TwoView, faults: ViewFaults, lens: LensChoice = 'auto', frames = 1): TwoView =>
  refineTwoView(
    Array.from({ length: frames }, (_, n) => pairOf(truth, { ...faults, seed: n + 1 })),
    sizes,
    startNear(truth),
    lens,
  ).fit.model

test('a plane is found to a thirtieth of a pixel, through another exposure and through noise, and keeps straight lenses', () => {
  const truth: TwoView = { homography: tilted, k1: 0, k2: 0 }
  const found = refined(truth, { gain: 0.8, offset: 12, noise: 2 })
  assert.ok(offPx(found, truth) < 0.03, `${offPx(found, truth)} pixels`)
  assert.equal(found.k1, 0)
})

test('bent lenses are straightened, and without that the overlap does not fit', () => {
  const truth: TwoView = { homography: tilted, k1: -0.12, k2: 0 }
  const found = refined(truth, { noise: 1 })
  assert.ok(offPx(found, truth) < 0.05, `${offPx(found, truth)} pixels`)
  assert.ok(found.k1 < -0.05, `${found.k1}`)
  assert.ok(offPx(refined(truth, { noise: 1 }, 'none'), truth) > 2 * offPx(found, truth))
})

test('what moved between the frames is no landmark', () => {
  const truth: TwoView = { homography: tilted, k1: 0, k2: 0 }
  const frames = [0, 1, 2].map((n) => {
    const pair = pairOf(truth, { noise: 1, seed: n + 1 })
    // Something stands in the overlap at other places of both pictures in each frame.
    stamp(pair.left, 350 + n * 31, 60 + n * 50)
    stamp(pair.right, 20 + n * 30, 80 + n * 37)
    return pair
  })
  const { fit } = refineTwoView(frames, sizes, startNear(truth), 'auto')
  assert.ok(offPx(fit.model, truth) < 0.03, `${offPx(fit.model, truth)} pixels`)
})

test('where nothing of one picture is in the other, nothing is found', () => {
  const one = pairOf({ homography: tilted, k1: 0, k2: 0 }, {})
  const other = pairOf({ homography: [1, 0, 9_000, 0, 1, 400, 0, 0, 1], k1: 0, k2: 0 }, {})
  const { fit } = refineTwoView([{ left: one.left, right: other.right }], sizes, { homography: tilted, k1: 0, k2: 0 }, 'auto')
  assert.ok(fit.inliers < 60, `${fit.inliers} places`)
})

function stamp({ width, data }: PlanePair['left'], x: number, y: number): void {
  for (let row = y; row < y + 40; row += 1)
    for (let column = x; column < x + 24; column += 1) data[row * width + column] = ((row * 7 + column * 13) % 60) + 60
}

test('points go to the right picture and back', () => {
  const { toLeft, toRight } = transfersOf({ homography: tilted, k1: -0.1, k2: 0.02 }, sizes)
  for (const point of gridOf(sizes.left)) {
    const there = toRight(point)
    if (!isInside(there, sizes.right)) continue
    const back = toLeft(there)
    assert.ok(back && Math.hypot(back.x - point.x, back.y - point.y) < 1e-6)
  }
  assert.ok(isInside(apply(tilted, { x: 0, y: 100 }), sizes.left))
})
