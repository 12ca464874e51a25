// How much brighter and how differently coloured one camera of a rig is: gain and offset for Y, U and V that bring the right picture to the left
// one, by least squares over the overlap. Pure, and cheap enough to be asked each second of a film: some thousand blurred cells.
// Never judges a picture: a bare overlap keeps its gain near 1.

import { pictureBytes, planesOf, type PictureSize } from '../picture.ts'
import type { Calibration, CanvasWindow } from './calibration.ts'
import type { WarpMaps } from './warp-map.ts'

/** Gain (0.25 to 1.99) about 16 for Y and about 128 for U and V, then an offset in code values (-128 to 128). */
export type Exposure = NonNullable<Calibration['exposure']>

/** Where the same thing lies in both pictures: middles of cells, one number each for column and row. Made once for a calibration. */
export type ExposureCells = {
  readonly count: number
  readonly leftX: Int16Array
  readonly leftY: Int16Array
  readonly rightX: Int16Array
  readonly rightY: Int16Array
}

/** Half the side of a cell in luma pixels: 8 of them blur the noise and half a pixel of misfit away. */
const cellRadius = 4
const mostCells = 4_000
const leastCells = 64
/** Rounds in which cells that do not fit (players between the cameras) are left out. */
const rounds = 3
const cutSigmas = 2.5
/** Squared code values of doubt: a plane without variety keeps its gain near 1. */
const doubt = 1

/** The cells of an overlap, for a window of the canvas. */
export function exposureCellsOf(calibration: Pick<Calibration, 'left' | 'right'>, window: CanvasWindow, maps: WarpMaps): ExposureCells {
  const margin = 2 * cellRadius
  const inside = ({ x, y }: { x: number; y: number }, { width, height }: PictureSize): boolean =>
    x >= margin && y >= margin && x < width - margin && y < height - margin
  const step = Math.max(4, Math.floor(Math.sqrt((window.width * window.height) / (8 * mostCells))))
  const cells: [number, number, number, number][] = []
  for (let y = step; y < window.height; y += step)
    for (let x = step; x < window.width; x += step) {
      const left = maps.left(x, y)
      const right = left && maps.right(x, y)
      if (left && right && inside(left, calibration.left) && inside(right, calibration.right))
        cells.push([Math.round(left.x), Math.round(left.y), Math.round(right.x), Math.round(right.y)])
    }
  const every = Math.max(1, Math.ceil(cells.length / mostCells))
  const kept = cells.filter((_, n) => n % every === 0)
  const column = (n: 0 | 1 | 2 | 3): Int16Array => Int16Array.from(kept, (cell) => cell[n])
  return { count: kept.length, leftX: column(0), leftY: column(1), rightX: column(2), rightY: column(3) }
}

/** Pairs of pictures (yuv420p) of the calibration's sizes; several weigh as one. `undefined` when there is too little to compare. */
export function measureExposure(
  pairs: readonly { readonly left: Uint8Array; readonly right: Uint8Array }[],
  sizes: { readonly left: PictureSize; readonly right: PictureSize },
  cells: ExposureCells,
): Exposure | undefined {
  if (cells.count < leastCells) return undefined
  const fits = pairs.every(({ left, right }) => left.length === pictureBytes(sizes.left) && right.length === pictureBytes(sizes.right))
  if (!fits) throw new RangeError('a picture is not of the size that the cells were made for')
  const [y, u, v] = [0, 1, 2].map((plane) => planeGain(pairs, sizes, cells, plane))
  return y && u && v ? { y, u, v } : undefined
}

function planeGain(
  pairs: readonly { readonly left: Uint8Array; readonly right: Uint8Array }[],
  sizes: { readonly left: PictureSize; readonly right: PictureSize },
  cells: ExposureCells,
  plane: number,
): [number, number] | undefined {
  const [left, right] = [planesOf(sizes.left)[plane], planesOf(sizes.right)[plane]]
  if (!left || !right) return undefined
  const shift = plane === 0 ? 0 : 1
  const radius = cellRadius >> shift
  const zero = plane === 0 ? 16 : 128
  const from = new Float64Array(cells.count * pairs.length)
  const to = new Float64Array(from.length)
  for (const [n, pair] of pairs.entries())
    for (let cell = 0; cell < cells.count; cell += 1) {
      const at = n * cells.count + cell
      to[at] = cellMean(pair.left, left, (cells.leftX[cell] ?? 0) >> shift, (cells.leftY[cell] ?? 0) >> shift, radius) - zero
      from[at] = cellMean(pair.right, right, (cells.rightX[cell] ?? 0) >> shift, (cells.rightY[cell] ?? 0) >> shift, radius) - zero
    }
  return robustLine(from, to)
}

function cellMean(
  picture: Uint8Array,
  { offset, stride }: { readonly offset: number; readonly stride: number },
  x: number,
  y: number,
  radius: number,
): number {
  let sum = 0
  for (let row = y - radius; row < y + radius; row += 1) {
    const start = offset + row * stride + x - radius
    for (let at = start; at < start + 2 * radius; at += 1) sum += picture[at] ?? 0
  }
  return sum / (4 * radius * radius)
}

/** to = gain * from + offset, without the cells that are far off; within what a calibration file may say. */
function robustLine(from: Float64Array, to: Float64Array): [number, number] {
  let [gain, offset, cut] = [1, 0, Number.POSITIVE_INFINITY]
  for (let round = 0; round < rounds; round += 1) {
    let [n, x, y, xx, xy] = [0, 0, 0, 0, 0]
    for (let at = 0; at < from.length; at += 1) {
      const [a, b] = [from[at] ?? 0, to[at] ?? 0]
      if (Math.abs(b - gain * a - offset) > cut) continue
      n += 1
      x += a
      y += b
      xx += a * a
      xy += a * b
    }
    if (n < leastCells) break
    const [meanX, meanY] = [x / n, y / n]
    gain = (xy / n - meanX * meanY + doubt) / (xx / n - meanX * meanX + doubt)
    gain = Math.min(1.99, Math.max(0.25, gain))
    offset = Math.min(128, Math.max(-128, meanY - gain * meanX))
    let square = 0
    let counted = 0
    for (let at = 0; at < from.length; at += 1) {
      const off = Math.abs((to[at] ?? 0) - gain * (from[at] ?? 0) - offset)
      if (off > cut) continue
      square += off * off
      counted += 1
    }
    cut = Math.max(1, cutSigmas * Math.sqrt(square / Math.max(1, counted)))
  }
  return [gain, offset]
}
