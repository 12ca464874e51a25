// A picture made much smaller at next to no cost: each pixel is the mean of a few samples spread over what it covers. Pure.
// For thumbnails alone: what stands in the film itself is drawn by layouts/shrink.ts, which leaves no pixel out.

import { EzrecError } from '../../base/errors.ts'
import { planesOf, type PictureSize } from '../picture.ts'

/** Samples per pixel and direction: enough that lines and nets do not break up. */
const mostTaps = 4

/** Makes pictures of one size (YUV 4:2:0) into pictures of another that is not larger. Errors: internal. */
export function openSampling(from: PictureSize, to: PictureSize): (picture: Uint8Array) => Buffer {
  if (to.width > from.width || to.height > from.height)
    throw new EzrecError('internal', 'a picture cannot be sampled to a larger one', { hint: 'report this' })
  const targets = planesOf(to)
  const planes = planesOf(from).flatMap((source, n) => {
    const target = targets[n]
    if (!target) return []
    return [{ source, target, columns: placesOf(source.stride, target.stride), rows: placesOf(source.rows, target.rows) }]
  })
  return (picture) => {
    const small = Buffer.alloc((to.width * to.height * 3) / 2)
    for (const { source, target, columns, rows } of planes)
      for (let row = 0; row < target.rows; row += 1) {
        const lines = rows.at.subarray(row * rows.taps, (row + 1) * rows.taps).map((line) => source.offset + line * source.stride)
        sampleRow(picture, lines, columns, small, target.offset + row * target.stride)
      }
    return small
  }
}

/** Where the samples of each pixel stand, in growing order: `taps` for each. */
type Places = { readonly taps: number; readonly at: Int32Array }

/** Pure. In the middle of equal parts of what the pixel covers. */
export function placesOf(from: number, to: number): Places {
  const span = from / to
  const taps = Math.max(1, Math.min(mostTaps, Math.floor(span)))
  const at = new Int32Array(to * taps)
  for (let n = 0; n < at.length; n += 1) at[n] = Math.floor(((n + 0.5) * span) / taps)
  return { taps, at }
}

function sampleRow(picture: Uint8Array, lines: Int32Array, { taps, at }: Places, out: Buffer, from: number): void {
  const count = taps * lines.length
  const half = count >> 1
  for (let x = 0, tap = 0; tap < at.length; x += 1) {
    let sum = half
    for (const end = tap + taps; tap < end; tap += 1) {
      const column = at[tap] ?? 0
      for (let n = 0; n < lines.length; n += 1) sum += picture[(lines[n] ?? 0) + column] ?? 0
    }
    out[from + x] = Math.floor(sum / count)
  }
}
