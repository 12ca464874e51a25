// Pictures put into a cell of the canvas as they are: in its middle, black around. Pure: copies rows.
// Never scales; a picture that is larger than its cell is somebody else's mistake.

import { EzrecError } from '../../base/errors.ts'
import { planesOf, type PictureSize } from '../picture.ts'
import type { Cell } from './canvas.ts'

export type Drawing = (picture: Buffer, canvas: Buffer) => void

/** Limited range. */
const black = [16, 128, 128] as const

/** Draws pictures of one size into the middle of a cell. Errors: invalid for odd sides, internal for one that does not fit. */
export function openCopy(size: PictureSize, canvas: PictureSize, cell: Cell): Drawing {
  if (size.width > cell.width || size.height > cell.height)
    throw new EzrecError('internal', 'a picture is larger than its place on the canvas', { hint: 'report this' })
  const to = planesOf(canvas)
  const planes = planesOf(size).flatMap((from, n) => {
    const target = to[n]
    if (!target) return []
    const part = n === 0 ? 1 : 2
    const [columns, rows] = [cell.width / part, cell.height / part]
    const side = middle(columns - from.stride, n)
    return [
      {
        ...from,
        start: target.offset + (cell.y / part) * target.stride + cell.x / part,
        stepBytes: target.stride,
        cellRows: rows,
        columns,
        above: middle(rows - from.rows, n),
        side,
        after: side + from.stride,
        fill: black[n] ?? 128,
      },
    ]
  })
  return (picture, out) => {
    for (const { offset, stride, rows, start, stepBytes, cellRows, columns, above, side, after, fill } of planes)
      for (let row = 0; row < cellRows; row += 1) {
        const at = start + row * stepBytes
        if (row < above || row >= above + rows) {
          out.fill(fill, at, at + columns)
          continue
        }
        if (side > 0) out.fill(fill, at, at + side)
        const from = offset + (row - above) * stride
        picture.copy(out, at + side, from, from + stride)
        if (after < columns) out.fill(fill, at + after, at + columns)
      }
  }
}

/** Half of what is left over, in whole pixels of the colour planes. */
const middle = (over: number, plane: number): number => (plane === 0 ? 2 * Math.floor(over / 4) : Math.floor(over / 2))

/** Paints a cell in one grey, for a border. */
export function openPaint(canvas: PictureSize, cell: Cell, luma: number): (out: Buffer) => void {
  const planes = planesOf(canvas).map((plane, n) => {
    const part = n === 0 ? 1 : 2
    const start = plane.offset + (cell.y / part) * plane.stride + cell.x / part
    return { start, stride: plane.stride, rows: cell.height / part, columns: cell.width / part, value: n === 0 ? luma : 128 }
  })
  return (out) => {
    for (const { start, stride, rows, columns, value } of planes)
      for (let row = 0; row < rows; row += 1) out.fill(value, start + row * stride, start + row * stride + columns)
  }
}
