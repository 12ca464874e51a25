// Which window of the projection becomes the film: the largest rectangle that the two cameras fill together. Pure.
// Never wider than an encoder takes: a view beyond that is cut at its far ends.

import { EzrecError } from '../../base/errors.ts'
import type { Calibration, CanvasWindow } from './calibration.ts'
import type { Point } from './homography.ts'
import { projectedOf } from './projected.ts'
import { warpMapsOf } from './warp-map.ts'

/** H.264 level 6.2 knows no longer side; a canvas of a rig is far below it. */
const longestSide = 8192
/** Canvas pixels between two looks. */
const step = 4

/** The calibration's own window, or the largest one without a hole. Errors: invalid, when the pictures do not meet. */
export function canvasWindowOf(calibration: Calibration): CanvasWindow {
  if (calibration.canvas) return calibration.canvas
  const { x, y, columns, rows } = reachOf(calibration)
  const maps = warpMapsOf(calibration, { x, y })
  const isFilled = (column: number, row: number): boolean =>
    maps.left(column * step, row * step) !== undefined || maps.right(column * step, row * step) !== undefined
  const best = largestRectangle(columns, rows, isFilled)
  // A rectangle of n filled points is filled over n - 1 steps.
  const width = even((best.columns - 1) * step)
  const height = even((best.rows - 1) * step)
  if (width < 64 || height < 64)
    throw new EzrecError('invalid', 'the two pictures make no rectangle that could be a film', {
      hint: 'calibrate the rig again, and look at the picture that it shows',
    })
  return { x: x + best.column * step, y: y + best.row * step, width, height }
}

/** The share of the canvas that neither camera sees. */
export function emptyShareOf(calibration: Calibration): number {
  const { width, height, ...origin } = canvasWindowOf(calibration)
  const maps = warpMapsOf(calibration, origin)
  let [looked, empty] = [0, 0]
  for (let y = 0; y < height; y += step)
    for (let x = 0; x < width; x += step) {
      looked += 1
      if (!maps.left(x, y) && !maps.right(x, y)) empty += 1
    }
  return looked === 0 ? 1 : empty / looked
}

const even = (value: number): number => 2 * Math.floor(value / 2)

/** The points of the projection that either camera may fill, as a grid. */
function reachOf(calibration: Calibration): { x: number; y: number; columns: number; rows: number } {
  const edges = [...edgeOf(calibration, 'left'), ...edgeOf(calibration, 'right')]
  const { width, height } = calibration.left
  const bound = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value))
  const xs = edges.map(({ x }) => bound(x, -3 * width, 5 * width))
  const ys = edges.map(({ y }) => bound(y, -2 * height, 3 * height))
  const [x, y] = [2 * Math.ceil(Math.min(...xs) / 2), 2 * Math.ceil(Math.min(...ys) / 2)]
  return {
    x,
    y,
    columns: Math.min(Math.floor(longestSide / step), Math.floor((Math.max(...xs) - x) / step) + 1),
    rows: Math.min(Math.floor(longestSide / step), Math.floor((Math.max(...ys) - y) / step) + 1),
  }
}

/** Where the edge of a picture lies in the projection. */
function edgeOf(calibration: Calibration, side: 'left' | 'right'): Point[] {
  const { width, height } = calibration[side]
  const from = Array.from({ length: 65 }, (_, each) => each / 64).flatMap((share) => [
    { x: share * (width - 1), y: 0 },
    { x: share * (width - 1), y: height - 1 },
    { x: 0, y: share * (height - 1) },
    { x: width - 1, y: share * (height - 1) },
  ])
  return from.map(projectedOf(calibration, side))
}

/** The largest rectangle of points that are all filled: row by row, by the heights of the columns above (a stack of rising ones). */
export function largestRectangle(
  columns: number,
  rows: number,
  isFilled: (column: number, row: number) => boolean,
): { column: number; row: number; columns: number; rows: number } {
  const heights = new Int32Array(columns + 1)
  let best = { column: 0, row: 0, columns: 0, rows: 0 }
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) heights[column] = isFilled(column, row) ? (heights[column] ?? 0) + 1 : 0
    const rising: number[] = []
    for (let column = 0; column <= columns; column += 1) {
      const height = heights[column] ?? 0
      while (rising.length > 0 && (heights[rising.at(-1) ?? 0] ?? 0) >= height) {
        const tall = heights[rising.pop() ?? 0] ?? 0
        const first = rising.length === 0 ? 0 : (rising.at(-1) ?? 0) + 1
        if (tall * (column - first) > best.rows * best.columns)
          best = { column: first, row: row - tall + 1, columns: column - first, rows: tall }
      }
      rising.push(column)
    }
  }
  return best
}
