// Where a small patch of the left picture lies in the right one, to a fraction of a pixel: after Lucas and Kanade, with the patch bent as the
// model says, whatever gain and offset lie between the pictures. Pure.
// Never looks further than a few pixels: what is not there is not found.

import type { Point } from '../homography.ts'
import { sampleCubic, type LumaPlane } from './luma-plane.ts'

/** Half a patch's side: 21 pixels. */
export const patchRadius = 10

/** How left offsets become right ones around the patch: [dx by x, dx by y, dy by x, dy by y]. */
export type Bend = readonly [number, number, number, number]

export type Tracked = {
  readonly at: Point
  /** How alike both patches are in the end: 1 are the same but for gain and offset. */
  readonly likeness: number
  /** By what is left of their difference and by how steep the drawing is: the standard deviation of the place along one axis. */
  readonly sigmaPx: number
}

const side = 2 * patchRadius + 1
const size = side * side
const steps = 12

/** Finds the patch around a whole-numbered point of the left plane, at least `patchRadius` + 1 from its edge; `undefined` when it has no
 *  drawing, leaves the right picture, or runs away by more than `reachPx`. */
export type TrackPatch = (
  left: LumaPlane,
  right: LumaPlane,
  point: Point,
  expected: Point,
  bend: Bend,
  reachPx: number,
) => Tracked | undefined

/** With room of its own that is used again for each patch: there are thousands. */
export function openTracker(): TrackPatch {
  const [patch, slopeX, slopeY, seen] = [new Float64Array(size), new Float64Array(size), new Float64Array(size), new Float64Array(size)]
  return (left, right, { x, y }, expected, bend, reachPx) => {
    let [xx, xy, yy] = [0, 0, 0]
    for (let n = 0; n < size; n += 1) {
      const at = (y - patchRadius + Math.floor(n / side)) * left.width + x - patchRadius + (n % side)
      patch[n] = left.data[at] ?? 0
      slopeX[n] = ((left.data[at + 1] ?? 0) - (left.data[at - 1] ?? 0)) / 2
      slopeY[n] = ((left.data[at + left.width] ?? 0) - (left.data[at - left.width] ?? 0)) / 2
    }
    const length = normalise(patch)
    if (length < leastContrast) return undefined
    centre(slopeX, patch, length)
    centre(slopeY, patch, length)
    for (let n = 0; n < size; n += 1) {
      xx += (slopeX[n] ?? 0) ** 2
      xy += (slopeX[n] ?? 0) * (slopeY[n] ?? 0)
      yy += (slopeY[n] ?? 0) ** 2
    }
    const determinant = xx * yy - xy * xy
    if (determinant < 1e-4 * (xx + yy) ** 2) return undefined // a straight edge: it may slide along itself
    let [px, py] = [expected.x, expected.y]
    for (let step = 0; step < steps; step += 1) {
      if (!readPatch(right, px, py, bend, seen) || normalise(seen) < leastContrast / 2) return undefined
      let [gx, gy] = [0, 0]
      for (let n = 0; n < size; n += 1) {
        const off = (seen[n] ?? 0) - (patch[n] ?? 0)
        gx += (slopeX[n] ?? 0) * off
        gy += (slopeY[n] ?? 0) * off
      }
      const [dx, dy] = [(yy * gx - xy * gy) / determinant, (xx * gy - xy * gx) / determinant]
      px -= bend[0] * dx + bend[1] * dy
      py -= bend[2] * dx + bend[3] * dy
      if (Math.hypot(px - expected.x, py - expected.y) > reachPx) return undefined
      if (Math.abs(dx) + Math.abs(dy) < 0.002) break
    }
    if (!readPatch(right, px, py, bend, seen) || normalise(seen) === 0) return undefined
    let likeness = 0
    for (let n = 0; n < size; n += 1) likeness += (seen[n] ?? 0) * (patch[n] ?? 0)
    // The blur makes neighbours' noise alike: of 13 pixels' noise about one is news.
    const noise = (13 * 2 * Math.max(0, 1 - likeness)) / size
    return { at: { x: px, y: py }, likeness, sigmaPx: Math.sqrt((noise * (xx + yy)) / (2 * determinant)) }
  }
}

/** Root of the sum of squares around the mean, below which a patch is bare. */
const leastContrast = 1.2 * side

/** To a mean of 0 and a length of 1; tells the length it had. */
function normalise(patch: Float64Array): number {
  let sum = 0
  for (const value of patch) sum += value
  const mean = sum / size
  let square = 0
  for (let n = 0; n < size; n += 1) {
    patch[n] = (patch[n] ?? 0) - mean
    square += (patch[n] ?? 0) ** 2
  }
  const length = Math.sqrt(square)
  if (length > 0) for (let n = 0; n < size; n += 1) patch[n] = (patch[n] ?? 0) / length
  return length
}

/** The slope of a normalised patch: without what a change of gain or offset would do as well. */
function centre(slope: Float64Array, patch: Float64Array, length: number): void {
  let [sum, along] = [0, 0]
  for (let n = 0; n < size; n += 1) {
    slope[n] = (slope[n] ?? 0) / length
    sum += slope[n] ?? 0
    along += (slope[n] ?? 0) * (patch[n] ?? 0)
  }
  for (let n = 0; n < size; n += 1) slope[n] = (slope[n] ?? 0) - sum / size - along * (patch[n] ?? 0)
}

/** False when a corner of the patch leaves the picture. */
function readPatch(right: LumaPlane, x: number, y: number, [a, b, c, d]: Bend, into: Float64Array): boolean {
  const reachX = patchRadius * (Math.abs(a) + Math.abs(b))
  const reachY = patchRadius * (Math.abs(c) + Math.abs(d))
  const inside = x - reachX >= 2 && y - reachY >= 2 && x + reachX < right.width - 3 && y + reachY < right.height - 3
  if (!inside) return false
  for (let n = 0; n < size; n += 1) {
    const [u, v] = [(n % side) - patchRadius, Math.floor(n / side) - patchRadius]
    into[n] = sampleCubic(right, x + a * u + b * v, y + c * u + d * v)
  }
  return true
}
