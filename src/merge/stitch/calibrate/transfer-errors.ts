// How far each of many matches is off under a model of both views, for a fit that asks some hundred thousand times: points as plain numbers.
// Never weighs them.

import { invert, type Matrix3 } from '../homography.ts'
import { lensOf, type PairSize, type TwoView } from './two-view.ts'

/** What ideal lenses would show at the points: left x, left y, right x, right y of each match. */
export function straightened(model: TwoView, sizes: PairSize, points: Float64Array): Float64Array {
  const [left, right] = [bender(model, sizes.left), bender(model, sizes.right)]
  if (left.k1 === 0 && left.k2 === 0) return points
  const ideal = new Float64Array(points.length)
  for (let n = 0; n < points.length; n += 2) {
    const lens = n % 4 === 0 ? left : right
    const x = (points[n] ?? 0) - lens.x
    const y = (points[n + 1] ?? 0) - lens.y
    const by = straightening(lens, Math.hypot(x, y) / lens.focal)
    ideal[n] = lens.x + x * by
    ideal[n + 1] = lens.y + y * by
  }
  return ideal
}

/** Four numbers a match: how far it is off in the left picture (x, y), and in the right one. */
export function transferErrors(model: TwoView, sizes: PairSize, points: Float64Array, ideal: Float64Array): Float64Array {
  const forth = model.homography
  const back = invert(forth)
  const errors = new Float64Array(points.length)
  const [left, right] = [bender(model, sizes.left), bender(model, sizes.right)]
  for (let n = 0; n < points.length; n += 4) {
    moveThrough(forth, left, ideal, n + 2, points, n, errors)
    moveThrough(back, right, ideal, n, points, n + 2, errors)
  }
  return errors
}

/** An ideal point of one picture, moved into the other and bent by its lens, against the point that is shown there. */
function moveThrough(
  [a, b, c, d, e, f, g, h, i]: Matrix3,
  lens: Bender,
  ideal: Float64Array,
  from: number,
  points: Float64Array,
  to: number,
  errors: Float64Array,
): void {
  const u = ideal[from] ?? 0
  const v = ideal[from + 1] ?? 0
  const w = g * u + h * v + i
  let x = (a * u + b * v + c) / w
  let y = (d * u + e * v + f) / w
  if (lens.k1 !== 0 || lens.k2 !== 0) {
    const squared = ((x - lens.x) ** 2 + (y - lens.y) ** 2) / lens.focal ** 2
    const bend = 1 + squared * (lens.k1 + squared * lens.k2)
    x = lens.x + (x - lens.x) * bend
    y = lens.y + (y - lens.y) * bend
  }
  errors[to] = clamp(x - (points[to] ?? 0))
  errors[to + 1] = clamp(y - (points[to + 1] ?? 0))
}

/** A model on its way may throw points anywhere; a finite distance keeps the sums finite. */
const clamp = (error: number): number => (error > 1e4 ? 1e4 : error < -1e4 ? -1e4 : Number.isFinite(error) ? error : 1e4)

/** Ideal radius over shown radius, by Newton's method. */
function straightening({ k1, k2 }: Bender, shown: number): number {
  if (shown === 0) return 1
  let radius = shown
  for (let n = 0; n < 8; n += 1) {
    const squared = radius * radius
    const slope = 1 + squared * (3 * k1 + 5 * k2 * squared)
    if (slope <= 0.05) break
    const step = (radius * (1 + squared * (k1 + k2 * squared)) - shown) / slope
    radius -= step
    if (Math.abs(step) < 1e-10) break
  }
  return radius / shown
}

/** A lens without a closure for each point: this runs millions of times. */
type Bender = { readonly x: number; readonly y: number; readonly focal: number; readonly k1: number; readonly k2: number }

function bender(model: TwoView, size: PairSize['left']): Bender {
  const { centreX, centreY, focalPx, k1, k2 } = lensOf(model, size)
  return { x: centreX, y: centreY, focal: focalPx, k1, k2 }
}
