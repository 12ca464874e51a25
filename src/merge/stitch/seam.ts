// Where the right picture takes over from the left one, row by row, and over how many pixels. Pure.
// Never looks at a picture: a seam that keeps away from what moves is the calibration's to give.

import type { Camera } from '../../capture/take.ts'
import type { PictureSize } from '../picture.ts'
import type { Calibration } from './calibration.ts'
import type { WarpMap, WarpMaps } from './warp-map.ts'

export type Seam = NonNullable<Calibration['seam']>

/** The calibration's seam, or the middle of what both cameras see. */
export const seamOf = (given: Seam | undefined, maps: WarpMaps, canvas: PictureSize): Seam => given ?? middleSeam(maps, canvas)

/** The x at which both pictures count alike, as a function of y: straight between the seam's points, upright above and below them. */
export function seamLine({ points }: Seam): (y: number) => number {
  const sorted = points.toSorted((a, b) => a.y - b.y)
  return (y) => {
    const after = sorted.findIndex((point) => point.y >= y)
    const [from, to] = [sorted[after - 1], sorted[after]]
    if (!to) return sorted.at(-1)?.x ?? 0
    if (!from || to.y === from.y) return to.x
    return from.x + ((to.x - from.x) * (y - from.y)) / (to.y - from.y)
  }
}

/** The middle of what both cameras see in every row, and the widest blend that stays in it. Where the pictures' edges lean so much that no
 *  column is seen by both in every row, the line leans with them. */
export function middleSeam(maps: WarpMaps, canvas: PictureSize): Seam {
  const rows = Array.from({ length: Math.ceil(canvas.height / spacing) + 1 }, (_, n) => Math.min(n * spacing, canvas.height - 1))
  const shared = rows.map((y) => ({ y, ...sharedSpan(maps, canvas.width, y) }))
  const [from, to] = [Math.max(...shared.map((span) => span.from)), Math.min(...shared.map((span) => span.to))]
  if (to - from >= spacing) return { points: [{ x: (from + to) / 2, y: 0 }], featherPx: to - from + 1 }
  const points = shared.map((span) => ({ x: (span.from + span.to) / 2, y: span.y }))
  return { points, featherPx: Math.max(0, Math.min(...shared.map((span) => span.to - span.from + 1))) }
}

/** The columns that show one camera alone in every row, on even ones: where its card goes. Never narrower than 64 pixels. */
export function ownParts(
  seam: Seam,
  { width, height }: PictureSize,
): Readonly<Record<Camera, { readonly x: number; readonly width: number }>> {
  const line = seamLine(seam)
  const middles = Array.from({ length: height }, (_, y) => line(y))
  const even = (value: number): number => 2 * Math.floor(Math.min(Math.max(value, 64), width) / 2)
  const leftWidth = even(Math.min(...middles) - seam.featherPx / 2)
  const rightWidth = even(width - Math.max(...middles) - seam.featherPx / 2)
  return { left: { x: 0, width: leftWidth }, right: { x: width - rightWidth, width: rightWidth } }
}

const spacing = 8

/** The first and the last column that both cameras see; where none is, the right one's first and the left one's last. */
function sharedSpan({ left, right }: WarpMaps, width: number, y: number): { from: number; to: number } {
  const seesBoth: WarpMap = (x, row) => (left(x, row) ? right(x, row) : undefined)
  const both = edgesOf(seesBoth, width, y)
  if (both) return both
  return { from: edgesOf(right, width, y)?.from ?? width, to: edgesOf(left, width, y)?.to ?? -1 }
}

/** First and last column at which a map shows something, to the pixel; spans below the spacing may be missed. */
function edgesOf(map: WarpMap, width: number, y: number): { from: number; to: number } | undefined {
  const columns = Array.from({ length: Math.ceil(width / spacing) + 1 }, (_, n) => Math.min(n * spacing, width - 1))
  const seen = columns.filter((x) => map(x, y) !== undefined)
  const [first, last] = [seen[0], seen.at(-1)]
  if (first === undefined || last === undefined) return undefined
  let [from, to] = [first, last]
  while (from > 0 && first - from < spacing && map(from - 1, y)) from -= 1
  while (to < width - 1 && to - last < spacing && map(to + 1, y)) to += 1
  return { from, to }
}
