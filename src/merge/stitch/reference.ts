// What the stitch kernel draws, said once more in plain arithmetic, pixel by pixel: the tests hold the kernel to it, bit for bit.
// Never fast, and never used for a film.

import { planesOf, pictureBytes, type PictureSize } from '../picture.ts'
import type { Exposure } from './exposure.ts'
import { fixedGains, neutralExposure, type FixedGain } from './fixed-gain.ts'
import { hole, openPlaneRows } from './plane-rows.ts'
import type { StitchGeometry } from './stitch-geometry.ts'
import { rightOnly } from './table-format.ts'

export type ReferencePictures = {
  /** `undefined`: the card stands for it. */
  readonly left: Uint8Array | undefined
  readonly right: Uint8Array | undefined
  /** Of the canvas' size. */
  readonly card: Uint8Array
  readonly leftExposure?: Exposure
  readonly rightExposure?: Exposure
}

export function composeReference(
  geometry: StitchGeometry,
  { left, right, card, leftExposure, rightExposure }: ReferencePictures,
): Uint8Array {
  if (!left && !right) return Uint8Array.from(card)
  const drawn = new Uint8Array(pictureBytes(geometry.canvas))
  const gains = { left: fixedGains(leftExposure ?? neutralExposure), right: fixedGains(rightExposure ?? neutralExposure) }
  for (const [n, { offset, stride, rows }] of planesOf(geometry.canvas).entries()) {
    const plane = openPlaneRows(geometry, n === 0 ? 'luma' : 'chroma')
    const seenLeft = left && openPlane(left, geometry.left, n, gains.left[n])
    const seenRight = right && openPlane(right, geometry.right, n, gains.right[n])
    for (let y = 0; y < rows; y += 1) {
      const row = plane.at(y)
      for (let x = 0; x < stride; x += 1) {
        const weight = row.weights[x] ?? hole
        const at = offset + y * stride + x
        const sample = (picture: typeof seenLeft, { x: xs, y: ys }: typeof row.left): number => picture?.(xs[x] ?? 0, ys[x] ?? 0) ?? 0
        if (weight === hole) drawn[at] = n === 0 ? 16 : 128
        else if (!seenRight) drawn[at] = weight < rightOnly ? sample(seenLeft, row.left) : (card[at] ?? 0)
        else if (!seenLeft) drawn[at] = weight > 0 ? sample(seenRight, row.right) : (card[at] ?? 0)
        else if (weight === 0) drawn[at] = sample(seenLeft, row.left)
        else if (weight === rightOnly) drawn[at] = sample(seenRight, row.right)
        else {
          const a = sample(seenLeft, row.left)
          drawn[at] = a + (((sample(seenRight, row.right) - a) * weight + 32) >> 6)
        }
      }
    }
  }
  return drawn
}

/** The code value at a point of a plane (x in 1/64, y in 1/128), exposed. */
function openPlane(picture: Uint8Array, size: PictureSize, n: number, exposure: FixedGain | undefined): (x: number, y: number) => number {
  const { offset = 0, stride = 0, rows = 0 } = planesOf(size)[n] ?? {}
  const { gain = 0, offset: shift = 0 } = exposure ?? {}
  const pixel = (x: number, y: number): number => (x < stride && y < rows ? (picture[offset + y * stride + x] ?? 0) : 0)
  return (x, y) => {
    const [column, row, shareX, shareY] = [x >> 6, y >> 7, x & 63, y & 127]
    const across = (at: number): number => pixel(column, at) * (64 - shareX) + pixel(column + 1, at) * shareX
    const upper = across(row)
    const value = upper + (((across(row + 1) - upper) * shareY * 256 + 0x4000) >> 15)
    return Math.min(Math.max((((value * gain + 0x4000) >> 15) + shift) >> 5, 0), 255)
  }
}
