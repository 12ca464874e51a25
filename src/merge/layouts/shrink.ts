// A picture made smaller by area average: every pixel is the mean of what it covers, so that lines and nets do not flicker. Pure.
// Never enlarges, crops or changes the shape by more than the rounding to even sides.

import { EzrecError } from '../../base/errors.ts'
import { planesOf, type PictureSize } from '../picture.ts'
import { evenBelow, type Cell } from './canvas.ts'
import { openCopy, type Drawing } from './copy.ts'

/** The size at which a picture stands whole in a box: as it is when it fits, else shrunk. Even sides. */
export function fitInside({ width, height }: PictureSize, box: PictureSize): PictureSize {
  const share = Math.min(1, box.width / width, box.height / height)
  return { width: Math.max(2, evenBelow(width * share)), height: Math.max(2, evenBelow(height * share)) }
}

/** Draws pictures of one size into the middle of a cell, shrunk when they are larger. */
export function openFit(size: PictureSize, canvas: PictureSize, cell: Cell): Drawing {
  const fitted = fitInside(size, cell)
  const draw = openCopy(fitted, canvas, cell)
  if (fitted.width === size.width && fitted.height === size.height) return draw
  const shrink = openShrink(size, fitted)
  const small = Buffer.alloc((fitted.width * fitted.height * 3) / 2)
  return (picture, out) => {
    shrink(picture, small)
    draw(small, out)
  }
}

/** Makes pictures of one size into pictures of another that is not larger. Errors: internal. */
export function openShrink(from: PictureSize, to: PictureSize): (picture: Buffer, out: Buffer) => void {
  if (to.width > from.width || to.height > from.height)
    throw new EzrecError('internal', 'a picture cannot be shrunk to a larger one', { hint: 'report this' })
  const targets = planesOf(to)
  const planes = planesOf(from).flatMap((source, n) => {
    const target = targets[n]
    if (!target) return []
    return [{ source, target, columns: sharesOf(source.stride, target.stride), rows: sharesOf(source.rows, target.rows) }]
  })
  const sums = new Int32Array(from.width)
  const byFour = planes.every(({ source, target }) => source.stride === 4 * target.stride && source.rows === 4 * target.rows)
  return (picture, out) => {
    if (byFour && picture.byteOffset % 4 === 0) {
      for (const { source, target } of planes) averageByFour(picture, source.offset, out, target)
      return
    }
    for (const { source, target, columns, rows } of planes)
      for (let row = 0; row < target.rows; row += 1) {
        addRows(picture, source, rows, row, sums)
        averageColumns(sums, columns, out, target.offset + row * target.stride, target.stride)
      }
  }
}

/** The usual inset: four by four pixels are one, and four of a row are one word, whose bytes are added two by two. The same means, to the bit.
 *  Measured beside the general way (1280x720 to a quarter): see docs/design/merge.md. */
function averageByFour(
  picture: Buffer,
  from: number,
  out: Buffer,
  target: { readonly offset: number; readonly stride: number; readonly rows: number },
): void {
  const words = new Uint32Array(picture.buffer, picture.byteOffset + from, target.stride * target.rows * 4)
  const { stride, rows, offset } = target
  const low = 0x00ff00ff
  for (let row = 0; row < rows; row += 1)
    for (let x = 0, at = row * 4 * stride; x < stride; x += 1, at += 1) {
      const a = words[at] ?? 0
      const b = words[at + stride] ?? 0
      const c = words[at + 2 * stride] ?? 0
      const d = words[at + 3 * stride] ?? 0
      const sum =
        (a & low) + ((a >>> 8) & low) + (b & low) + ((b >>> 8) & low) + (c & low) + ((c >>> 8) & low) + (d & low) + ((d >>> 8) & low)
      out[offset + row * stride + x] = ((sum & 0xffff) + (sum >>> 16) + 8) >> 4
    }
}

/** Which source pixels make up each target pixel, and by how many 256ths each. */
type Shares = { readonly first: Int32Array; readonly count: Int32Array; readonly start: Int32Array; readonly weights: Int32Array }

/** Pure. The shares of a target pixel sum up to 256. */
export function sharesOf(from: number, to: number): Shares {
  const first = new Int32Array(to)
  const count = new Int32Array(to)
  const start = new Int32Array(to)
  const weights: number[] = []
  const span = from / to
  for (let n = 0; n < to; n += 1) {
    const [begin, end] = [n * span, (n + 1) * span]
    first[n] = Math.floor(begin + 1e-9)
    const last = Math.min(from, Math.ceil(end - 1e-9))
    start[n] = weights.length
    count[n] = last - (first[n] ?? 0)
    let given = 0
    for (let at = first[n] ?? 0; at < last; at += 1) {
      const covered = Math.min(at + 1, end) - Math.max(at, begin)
      const upTo = at === last - 1 ? 256 : Math.min(256, given + Math.round((covered / span) * 256))
      weights.push(upTo - given)
      given = upTo
    }
  }
  return { first, count, start, weights: Int32Array.from(weights) }
}

/** The rows that make up one target row, summed up in 256ths. */
function addRows(
  picture: Buffer,
  { offset, stride }: { readonly offset: number; readonly stride: number },
  { first, count, start, weights }: Shares,
  row: number,
  sums: Int32Array,
): void {
  sums.fill(0, 0, stride)
  for (let n = 0; n < (count[row] ?? 0); n += 1) {
    const weight = weights[(start[row] ?? 0) + n] ?? 0
    const at = offset + ((first[row] ?? 0) + n) * stride
    for (let x = 0; x < stride; x += 1) sums[x] = (sums[x] ?? 0) + (picture[at + x] ?? 0) * weight
  }
}

function averageColumns(sums: Int32Array, { first, count, start, weights }: Shares, out: Buffer, at: number, columns: number): void {
  for (let x = 0; x < columns; x += 1) {
    let sum = 32_768
    const [begin, from, length] = [first[x] ?? 0, start[x] ?? 0, count[x] ?? 0]
    for (let n = 0; n < length; n += 1) sum += (sums[begin + n] ?? 0) * (weights[from + n] ?? 0)
    out[at + x] = sum >> 16
  }
}
