import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { randomNumbers } from '../../../../tests/textured-views.ts'
import type { Matrix3 } from '../homography.ts'
import { fitTwoView } from './fit-two-view.ts'
import { fitBest } from './refine.ts'
import { isInside, transfersOf, type Match, type PairSize, type TwoView } from './two-view.ts'

const sizes: PairSize = { left: { width: 1280, height: 720 }, right: { width: 1280, height: 720 } }

/** Matches of the overlap, the share `wild` of them anywhere. */
function matchesOf(model: TwoView, count: number, { noisePx = 0, wild = 0, seed = 1 }): Match[] {
  const random = randomNumbers(seed)
  const { toRight } = transfersOf(model, sizes)
  const matches: Match[] = []
  while (matches.length < count) {
    const left = { x: random() * 1279, y: random() * 719 }
    const right = toRight(left)
    if (!isInside(right, sizes.right)) continue
    const gauss = (): number => noisePx * (random() + random() + random() - 1.5) * 2
    const isWild = random() < wild
    const seen = isWild ? { x: random() * 300, y: random() * 719 } : { x: right.x + gauss(), y: right.y + gauss() }
    matches.push({ left, right: seen, sigmaPx: 1 })
  }
  return matches
}

const rigs = fc.record({
  shift: fc.double({ min: 850, max: 1_000, noNaN: true }),
  drop: fc.double({ min: -40, max: 40, noNaN: true }),
  roll: fc.double({ min: -0.05, max: 0.05, noNaN: true }),
  keystone: fc.double({ min: -1.5e-4, max: 1.5e-4, noNaN: true }),
  seed: fc.integer({ min: 1, max: 1e6 }),
})

const homographyOf = ({ shift, drop, roll, keystone }: { shift: number; drop: number; roll: number; keystone: number }): Matrix3 => [
  Math.cos(roll),
  -Math.sin(roll),
  shift,
  Math.sin(roll),
  Math.cos(roll),
  drop,
  keystone,
  keystone / 5,
  1,
]

const worstPx = (found: TwoView, truth: TwoView): number => {
  const [a, b] = [transfersOf(found, sizes).toLeft, transfersOf(truth, sizes).toLeft]
  const corners = [
    { x: 0, y: 0 },
    { x: 1279, y: 0 },
    { x: 1279, y: 719 },
    { x: 0, y: 719 },
  ]
  return Math.max(
    ...corners.map((corner) => Math.hypot((a(corner)?.x ?? 1e9) - (b(corner)?.x ?? 0), (a(corner)?.y ?? 1e9) - (b(corner)?.y ?? 0))),
  )
}

/** Largest distance between the two in what both pictures show: beyond it, at the corners, a tenth of a pixel of noise grows with the distance. */
function worstSharedPx(found: TwoView, truth: TwoView): number {
  const [a, b] = [transfersOf(found, sizes), transfersOf(truth, sizes)]
  const steps = Array.from({ length: 41 }, (_, n) => n / 40)
  const shared = steps
    .flatMap((u) => steps.map((v) => b.toRight({ x: u * 1279, y: v * 719 })))
    .filter((right) => isInside(right, sizes.right))
  return Math.max(
    ...shared.map((right) => {
      const [is, was] = [right && a.toLeft(right), right && b.toLeft(right)]
      return Math.hypot((is?.x ?? 1e9) - (was?.x ?? 0), (is?.y ?? 1e9) - (was?.y ?? 0))
    }),
  )
}

test('exact matches give the exact geometry, whatever the rig and however far off the start', () =>
  fc.assert(
    fc.property(rigs, (rig) => {
      const truth: TwoView = { homography: homographyOf(rig), k1: 0, k2: 0 }
      const start: TwoView = { homography: [1, 0, rig.shift + 6, 0, 1, rig.drop - 6, 0, 0, 1], k1: 0, k2: 0 }
      const fit = fitTwoView(matchesOf(truth, 200, { seed: rig.seed }), sizes, start, { lensTerms: 0, reachPx: 80 })
      assert.ok(worstPx(fit.model, truth) < 1e-3, `${worstPx(fit.model, truth)} pixels off`)
    }),
    { numRuns: 20 },
  ))

