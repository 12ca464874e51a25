// How two views of a rig lie over each other: a homography between what ideal lenses would show, and what the lenses do to it. Pure.
// Never knows how it was found.

import type { PictureSize } from '../../picture.ts'
import { apply, invert, type Matrix3, type Point } from '../homography.ts'
import { distort, undistort, type Lens } from '../lens.ts'

/** `homography` takes right to left. Both cameras are of one type: they share `k1` and `k2`, which count in picture widths; 0 of an ideal lens. */
export type TwoView = { readonly homography: Matrix3; readonly k1: number; readonly k2: number }

export type PairSize = { readonly left: PictureSize; readonly right: PictureSize }

/** One thing that both pictures show; `sigmaPx` is how exact its place is, along one axis: only its ratio to the others' matters. */
export type Match = { readonly left: Point; readonly right: Point; readonly sigmaPx: number }

/** The lens of a picture: it looks at the picture's middle, and its focal length is set to the width; the distortion is told relative to that. */
export const lensOf = ({ k1, k2 }: Pick<TwoView, 'k1' | 'k2'>, { width, height }: PictureSize): Lens => ({
  focalPx: width,
  centreX: (width - 1) / 2,
  centreY: (height - 1) / 2,
  k1,
  k2,
})

export const isBent = ({ k1, k2 }: Pick<TwoView, 'k1' | 'k2'>): boolean => k1 !== 0 || k2 !== 0

export type Transfer = (point: Point) => Point | undefined

/** From a point of one picture to the same thing in the other; `undefined` where the other camera cannot see it, however far it reached. */
export function transfersOf(model: TwoView, sizes: PairSize): { readonly toLeft: Transfer; readonly toRight: Transfer } {
  const [left, right] = [lensOf(model, sizes.left), lensOf(model, sizes.right)]
  const through = (matrix: Matrix3, from: Lens, to: Lens): Transfer => {
    if (!isBent(model)) return (point) => apply(matrix, point)
    const [straighten, bend] = [undistort(from), distort(to)]
    return (point) => bend(apply(matrix, straighten(point)))
  }
  return { toLeft: through(model.homography, right, left), toRight: through(invert(model.homography), left, right) }
}

/** Whether a point lies in a picture, at least `margin` pixels from its edge. */
export const isInside = (point: Point | undefined, { width, height }: PictureSize, margin = 0): point is Point =>
  point !== undefined && point.x >= margin && point.y >= margin && point.x <= width - 1 - margin && point.y <= height - 1 - margin
