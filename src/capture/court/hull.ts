// The convex hull of points in a plane, as one outline.
// Method: A. M. Andrew's monotone chain, 1979.

import type { Polygon } from '../pitch/shape.ts'

/** Points as x0, y0, x1, y1, ...; the outline turns one way and names no point twice. */
export function hullOf(points: readonly number[]): Polygon {
  const order = Array.from({ length: points.length / 2 }, (_, n) => n).toSorted(
    (a, b) => (points[2 * a] ?? 0) - (points[2 * b] ?? 0) || (points[2 * a + 1] ?? 0) - (points[2 * b + 1] ?? 0),
  )
  const lower = chain(points, order)
  const upper = chain(points, order.toReversed())
  return [...lower, ...upper].flatMap((n) => [points[2 * n] ?? 0, points[2 * n + 1] ?? 0])
}

/** From one end to the other, which belongs to the other chain. */
function chain(points: readonly number[], order: readonly number[]): number[] {
  const kept: number[] = []
  for (const n of order) {
    while (kept.length >= 2 && turn(points, kept.at(-2) ?? 0, kept.at(-1) ?? 0, n) <= 0) kept.pop()
    kept.push(n)
  }
  return kept.slice(0, -1)
}

const turn = (points: readonly number[], a: number, b: number, c: number): number =>
  ((points[2 * b] ?? 0) - (points[2 * a] ?? 0)) * ((points[2 * c + 1] ?? 0) - (points[2 * a + 1] ?? 0)) -
  ((points[2 * b + 1] ?? 0) - (points[2 * a + 1] ?? 0)) * ((points[2 * c] ?? 0) - (points[2 * a] ?? 0))
