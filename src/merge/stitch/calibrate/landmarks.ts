// Landmarks: spots of the overlap that can be found again: in each cell of the left picture the one with the most drawing in two directions. Pure.
// Spread evenly, so that a rich corner does not pull the whole geometry to itself.

import type { Point } from '../homography.ts'
import type { LumaPlane } from './luma-plane.ts'
import { patchRadius } from './track-patch.ts'

/** Pixels between the spots that are looked at in a cell. */
const step = 3
/** Half the side of the window whose drawing is judged. */
const windowRadius = 6
/** Least strength of the weaker direction: the mean square of its slope. */
const leastStrength = 0.15

/** At most about `wanted` whole-numbered points of the plane for which `isShared` holds. */
export function chooseLandmarks(plane: LumaPlane, isShared: (point: Point) => boolean, wanted: number): readonly Point[] {
  const margin = patchRadius + 2
  const cell = cellSide(plane, isShared, wanted)
  const landmarks: Point[] = []
  for (let y = margin; y < plane.height - margin; y += cell)
    for (let x = margin; x < plane.width - margin; x += cell) {
      const best = bestOf(plane, x, y, Math.min(x + cell, plane.width - margin), Math.min(y + cell, plane.height - margin), isShared)
      if (best) landmarks.push(best)
    }
  return landmarks
}

function bestOf(
  plane: LumaPlane,
  fromX: number,
  fromY: number,
  toX: number,
  toY: number,
  isShared: (point: Point) => boolean,
): Point | undefined {
  let best: Point | undefined
  let strongest = leastStrength
  for (let y = fromY; y < toY; y += step)
    for (let x = fromX; x < toX; x += step) {
      const strength = strengthAt(plane, x, y)
      if (strength <= strongest || !isShared({ x, y })) continue
      strongest = strength
      best = { x, y }
    }
  return best
}

/** The smaller eigenvalue of the slopes' mean products, at each second pixel: the picture is smooth. After J. Shi and C. Tomasi, 1994. */
function strengthAt({ width, data }: LumaPlane, x: number, y: number): number {
  let [xx, xy, yy] = [0, 0, 0]
  for (let row = y - windowRadius; row <= y + windowRadius; row += 2)
    for (let at = row * width + x - windowRadius; at <= row * width + x + windowRadius; at += 2) {
      const dx = ((data[at + 1] ?? 0) - (data[at - 1] ?? 0)) / 2
      const dy = ((data[at + width] ?? 0) - (data[at - width] ?? 0)) / 2
      xx += dx * dx
      xy += dx * dy
      yy += dy * dy
    }
  return ((xx + yy) / 2 - Math.hypot((xx - yy) / 2, xy)) / (windowRadius + 1) ** 2
}

/** Cells of this many pixels make about the wanted number in the shared part. */
function cellSide({ width, height }: LumaPlane, isShared: (point: Point) => boolean, wanted: number): number {
  let shared = 0
  for (let y = 4; y < height; y += 8) for (let x = 4; x < width; x += 8) if (isShared({ x, y })) shared += 64
  return Math.max(2 * step, Math.round(Math.sqrt(shared / wanted)))
}
