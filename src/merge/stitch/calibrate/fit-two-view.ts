// The two views' geometry from many matches: Levenberg-Marquardt on the symmetric transfer error, outliers weighted down after Tukey. Pure.
// Never chooses matches and never decides whether a lens is worth its parameters.

import { invert, multiply, scaled, type Matrix3 } from '../homography.ts'
import { median, solveSymmetric } from './linear.ts'
import { straightened, transferErrors } from './transfer-errors.ts'
import type { Match, PairSize, TwoView } from './two-view.ts'

export type Fit = {
  readonly model: TwoView
  /** Of each match: from 0, an outlier, to 1. */
  readonly weights: Float64Array
  /** Of the matches that count (weight above 0): the distance in the left picture, root of the mean square, each as heavy as it is exact. */
  readonly rmsPx: number
  readonly inliers: number
  /** Standard deviation of a match along one axis, in what it was told to be. */
  readonly sigma: number
  /** Mean of Tukey's loss over all matches, for a comparison at one and the same `sigma`. */
  lossAt(sigma: number): number
  /** k1 in its standard errors; 0 where it was not asked for. */
  readonly k1Sigmas: number
}

export type FitOptions = {
  /** Distortion terms to find: none, k1, or k1 and k2. */
  readonly lensTerms: 0 | 1 | 2
  /** Matches further off than this at the beginning do not say how exact the others are. */
  readonly reachPx: number
}

const rounds = 30
/** No match is believed to be more exact. */
const leastSigmaPx = 0.02
/** Where Tukey's weight ends, in standard deviations. */
const tukeyEnd = 4.685

/** Errors: invalid, when the matches settle nothing (fewer than 8, or all on a line). */
export function fitTwoView(matches: readonly Match[], sizes: PairSize, start: TwoView, options: FitOptions): Fit {
  const { lensTerms, reachPx } = options
  const problem = openProblem(matches, sizes, start, lensTerms)
  const exactness = Float64Array.from(matches, ({ sigmaPx }) => 1 / Math.max(leastSigmaPx, sigmaPx))
  const count = problem.parameters.length
  let parameters = problem.parameters
  let errors = problem.errorsAt(parameters)
  let sigma = sigmaOf(errors, exactness, reachPx)
  let weights = weightsOf(errors, exactness, sigma)
  let damping = 1e-4
  let normal = new Float64Array(count * count)
  for (let round = 0; round < rounds; round += 1) {
    const step = problem.linearise(parameters, errors, weights)
    normal = step.normal
    const before = weightedDot(errors, errors, weights)
    let better = false
    for (let tries = 0; tries < 8 && !better; tries += 1) {
      const change = solveSymmetric(damped(normal, count, damping), step.gradient)
      const tried = change ? parameters.map((value, n) => value - (change[n] ?? 0)) : parameters
      const triedErrors = problem.errorsAt(tried)
      better = change !== undefined && weightedDot(triedErrors, triedErrors, weights) <= before
      damping = better ? Math.max(1e-10, damping / 10) : damping * 10
      if (better) [parameters, errors] = [tried, triedErrors]
    }
    const settled = !better || before - weightedDot(errors, errors, weights) < 1e-5 * before
    // The scale only shrinks: what was left out at first must not come back as noise.
    sigma = Math.min(sigma, sigmaOf(errors, exactness, reachPx))
    weights = weightsOf(errors, exactness, sigma)
    if (settled && round > 3) break
  }
  return {
    model: problem.modelAt(parameters),
    weights,
    inliers: weights.reduce((sum, weight) => sum + (weight > 0 ? 1 : 0), 0),
    rmsPx: rmsOf(errors, weights, exactness),
    sigma,
    lossAt: (at) => lossOf(errors, exactness, at),
    k1Sigmas: lensTerms === 0 ? 0 : sigmasOf(normal, count, 8, parameters[8] ?? 0, sigma),
  }
}

function damped(normal: Float64Array, count: number, by: number): Float64Array {
  const heavier = new Float64Array(normal)
  for (let n = 0; n < count; n += 1) heavier[n * count + n] = (heavier[n * count + n] ?? 0) * (1 + by) + 1e-12
  return heavier
}

