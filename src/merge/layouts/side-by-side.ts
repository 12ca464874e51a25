// Left beside right, nothing scaled, nothing lost; of two sizes the smaller one stands in the middle of its half. Pure: copies rows.
// Never blends, crops or waits.

import { planesOf, type PictureSize } from '../picture.ts'
import type { Layout } from './canvas.ts'

export function sideBySide(left: PictureSize, right: PictureSize = left): Layout {
  const canvas: PictureSize = { width: left.width + right.width, height: Math.max(left.height, right.height) }
  const drawLeft = openDrawing(left, canvas, 0)
  const drawRight = openDrawing(right, canvas, left.width)
  return {
    name: 'side-by-side',
    canvas,
    compose: (pictures, out) => {
      drawLeft(pictures.left, out)
      drawRight(pictures.right, out)
    },
  }
}

/** Limited range. */
const black = [16, 128, 128] as const

/** Copies pictures of one size to columns of the canvas that begin at `x`, black above and below. */
function openDrawing(size: PictureSize, canvas: PictureSize, x: number): (picture: Buffer, out: Buffer) => void {
  const to = planesOf(canvas)
  const planes = planesOf(size).flatMap((from, n) => {
    const target = to[n]
    if (!target) return []
    const above = n === 0 ? 2 * Math.floor((target.rows - from.rows) / 4) : Math.floor((target.rows - from.rows) / 2)
    const left = target.offset + (n === 0 ? x : x / 2)
    return [{ ...from, above, left, target, fill: black[n] ?? 128 }]
  })
  return (picture, out) => {
    for (const { offset, stride, rows, above, left, target, fill } of planes)
      for (let row = 0; row < target.rows; row += 1) {
        const at = left + row * target.stride
        const start = offset + (row - above) * stride
        if (row >= above && row < above + rows) picture.copy(out, at, start, start + stride)
        else out.fill(fill, at, at + stride)
      }
  }
}
