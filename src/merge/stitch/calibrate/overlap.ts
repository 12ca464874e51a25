// What two views share, as figures: how much of the left picture the right one shows, and how evenly that is proven. Pure.
// Never judges: gate.ts does.

import type { Matrix3, Point } from '../homography.ts'
import { isInside, transfersOf, type PairSize, type TwoView } from './two-view.ts'

/** Points across a picture that are asked. */
const columns = 64
const rows = 36

/** Share of the left picture that the right one shows, too; 0 to 1. */
export function overlapShareOf(model: TwoView, sizes: PairSize): number {
  const { toRight } = transfersOf(model, sizes)
  const shared = gridOf(sizes.left).filter((point) => isAhead(model.homography, point) && isInside(toRight(point), sizes.right))
  return shared.length / (columns * rows)
}

/** Share of the overlap's cells, 6 by 6 over the rectangle around it, that hold a match; 0 to 1. */
export function spreadOf(matches: readonly { readonly left: Point }[], model: TwoView, sizes: PairSize): number {
  const { toRight } = transfersOf(model, sizes)
  const shared = gridOf(sizes.left).filter((point) => isAhead(model.homography, point) && isInside(toRight(point), sizes.right))
  if (shared.length === 0) return 0
  const [xs, ys] = [shared.map(({ x }) => x), shared.map(({ y }) => y)]
  const [x, y] = [Math.min(...xs), Math.min(...ys)]
  const [width, height] = [Math.max(...xs) - x + 1, Math.max(...ys) - y + 1]
  const cellOf = (point: Point): number =>
    Math.min(5, Math.max(0, Math.floor((6 * (point.y - y)) / height))) * 6 +
    Math.min(5, Math.max(0, Math.floor((6 * (point.x - x)) / width)))
  const cells = new Set(shared.map(cellOf))
  const held = new Set(matches.map(({ left }) => cellOf(left)))
  return [...held].filter((cell) => cells.has(cell)).length / cells.size
}

/** Points of a picture, the same way apart, corners included. */
export const gridOf = ({ width, height }: PairSize['left']): readonly Point[] =>
  Array.from({ length: columns * rows }, (_, n) => ({
    x: ((n % columns) * (width - 1)) / (columns - 1),
    y: (Math.floor(n / columns) * (height - 1)) / (rows - 1),
  }))

/** Whether a left point lies before the right camera, not behind it: a homography throws both onto one plane. The adjugate is the inverse that
 *  faces the right way, whatever sign the matrix came with. */
function isAhead(matrix: Matrix3, { x, y }: Point): boolean {
  const [a, b, , d, e, , g, h] = matrix
  const w = (d * h - e * g) * x + (b * g - a * h) * y + (a * e - b * d)
  return w > 0
}
