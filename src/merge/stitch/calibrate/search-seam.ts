// Where one picture gives way to the other: down the canvas through what both show alike in all frames, away from what stands near or runs
// there, and over as many pixels as agree. Pure.
// Never leaves the overlap.

import type { Calibration, CanvasWindow } from '../calibration.ts'
import type { WarpMaps } from '../warp-map.ts'
import type { LumaPlane } from './luma-plane.ts'

export type Seam = NonNullable<Calibration['seam']>

/** Canvas pixels between two places that are compared. */
export const seamStep = 4
/** Code values of difference that a way to the edge of the overlap is worth: where all agrees the seam runs in the middle. */
const edgeCost = 3
/** For each step aside. */
const bendCost = 0.6
/** Differences that show in a blend, in code values, and how much of a blended strip may show any. */
const visible = 9
const visibleShare = 0.02
const narrowestPx = 32
const mostPoints = 48

/** How much both views differ at each place, in code values, the most of all frames; `Infinity` where not both see it. */
export type Disagreement = { readonly columns: number; readonly rows: number; readonly cost: Float32Array }

/** The planes are the frames' pictures halved `level` times and smoothed; `match` brings right brightness to left. */
export function disagreementOf(
  frames: readonly { readonly left: LumaPlane; readonly right: LumaPlane }[],
  level: number,
  { width, height }: CanvasWindow,
  maps: WarpMaps,
  match: (luma: number) => number,
): Disagreement {
  const [columns, rows] = [Math.floor(width / seamStep), Math.floor(height / seamStep)]
  const cost = new Float32Array(columns * rows).fill(Number.POSITIVE_INFINITY)
  const scale = 2 ** level
  for (let row = 0; row < rows; row += 1)
    for (let column = 0; column < columns; column += 1) {
      const [x, y] = [(column + 0.5) * seamStep - 0.5, (row + 0.5) * seamStep - 0.5]
      const left = maps.left(x, y)
      const right = left && maps.right(x, y)
      if (!left || !right) continue
      let most = 0
      for (const frame of frames) {
        const here = sampleLinear(frame.left, (left.x + 0.5) / scale - 0.5, (left.y + 0.5) / scale - 0.5)
        const there = match(sampleLinear(frame.right, (right.x + 0.5) / scale - 0.5, (right.y + 0.5) / scale - 0.5))
        most = Math.max(most, Math.abs(here - there))
      }
      cost[row * columns + column] = most
    }
  return { columns, rows, cost }
}

/** The cheapest way from the top to the bottom. `undefined` when no row of the canvas is seen by both. */
export function searchSeam({ columns, rows, cost }: Disagreement): Seam | undefined {
  const spans = Array.from({ length: rows }, (_, row) => sharedSpan(cost.subarray(row * columns, (row + 1) * columns)))
  if (spans.every((span) => span === undefined)) return undefined
  const way = cheapestWay(columns, rows, widened(columns, rows, cost), spans)
  const path = smoothedWay(way, spans)
  const every = Math.max(1, Math.ceil(rows / (mostPoints - 1)))
  const shown = path.flatMap((column, row) => (row % every === 0 || row === rows - 1 ? [{ column, row }] : []))
  return {
    points: shown.map(({ column, row }) => ({
      x: Math.round((column + 0.5) * seamStep),
      y: row === rows - 1 ? rows * seamStep : row * seamStep,
    })),
    featherPx: featherOf(columns, cost, path, spans),
  }
}

/** Places that the way keeps away from what differs: as many as its smoothing may cut off a corner. */
const berth = 3

/** Each place as dear as the dearest around it; what not both see stays out. */
function widened(columns: number, rows: number, cost: Float32Array): Float32Array {
  const most = (from: Float32Array, at: number, step: number, before: number, after: number): number => {
    let dearest = from[at] ?? 0
    for (let n = -Math.min(berth, before); n <= Math.min(berth, after); n += 1) {
      const near = from[at + n * step] ?? 0
      if (near > dearest && Number.isFinite(near)) dearest = near
    }
    return dearest
  }
  const across = cost.map((value, at) => (Number.isFinite(value) ? most(cost, at, 1, at % columns, columns - 1 - (at % columns)) : value))
  return across.map((value, at) => {
    const row = Math.floor(at / columns)
    return Number.isFinite(value) ? most(across, at, columns, row, rows - 1 - row) : value
  })
}

type Span = { readonly first: number; readonly last: number } | undefined

