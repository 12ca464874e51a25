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
const rounds = 12
/** Code values by which a cell is off though all is well. */
const expected = 1.5
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

/** to = gain * from + offset, each cell the lighter the further it is off (after Cauchy); within what a calibration file may say. Of two
 *  beginnings the better end is taken: the quartiles are not moved by somebody before one camera, but see little where most is grass. */
function robustLine(from: Float64Array, to: Float64Array): [number, number] {
  const [a, b] = [quartilesOf(from), quartilesOf(to)]
  const gain = within((b.upper - b.lower + doubt) / (a.upper - a.lower + doubt), 0.25, 1.99)
  const ends = [settled(from, to, gain, b.middle - gain * a.middle), settled(from, to, 1, b.middle - a.middle)]
  const best = ends.reduce((one, other) => (other.loss < one.loss ? other : one))
  return [best.gain, within(best.offset, -128, 128)]
}

type Line = { readonly gain: number; readonly offset: number; readonly loss: number }

function settled(from: Float64Array, to: Float64Array, startGain: number, startOffset: number): Line {
  let [gain, offset, loss] = [startGain, startOffset, Number.POSITIVE_INFINITY]
  for (let round = 0; round < rounds; round += 1) {
    let [n, x, y, xx, xy, sum] = [0, 0, 0, 0, 0, 0]
    for (let at = 0; at < from.length; at += 1) {
      const value = from[at] ?? 0
      const wanted = to[at] ?? 0
      const square = ((wanted - gain * value - offset) / expected) ** 2
      const weight = 1 / (1 + square)
      sum += Math.log1p(square)
      n += weight
      x += weight * value
      y += weight * wanted
      xx += weight * value * value
      xy += weight * value * wanted
    }
    loss = sum
    const [meanX, meanY] = [x / n, y / n]
    gain = within((xy / n - meanX * meanY + doubt) / (xx / n - meanX * meanX + doubt), 0.25, 1.99)
    offset = meanY - gain * meanX
  }
  return { gain, offset, loss }
}

const within = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value))

function quartilesOf(values: Float64Array): { readonly lower: number; readonly middle: number; readonly upper: number } {
  const sorted = values.toSorted()
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? 0
  return { lower: at(0.25), middle: at(0.5), upper: at(0.75) }
}
