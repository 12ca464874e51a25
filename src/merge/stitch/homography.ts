// 3x3 matrices that take one picture's plane to another's. Pure.
// Points are pixels, the centre of the first one at (0, 0), as OpenCV counts them.

import { EzrecError } from '../../base/errors.ts'

/** Row-major. */
export type Matrix3 = readonly [number, number, number, number, number, number, number, number, number]

export type Point = { readonly x: number; readonly y: number }

export const identity: Matrix3 = [1, 0, 0, 0, 1, 0, 0, 0, 1]

/** `multiply(a, b)` does b first. */
export const multiply = ([a, b, c, d, e, f, g, h, i]: Matrix3, [j, k, l, m, n, o, p, q, r]: Matrix3): Matrix3 => [
  a * j + b * m + c * p,
  a * k + b * n + c * q,
  a * l + b * o + c * r,
  d * j + e * m + f * p,
  d * k + e * n + f * q,
  d * l + e * o + f * r,
  g * j + h * m + i * p,
  g * k + h * n + i * q,
  g * l + h * o + i * r,
]

export const determinant = ([a, b, c, d, e, f, g, h, i]: Matrix3): number => a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)

/** Scaled so that its last number is 1 where that is possible. Errors: invalid, when it has no inverse. */
export function invert(matrix: Matrix3): Matrix3 {
  const [a, b, c, d, e, f, g, h, i] = matrix
  const [p, q, r] = [e * i - f * h, f * g - d * i, d * h - e * g]
  const size = determinant(matrix)
  const largest = Math.max(...matrix.map(Math.abs))
  if (!Number.isFinite(size) || Math.abs(size) <= 1e-12 * largest ** 3)
    throw new EzrecError('invalid', 'a homography that has no inverse: it squeezes the picture into a line', {
      hint: 'calibrate the rig again',
    })
  return scaled([p, c * h - b * i, b * f - c * e, q, a * i - c * g, c * d - a * f, r, b * g - a * h, a * e - b * d])
}

/** The same mapping, its last number 1 where that is possible. */
export function scaled(numbers: readonly number[]): Matrix3 {
  const last = numbers[8] ?? 0
  const by = Math.abs(last) > 1e-12 ? last : 1
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, i = 0] = numbers
  return [a / by, b / by, c / by, d / by, e / by, f / by, g / by, h / by, i / by]
}

/** The same mapping with the sign that takes what lies ahead of one camera to what lies ahead of the other, also beyond 90 degrees: of two views
 *  that are no mirror images of each other it is the one with a positive determinant. */
export function facing(matrix: Matrix3): Matrix3 {
  if (determinant(matrix) >= 0) return matrix
  const [a, b, c, d, e, f, g, h, i] = matrix
  return [-a, -b, -c, -d, -e, -f, -g, -h, -i]
}

/** Where a point goes; infinite where the mapping has its horizon. */
export function apply([a, b, c, d, e, f, g, h, i]: Matrix3, { x, y }: Point): Point {
  const w = g * x + h * y + i
  return { x: (a * x + b * y + c) / w, y: (d * x + e * y + f) / w }
}
