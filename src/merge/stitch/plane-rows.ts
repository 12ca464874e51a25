// Of one plane of the canvas, row by row: which pixel of either picture each pixel shows, and how much of the right one. The meaning of a stitch;
// the kernel's tables and the reference are both made from it. Pure. Never touches a picture.

import { openRowSampler, type Plane, type RowSampler, type SourcePoints } from './sampled-map.ts'
import { seamLine } from './seam.ts'
import type { StitchGeometry } from './stitch-geometry.ts'
import { rightOnly } from './table-format.ts'

/** One row; the same arrays are filled anew for the next one. */
export type PlaneRow = {
  /** 0: left alone, 64: right alone, between: both, 255: neither. */
  readonly weights: Uint8Array
  /** Where a picture is not wanted, its point may be -1 or anything. */
  readonly left: SourcePoints
  readonly right: SourcePoints
}

export type PlaneRows = {
  readonly plane: Plane
  readonly width: number
  readonly rows: number
  readonly leftWidth: number
  readonly rightWidth: number
  at(row: number): PlaneRow
}

/** Of a weight, that neither picture shows the pixel. */
export const hole = 255

export function openPlaneRows({ maps, seam, canvas, left, right }: StitchGeometry, plane: Plane): PlaneRows {
  const half = plane === 'luma' ? 1 : 2
  const width = canvas.width / half
  const middle = seamLine(seam)
  const weights = new Uint8Array(width)
  const samplers = {
    left: openRowSampler(maps.left, plane, width, left),
    right: openRowSampler(maps.right, plane, width, right),
  }
  const row = { weights, left: samplers.left.points, right: samplers.right.points }
  return {
    plane,
    width,
    rows: canvas.height / half,
    leftWidth: left.width / half,
    rightWidth: right.width / half,
    at: (y) => {
      const blend = plane === 'luma' ? blendOf(middle(y), seam.featherPx) : chromaBlend(middle(2 * y + 0.5), seam.featherPx)
      const { from, to } = fillWeights(weights, blend)
      const isLeftWhole = samplers.left.fill(y, 0, to)
      const isRightWhole = samplers.right.fill(y, from, width)
      if (!isLeftWhole) leaveToRight(weights, samplers, y, from, to)
      if (!isLeftWhole || !isRightWhole) leaveToLeft(weights, samplers, y, to)
      return row
    },
  }
}

type Samplers = { readonly left: RowSampler; readonly right: RowSampler }

/** In a plane's own pixels: where the weight leaves 0, and over how many pixels it reaches 64. */
type Blend = { readonly begin: number; readonly length: number }

const blendOf = (middle: number, featherPx: number): Blend => ({ begin: middle - featherPx / 2, length: featherPx })

const chromaBlend = (middle: number, featherPx: number): Blend => blendOf(middle / 2, featherPx / 2)

/** From `from` on the right picture counts, before `to` the left one does. */
function fillWeights(weights: Uint8Array, { begin, length }: Blend): { from: number; to: number } {
  const bound = (x: number): number => Math.min(Math.max(x, 0), weights.length)
  const ramp = (x: number): number => Math.round((rightOnly * (x - begin)) / length)
  let from = bound(Math.ceil(begin))
  let to = bound(length > 0 ? Math.ceil(begin + length) : from)
  while (from < to && ramp(from) === 0) from += 1
  while (to > from && ramp(to - 1) === rightOnly) to -= 1
  weights.fill(0, 0, from)
  for (let x = from; x < to; x += 1) weights[x] = ramp(x)
  weights.fill(rightOnly, to)
  return { from, to }
}

/** What the left picture does not reach is left to the right one... */
function leaveToRight(weights: Uint8Array, { left, right }: Samplers, y: number, from: number, to: number): void {
  for (let x = 0; x < to; x += 1) {
    if ((left.points.x[x] ?? -1) >= 0) continue
    if (x < from) right.fillOne(y, x)
    weights[x] = rightOnly
  }
}

/** ...and what that one does not reach to the left one, if it does; else it is a hole. */
function leaveToLeft(weights: Uint8Array, { left, right }: Samplers, y: number, to: number): void {
  for (let x = 0; x < weights.length; x += 1) {
    if (weights[x] === 0 || (right.points.x[x] ?? -1) >= 0) continue
    const isShown = x < to ? (left.points.x[x] ?? -1) >= 0 : left.fillOne(y, x)
    weights[x] = isShown ? 0 : hole
  }
}