test('a third of the matches may be wild: they weigh nothing', () =>
  fc.assert(
    fc.property(rigs, (rig) => {
      const truth: TwoView = { homography: homographyOf(rig), k1: 0, k2: 0 }
      const matches = matchesOf(truth, 400, { noisePx: 0.1, wild: 0.33, seed: rig.seed })
      const start = { ...truth, homography: homographyOf({ ...rig, shift: rig.shift + 2, drop: rig.drop + 2 }) }
      const fit = fitTwoView(matches, sizes, start, { lensTerms: 0, reachPx: 20 })
      const { toRight } = transfersOf(truth, sizes)
      const near = matches.filter(({ left, right }) => Math.hypot((toRight(left)?.x ?? 0) - right.x, (toRight(left)?.y ?? 0) - right.y) < 1)
      assert.ok(worstSharedPx(fit.model, truth) < 0.2, `${worstSharedPx(fit.model, truth)} pixels off`)
      // The corners are far outside the overlap, where the noise of good matches alone may be worth three pixels: so they are held to the fit of those.
      const clean = fitTwoView(near, sizes, start, { lensTerms: 0, reachPx: 20 })
      assert.ok(worstPx(fit.model, clean.model) < 0.5, `${worstPx(fit.model, clean.model)} pixels off at the corners`)
      assert.ok(Math.abs(fit.inliers - near.length) <= 3, `${fit.inliers} inliers of ${near.length}`)
      assert.ok(fit.rmsPx < 0.25, `${fit.rmsPx} pixels rms`)
    }),
    { numRuns: 10 },
  ))

test('a bent lens is found where there is one, and none where there is none', () =>
  fc.assert(
    fc.property(rigs, fc.constantFrom(0, -0.06, -0.15, 0.05), (rig, k1) => {
      const truth: TwoView = { homography: homographyOf(rig), k1, k2: 0 }
      const matches = matchesOf(truth, 500, { noisePx: 0.1, seed: rig.seed })
      const { model } = fitBest(matches, sizes, { ...truth, k1: 0 }, 'auto', 60)
      assert.equal(model.k1 !== 0, k1 !== 0)
      assert.equal(model.k2, 0)
      assert.ok(Math.abs(model.k1 - k1) < 0.02, `${model.k1} instead of ${k1}`)
    }),
    { numRuns: 12 },
  ))

test('what is told to be inexact weighs little', () => {
  const truth: TwoView = { homography: homographyOf({ shift: 900, drop: 5, roll: 0.01, keystone: 5e-5 }), k1: 0, k2: 0 }
  const good = matchesOf(truth, 200, { noisePx: 0.02 })
  const poor = matchesOf(truth, 200, { noisePx: 2, seed: 9 })
  const told = [...good.map((match) => ({ ...match, sigmaPx: 0.02 })), ...poor.map((match) => ({ ...match, sigmaPx: 2 }))]
  const untold = [...good, ...poor]
  const off = (matches: readonly Match[]): number => worstPx(fitTwoView(matches, sizes, truth, { lensTerms: 0, reachPx: 20 }).model, truth)
  assert.ok(off(told) < 0.2, `${off(told)}`)
  assert.ok(off(told) < off(untold))
})

test('no matches leave the start as it was, and say so', () => {
  const start: TwoView = { homography: [1, 0, 900, 0, 1, 0, 0, 0, 1], k1: 0, k2: 0 }
  const fit = fitTwoView([], sizes, start, { lensTerms: 0, reachPx: 20 })
  assert.equal(fit.inliers, 0)
  assert.equal(fit.rmsPx, Number.POSITIVE_INFINITY)
})
