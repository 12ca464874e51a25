// By how many pixels the right picture lies beside where the calibration puts it: the shift of each textured patch, the middle one of all.
// Pure. Never decides whether a rig has moved: rig-watch.ts does.

import type { PatchForm } from './overlap-patches.ts'

export type Residual =
  | {
      readonly is: 'measured'
      /** The middle one of the patches' shifts: pixels of the canvas. `beyond`: at least so many, the patches are found nowhere near. */
      readonly px: number
      readonly beyond: boolean
      readonly patches: number
    }
  | { readonly is: 'unknown'; readonly why: 'dark' | 'plain' | 'covered-left' | 'covered-right' }

/** Mean of the squared slope along its weaker direction that a patch needs: a line alone can slide along itself. */
const leastSlope = 12
/** Correlation from which on two patches show the same thing. */
const leastMatch = 0.7
/** Fewer patches are chance. */
const leastPatches = 6
/** Code values: nothing of a court at night under its lamps is that dark in the middle. */
const darkBelow = 36

export function measureResidual({ count, side, reach }: PatchForm, left: Float32Array, right: Float32Array): Residual {
  const whole = side + 2 * reach
  const views = Array.from({ length: count }, (_, n) => ({
    left: left.subarray(n * side * side, (n + 1) * side * side),
    right: right.subarray(n * whole * whole, (n + 1) * whole * whole),
  }))
  const textured = views.filter((view) => weakerSlope(view.left, side) >= leastSlope)
  const inRight = views.filter((view) => weakerSlope(view.right, whole) >= leastSlope / 2).length
  if (textured.length < leastPatches || inRight < leastPatches) {
    if (medianValue(left) < darkBelow && medianValue(right) < darkBelow) return { is: 'unknown', why: 'dark' }
    if (inRight >= leastPatches) return { is: 'unknown', why: 'covered-left' }
    return { is: 'unknown', why: textured.length >= leastPatches ? 'covered-right' : 'plain' }
  }
  const shifts = textured.map((view) => shiftOf(view.left, view.right, side, reach)).filter((shift) => shift !== undefined)
  if (shifts.length < Math.max(leastPatches, textured.length / 3))
    return { is: 'measured', px: reach, beyond: true, patches: textured.length }
  const sizes = Float32Array.from(shifts, ({ x, y }) => Math.hypot(x, y))
  return { is: 'measured', px: medianValue(sizes), beyond: false, patches: shifts.length }
}

/** The smaller eigenvalue of the mean of the slopes' products. Source: J. Shi and C. Tomasi, "Good features to track", 1994. */
function weakerSlope(patch: Float32Array, side: number): number {
  let xx = 0
  let xy = 0
  let yy = 0
  for (let row = 1; row < side - 1; row += 1)
    for (let column = 1; column < side - 1; column += 1) {
      const at = row * side + column
      const x = ((patch[at + 1] ?? 0) - (patch[at - 1] ?? 0)) / 2
      const y = ((patch[at + side] ?? 0) - (patch[at - side] ?? 0)) / 2
      xx += x * x
      xy += x * y
      yy += y * y
    }
  const weaker = (xx + yy) / 2 - Math.hypot((xx - yy) / 2, xy)
  return weaker / (side - 2) ** 2
}

type Shift = { readonly x: number; readonly y: number }

/** Where in the right view the left patch is found, against its middle; `undefined` where it is not. */
function shiftOf(left: Float32Array, right: Float32Array, side: number, reach: number): Shift | undefined {
  const match = (x: number, y: number, every: number): number => matchAt({ left, right, side, reach }, x, y, every)
  let best = { x: 0, y: 0, match: -1 }
  const look = (x: number, y: number, every: number): void => {
    const found = match(x, y, every)
    if (found > best.match) best = { x, y, match: found }
  }
  for (let y = -reach; y <= reach; y += 2) for (let x = -reach; x <= reach; x += 2) look(x, y, 2)
  const { x: nearX, y: nearY } = best
  best = { ...best, match: -1 } // from fewer pixels: not to be compared
  for (let y = nearY - 2; y <= nearY + 2; y += 1) for (let x = nearX - 2; x <= nearX + 2; x += 1) look(x, y, 1)
  const { x, y } = best
  if (best.match < leastMatch || Math.abs(x) >= reach || Math.abs(y) >= reach) return undefined
  return {
    x: x + topOf(match(x - 1, y, 1), best.match, match(x + 1, y, 1)),
    y: y + topOf(match(x, y - 1, 1), best.match, match(x, y + 1, 1)),
  }
}

/** Where the top of a parabola through three values stands, against the middle one. */
function topOf(before: number, peak: number, after: number): number {
  const bend = 2 * (2 * peak - before - after)
  return bend > 0 ? (after - before) / bend : 0
}

type View = { readonly left: Float32Array; readonly right: Float32Array; readonly side: number; readonly reach: number }

/** Correlation of the left patch with the right view at a shift, whatever their exposures; of each `every`th row and column. */
function matchAt({ left, right, side, reach }: View, x: number, y: number, every: number): number {
  if (Math.abs(x) > reach || Math.abs(y) > reach) return -1
  const whole = side + 2 * reach
  let n = 0
  let sumL = 0
  let sumR = 0
  let sumLL = 0
  let sumRR = 0
  let sumLR = 0
  for (let row = 0; row < side; row += every) {
    const start = (row + reach + y) * whole + reach + x
    for (let column = 0; column < side; column += every) {
      const l = left[row * side + column] ?? 0
      const r = right[start + column] ?? 0
      n += 1
      sumL += l
      sumR += r
      sumLL += l * l
      sumRR += r * r
      sumLR += l * r
    }
  }
  const spread = (sumLL - (sumL * sumL) / n) * (sumRR - (sumR * sumR) / n)
  return spread > 1e-6 ? (sumLR - (sumL * sumR) / n) / Math.sqrt(spread) : -1
}

function medianValue(values: Float32Array): number {
  return values.toSorted()[values.length >> 1] ?? 0
}
