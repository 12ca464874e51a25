// The 16-bit counter of the scene's instant that the simulated cameras burn into their outer top corner, and its reader.
// Never guesses: a counter whose complement does not agree is no counter.

import type { RigFormat, Side } from './rig-format.ts'

/** Side of one square cell in pixels; 16 cells in a row, most significant bit first, the complement in the row below. */
const counterCell = 16
const counterBits = 16
/** Size of the whole mark in pixels. */
const counterWidth = counterCell * counterBits
const counterHeight = counterCell * 2

/** White and black of limited-range video (BT.709): they survive encoding. */
const whiteLuma = 235
const blackLuma = 16

/** Where the mark begins: the left picture's at x = 0, the right one's in its last 256 columns. */
const counterX = (side: Side, width: number): number => (side === 'left' ? 0 : width - counterWidth)

/** Draws the counter into a yuv420p picture. `value` is taken modulo 65536. */
export function writeCounter(picture: Uint8Array, { width, height }: RigFormat, side: Side, value: number): void {
  const left = counterX(side, width)
  for (let bit = 0; bit < counterBits; bit += 1) {
    const set = ((value >> (counterBits - 1 - bit)) & 1) === 1
    const x = left + bit * counterCell
    fillCell(picture, width, x, 0, set ? whiteLuma : blackLuma)
    fillCell(picture, width, x, counterCell, set ? blackLuma : whiteLuma)
  }
  for (const plane of [width * height, (width * height * 5) / 4])
    for (let row = 0; row < counterHeight / 2; row += 1) {
      const at = plane + (row * width + left) / 2
      picture.fill(128, at, at + counterWidth / 2)
    }
}

/** Reads the counter from a luma plane, or `undefined` where there is none. `stride` is the bytes of a row; by default the mark of a
 *  single camera's picture is read, `origin` names another top left corner in pixels (a camera's half of a merged picture). */
export function readCounter(luma: Uint8Array, stride: number, side: Side, origin?: { x: number; y: number }): number | undefined {
  const { x: left, y: top } = origin ?? { x: counterX(side, stride), y: 0 }
  let value = 0
  for (let bit = 0; bit < counterBits; bit += 1) {
    const x = left + bit * counterCell
    const upper = cellMean(luma, stride, x, top)
    const lower = cellMean(luma, stride, x, top + counterCell)
    if (upper === undefined || lower === undefined || Math.abs(upper - lower) < leastContrast) return undefined
    value = value * 2 + (upper > lower ? 1 : 0)
  }
  return value
}

/** Luma steps between a cell and its complement below which the mark is not believed; written ones differ by 219. */
const leastContrast = 96

function fillCell(luma: Uint8Array, stride: number, x: number, y: number, value: number): void {
  for (let row = y; row < y + counterCell; row += 1) luma.fill(value, row * stride + x, row * stride + x + counterCell)
}

/** Mean of a cell's inner 8x8 pixels: its border is blurred by the encoder. */
function cellMean(luma: Uint8Array, stride: number, x: number, y: number): number | undefined {
  let sum = 0
  for (let row = y + 4; row < y + 12; row += 1)
    for (let column = x + 4; column < x + 12; column += 1) {
      const value = luma[row * stride + column]
      if (value === undefined || column < 0 || column >= stride) return undefined
      sum += value
    }
  return sum / 64
}
