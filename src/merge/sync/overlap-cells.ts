// Small places of the overlap that both cameras see, and how bright each one is in a picture: what an offset is measured from.
// Pure. Never looks at what only one camera shows.

import type { PictureSize } from '../picture.ts'
import type { Calibration } from '../stitch/calibration.ts'
import { canvasWindowOf } from '../stitch/canvas-window.ts'
import type { Point } from '../stitch/homography.ts'
import { warpMapsOf } from '../stitch/warp-map.ts'

/** One place, where each camera shows it: pixels of the calibration's sizes. */
export type Cell = { readonly left: Point; readonly right: Point }

/** So many are wanted: more say the same again. */
const wantedCells = 1_500

/** A cell's side, as a share of the picture's width: an eighth of a pixel's side at 1/8 scale of 1920. */
const sideShare = 1 / 240

/** Of each cell so many rows and columns are read. */
const taps = 4

/** Evenly spread over the overlap, each wholly within both pictures. Errors: invalid, when the pictures make no canvas. */
export function overlapCells(calibration: Calibration, wanted = wantedCells): Cell[] {
  const window = canvasWindowOf(calibration)
  const maps = warpMapsOf(calibration, window)
  const cellsAt = (step: number): Cell[] => {
    const found: Cell[] = []
    for (let y = step / 2; y < window.height; y += step)
      for (let x = step / 2; x < window.width; x += step) {
        const [left, right] = [maps.left(x, y), maps.right(x, y)]
        if (left && right && isWithin(left, calibration.left) && isWithin(right, calibration.right)) found.push({ left, right })
      }
    return found
  }
  const coarse = Math.max(2, window.height / 48)
  const count = cellsAt(coarse).length
  return count === 0 ? [] : cellsAt(Math.max(2, coarse * Math.sqrt(count / wanted)))
}

const sideOf = ({ width }: PictureSize): number => Math.max(taps, width * sideShare)

function isWithin({ x, y }: Point, size: PictureSize): boolean {
  const margin = sideOf(size) / 2 + 1
  return x >= margin && y >= margin && x <= size.width - 1 - margin && y <= size.height - 1 - margin
}

/** Reads the mean brightness of each cell out of a luma plane. */
export type CellSampler = (luma: Uint8Array) => Uint8Array

/** For one camera's pictures of `size`; `points` are pixels of pictures of `made`. */
export function openCellSampler(points: readonly Point[], made: PictureSize, size: PictureSize): CellSampler {
  const scale = { x: size.width / made.width, y: size.height / made.height }
  const stride = Math.max(1, Math.round(sideOf(size) / taps))
  const reach = (stride * (taps - 1)) / 2
  const starts = Int32Array.from(points, ({ x, y }) => {
    const left = bounded(Math.round((x + 0.5) * scale.x - 0.5 - reach), size.width - 1 - 2 * reach)
    const top = bounded(Math.round((y + 0.5) * scale.y - 0.5 - reach), size.height - 1 - 2 * reach)
    return top * size.width + left
  })
  const [down, across] = [stride * size.width, stride]
  return (luma) => {
    const means = new Uint8Array(starts.length)
    for (let n = 0; n < starts.length; n += 1) {
      let at = starts[n] ?? 0
      let sum = 0
      for (let row = 0; row < taps; row += 1, at += down)
        sum += (luma[at] ?? 0) + (luma[at + across] ?? 0) + (luma[at + 2 * across] ?? 0) + (luma[at + 3 * across] ?? 0)
      means[n] = (sum + 8) >> 4
    }
    return means
  }
}

const bounded = (value: number, most: number): number => Math.max(0, Math.min(Math.floor(most), value))