/** Numbered unknowns: eight of the homography between normalised pictures, then k1 and k2. */
function openProblem(matches: readonly Match[], sizes: PairSize, start: TwoView, lensTerms: 0 | 1 | 2) {
  const fromLeft = normalising(matches.map(({ left }) => left))
  const fromRight = normalising(matches.map(({ right }) => right))
  const toLeft = invert(fromLeft)
  const begin = scaled(multiply(fromLeft, multiply(start.homography, invert(fromRight))))
  const parameters = Float64Array.from([...begin.slice(0, 8), ...[start.k1, start.k2].slice(0, lensTerms)])
  const modelAt = ([a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, ...lens]: Float64Array): TwoView => ({
    homography: scaled(multiply(toLeft, multiply([a, b, c, d, e, f, g, h, 1], fromRight))),
    k1: lensTerms > 0 ? (lens[0] ?? 0) : start.k1,
    k2: lensTerms > 1 ? (lens[1] ?? 0) : start.k2,
  })
  const points = Float64Array.from(matches.flatMap(({ left, right }) => [left.x, left.y, right.x, right.y]))
  // To straighten is what costs, and most steps leave the lens as it was.
  let known: { readonly k1: number; readonly k2: number; readonly points: Float64Array } | undefined
  const errorsAt = (at: Float64Array): Float64Array => {
    const model = modelAt(at)
    if (known?.k1 !== model.k1 || known.k2 !== model.k2) known = { k1: model.k1, k2: model.k2, points: straightened(model, sizes, points) }
    return transferErrors(model, sizes, points, known.points)
  }
  const linearise = (at: Float64Array, errors: Float64Array, weights: Float64Array) => {
    const count = at.length
    const slopes = Array.from(at, (value, n) => {
      const step = 1e-6 * Math.max(1, Math.abs(value))
      const moved = Float64Array.from(at)
      moved[n] = value + step
      return errorsAt(moved).map((error, each) => (error - (errors[each] ?? 0)) / step)
    })
    const normal = new Float64Array(count * count)
    const gradient = new Float64Array(count)
    for (let i = 0; i < count; i += 1) {
      for (let j = 0; j <= i; j += 1) normal[i * count + j] = normal[j * count + i] = weightedDot(slopes[i], slopes[j], weights)
      gradient[i] = weightedDot(slopes[i], errors, weights)
    }
    return { normal, gradient }
  }
  return { parameters, modelAt, errorsAt, linearise }
}

/** Of a match's four errors the distance: the mean square of both pictures' ones. */
function distance(errors: Float64Array, n: number): number {
  const [a, b, c, d] = [errors[n * 4] ?? 0, errors[n * 4 + 1] ?? 0, errors[n * 4 + 2] ?? 0, errors[n * 4 + 3] ?? 0]
  return Math.sqrt((a * a + b * b + c * c + d * d) / 2)
}

/** By the median: of a distance in two directions it is 1.1774 standard deviations. */
function sigmaOf(errors: Float64Array, exactness: Float64Array, reachPx: number): number {
  const near = Array.from(exactness, (exact, n) => {
    const off = distance(errors, n)
    return off < reachPx ? off * exact : Number.NaN
  }).filter(Number.isFinite)
  return near.length === 0 ? 1 : Math.max(0.3, median(near) / 1.1774)
}

/** Tukey's, times how exact the match is told to be. */
function weightsOf(errors: Float64Array, exactness: Float64Array, sigma: number): Float64Array {
  return exactness.map((exact, n) => exact * exact * Math.max(0, 1 - ((distance(errors, n) * exact) / (tukeyEnd * sigma)) ** 2) ** 2)
}

const lossOf = (errors: Float64Array, exactness: Float64Array, sigma: number): number =>
  exactness.reduce((sum, exact, n) => sum + 1 - Math.max(0, 1 - ((distance(errors, n) * exact) / (tukeyEnd * sigma)) ** 2) ** 3, 0) /
  Math.max(1, exactness.length)

function rmsOf(errors: Float64Array, weights: Float64Array, exactness: Float64Array): number {
  let [square, heavy] = [0, 0]
  for (const [n, exact] of exactness.entries()) {
    if ((weights[n] ?? 0) === 0) continue
    square += exact * exact * ((errors[n * 4] ?? 0) ** 2 + (errors[n * 4 + 1] ?? 0) ** 2)
    heavy += exact * exact
  }
  return heavy === 0 ? Number.POSITIVE_INFINITY : Math.sqrt(square / heavy)
}

function weightedDot(a: Float64Array | undefined, b: Float64Array | undefined, weights: Float64Array): number {
  if (!a || !b) return 0
  let sum = 0
  for (let n = 0; n < weights.length; n += 1) {
    const weight = weights[n] ?? 0
    if (weight === 0) continue
    const at = n * 4
    sum +=
      weight *
      ((a[at] ?? 0) * (b[at] ?? 0) +
        (a[at + 1] ?? 0) * (b[at + 1] ?? 0) +
        (a[at + 2] ?? 0) * (b[at + 2] ?? 0) +
        (a[at + 3] ?? 0) * (b[at + 3] ?? 0))
  }
  return sum
}

/** A parameter in its standard errors: both pictures' errors of a match say the same thing twice. */
function sigmasOf(normal: Float64Array, count: number, which: number, value: number, sigma: number): number {
  const unit = new Float64Array(count)
  unit[which] = 1
  const variance = (solveSymmetric(normal, unit)?.[which] ?? Number.POSITIVE_INFINITY) * 2 * sigma * sigma
  return variance > 0 ? Math.abs(value) / Math.sqrt(variance) : 0
}

/** Moves points to their middle and scales them to a mean distance of the square root of 2. After R. Hartley, 1997. */
function normalising(points: readonly { x: number; y: number }[]): Matrix3 {
  const count = Math.max(1, points.length)
  const x = points.reduce((sum, point) => sum + point.x, 0) / count
  const y = points.reduce((sum, point) => sum + point.y, 0) / count
  const spread = points.reduce((sum, point) => sum + Math.hypot(point.x - x, point.y - y), 0) / count
  const s = spread > 0 ? Math.SQRT2 / spread : 1
  return [s, 0, -s * x, 0, s, -s * y, 0, 0, 1]
}
