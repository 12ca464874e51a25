// What a lens does to straight lines: radial distortion after Brown and Conrady, two terms, as OpenCV has them (k1, k2). Pure.
// Nothing here knows of pictures' contents.

import type { Point } from './homography.ts'

export type Lens = {
  /** Pixels. */
  readonly focalPx: number
  /** Where the lens looks: pixels. */
  readonly centreX: number
  readonly centreY: number
  /** Of the squared distance from the centre in focal lengths; negative is a barrel. */
  readonly k1: number
  readonly k2: number
}

/** Where a camera of this lens shows what an ideal one would show at a point; `undefined` where the model folds the picture over. */
export function distort(lens: Lens): (point: Point) => Point | undefined {
  const { focalPx, centreX, centreY, k1, k2 } = lens
  const limit = foldSquared(lens)
  return ({ x, y }) => {
    const u = (x - centreX) / focalPx
    const v = (y - centreY) / focalPx
    const squared = u * u + v * v
    if (squared > limit) return undefined
    const by = 1 + squared * (k1 + squared * k2)
    return { x: centreX + focalPx * u * by, y: centreY + focalPx * v * by }
  }
}

/**
 * Where an ideal camera would show what this lens shows at a point; the other way round. What lies beyond the fold is found at the fold.
 * By Newton's method between two bounds: where a picture is almost folded it is so flat that a bare step leads anywhere.
 */
export function undistort(lens: Lens): (point: Point) => Point {
  const { focalPx, centreX, centreY, k1, k2 } = lens
  const fold = Math.sqrt(foldSquared(lens))
  return ({ x, y }) => {
    const shown = Math.hypot(x - centreX, y - centreY) / focalPx
    if (shown === 0) return { x, y }
    const radius = radiusOf(shown, fold, k1, k2)
    return { x: centreX + ((x - centreX) * radius) / shown, y: centreY + ((y - centreY) * radius) / shown }
  }
}

/** The radius, in focal lengths and before the fold, that is shown at `shown`: what is shown grows all the way there. */
function radiusOf(shown: number, fold: number, k1: number, k2: number): number {
  const error = (radius: number): number => radius * (1 + radius * radius * (k1 + k2 * radius * radius)) - shown
  let low = 0
  let high = Math.min(fold, Math.max(1, shown))
  while (error(high) < 0 && high < fold) high = Math.min(fold, high * 2)
  if (error(high) <= 0) return high
  let radius = Math.min(shown, high)
  for (let n = 0; n < 60; n += 1) {
    const off = error(radius)
    if (off > 0) high = radius
    else low = radius
    const squared = radius * radius
    const next = radius - off / (1 + squared * (3 * k1 + 5 * k2 * squared))
    const kept = next > low && next < high ? next : (low + high) / 2
    if (Math.abs(kept - radius) < 1e-12) return kept
    radius = kept
  }
  return radius
}

/** Squared distance, in focal lengths, from which on a greater angle is no longer shown further out. */
function foldSquared({ k1, k2 }: Lens): number {
  // 1 + 3 k1 s + 5 k2 s^2 = 0, the smaller positive root; in the form that a k2 of almost nothing does not upset
  const root = 9 * k1 * k1 - 20 * k2
  if (root < 0) return Number.POSITIVE_INFINITY
  const both = [2 / (-3 * k1 + Math.sqrt(root)), 2 / (-3 * k1 - Math.sqrt(root))].filter((each) => each > 0)
  return Math.min(Number.POSITIVE_INFINITY, ...both)
}
