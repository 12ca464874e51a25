// The convex hull of points and of circles in a plane, as one outline.
// Method: A. M. Andrew's monotone chain, 1979; for one circle and for two the outline is known without it.

import type { Polygon } from '../pitch/shape.ts'

/** In the plane of a picture or of the ground. */
export type Circle = { readonly x: number; readonly y: number; readonly radius: number }

/** An outline around all circles: what a limb looks like is the hull of its ends. */
export function aroundCircles(circles: readonly Circle[]): Polygon {
  const [first, second] = circles
  if (first === undefined) return []
  if (second === undefined) return arc(first, 0, 2 * Math.PI, [])
  if (circles.length > 2) {
    const points: number[] = []
    for (const circle of circles) arc(circle, 0, 2 * Math.PI, points)
    return hullOf(points)
  }
  const apart = Math.hypot(second.x - first.x, second.y - first.y)
  if (apart <= Math.abs(first.radius - second.radius)) return aroundCircles([first.radius > second.radius ? first : second])
  const heading = Math.atan2(second.y - first.y, second.x - first.x)
  const tangent = Math.acos((first.radius - second.radius) / apart)
  const outline: number[] = []
  arc(second, heading - tangent, heading + tangent, outline)
  arc(first, heading + tangent, heading - tangent + 2 * Math.PI, outline)
  return outline
}

/** Adds points every 26 degrees at most, from the beginning to just before the end of a whole turn, or to the end of a part of one. */
function arc({ x, y, radius }: Circle, from: number, to: number, points: number[]): number[] {
  const isWhole = to - from > 2 * Math.PI - 1e-9
  const pieces = Math.ceil(((to - from) / (2 * Math.PI)) * 14)
  const last = isWhole ? pieces - 1 : pieces
  for (let n = 0; n <= last; n += 1) {
    const angle = from + ((to - from) * n) / pieces
    points.push(x + radius * Math.cos(angle), y + radius * Math.sin(angle))
  }
  return points
}

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