/** The longest stretch of a row that both see. */
function sharedSpan(row: Float32Array): Span {
  let best: Span
  let first = 0
  for (let column = 0; column <= row.length; column += 1) {
    if (column < row.length && Number.isFinite(row[column])) continue
    if (column > first && (!best || column - first > best.last - best.first + 1)) best = { first, last: column - 1 }
    first = column + 1
  }
  return best
}

/** Dynamic programming: at each row, one step aside at most. Rows that not both see cost nothing, wherever the way leads. */
function cheapestWay(columns: number, rows: number, cost: Float32Array, spans: readonly Span[]): readonly number[] {
  const from = new Int8Array(columns * rows)
  let above = new Float64Array(columns)
  for (let row = 0; row < rows; row += 1) {
    const here = new Float64Array(columns)
    for (let column = 0; column < columns; column += 1) {
      let best = row === 0 ? 0 : (above[column] ?? 0)
      for (const aside of [-1, 1]) {
        const by =
          row === 0 || column + aside < 0 || column + aside >= columns ? Number.POSITIVE_INFINITY : (above[column + aside] ?? 0) + bendCost
        if (by >= best) continue
        best = by
        from[row * columns + column] = aside
      }
      here[column] = best + placeCost(cost[row * columns + column] ?? 0, column, spans[row])
    }
    above = here
  }
  let column = above.reduce((best, value, n) => (value < (above[best] ?? 0) ? n : best), 0)
  const way: number[] = []
  for (let row = rows - 1; row >= 0; row -= 1) {
    way.unshift(column)
    column += from[row * columns + column] ?? 0
  }
  return way
}

/** Outside of what both see a way is very dear, but the further off the dearer, so that it comes back. */
function placeCost(difference: number, column: number, span: Span): number {
  if (!span) return 0
  if (column < span.first || column > span.last) return 1_000 + Math.abs(column - (span.first + span.last) / 2)
  const half = (span.last - span.first + 1) / 2
  const aside = Math.abs(column - (span.first + span.last) / 2) / Math.max(1, half)
  return difference + edgeCost * aside * aside
}

/** Without the corners of single steps; kept where both see. */
function smoothedWay(way: readonly number[], spans: readonly Span[]): readonly number[] {
  return way.map((_, row) => {
    const near = way.slice(Math.max(0, row - 6), row + 7)
    const mean = near.reduce((sum, column) => sum + column, 0) / near.length
    const span = spans[row]
    return span ? Math.min(span.last, Math.max(span.first, mean)) : mean
  })
}

/** As wide as both see on both sides of the whole way, and as long as little in it differs visibly. */
function featherOf(columns: number, cost: Float32Array, path: readonly number[], spans: readonly Span[]): number {
  const room = path.reduce((least, column, row) => {
    const span = spans[row]
    return span ? Math.min(least, column - span.first, span.last - column) : least
  }, Number.POSITIVE_INFINITY)
  if (!Number.isFinite(room)) return 0
  for (let half = room; half * 2 * seamStep > narrowestPx; half *= 0.85)
    if (visibleIn(columns, cost, path, spans, half) <= visibleShare) return 2 * Math.floor(half * seamStep)
  return Math.min(narrowestPx, 2 * Math.floor(room * seamStep))
}

/** Share of the strip around the way that differs visibly. */
function visibleIn(columns: number, cost: Float32Array, path: readonly number[], spans: readonly Span[], half: number): number {
  let [seen, all] = [0, 0]
  for (const [row, column] of path.entries()) {
    if (!spans[row]) continue
    for (let at = Math.ceil(column - half); at <= column + half; at += 1) {
      all += 1
      if ((cost[row * columns + at] ?? 0) > visible) seen += 1
    }
  }
  return all === 0 ? 0 : seen / all
}

function sampleLinear({ width, height, data }: LumaPlane, x: number, y: number): number {
  const [u, v] = [Math.min(width - 1.001, Math.max(0, x)), Math.min(height - 1.001, Math.max(0, y))]
  const [column, row] = [Math.floor(u), Math.floor(v)]
  const [tx, ty] = [u - column, v - row]
  const at = row * width + column
  const above = (data[at] ?? 0) * (1 - tx) + (data[at + 1] ?? 0) * tx
  const below = (data[at + width] ?? 0) * (1 - tx) + (data[at + width + 1] ?? 0) * tx
  return above * (1 - ty) + below * ty
}
