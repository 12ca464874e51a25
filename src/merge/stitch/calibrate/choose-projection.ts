// What the film is drawn on: the left picture's own plane, a plane before the middle of the view, or a cylinder around both cameras when they see
// wide. Focal length and rotation come out of the homography, as far as it tells them. Pure.
// Never moves one picture against the other: whatever is chosen here, both lie over each other as before.

import type { Calibration } from '../calibration.ts'
import { determinant, invert, multiply, type Matrix3 } from '../homography.ts'
import { undistort } from '../lens.ts'
import { isBent, lensOf, type PairSize, type TwoView } from './two-view.ts'

export type ProjectionWish = 'auto' | 'planar' | 'cylindrical'

export type ChosenProjection = {
  /** `undefined`: the left picture's own plane. */
  readonly projection: Calibration['projection']
  /** From the far left to the far right, in degrees; `undefined` where the homography does not tell how wide the lenses see. */
  readonly viewDegrees: number | undefined
}

/** A wider view is drawn on a cylinder: on a plane its ends would be stretched to twice their size. */
const widestPlaneDegrees = 90
/** A wider one is drawn before its middle, so that both ends are stretched alike. */
const widestLeftDegrees = 75

export function chooseProjection(model: TwoView, sizes: PairSize, wish: ProjectionWish): ChosenProjection {
  const turned = turnOf(model, sizes)
  const viewDegrees = turned.certain ? viewDegreesOf(model, sizes, turned) : undefined
  const isWide = viewDegrees !== undefined && viewDegrees > widestPlaneDegrees
  if (wish === 'cylindrical' || (wish === 'auto' && isWide))
    return {
      projection: { kind: 'cylindrical', focalPx: turned.focalPx, reference: multiply(turned.camera, upright(turned.rotation)) },
      viewDegrees,
    }
  if (viewDegrees === undefined || viewDegrees <= widestLeftDegrees) return { projection: undefined, viewDegrees }
  const onPlane: Matrix3 = [1 / turned.focalPx, 0, 0, 0, 1 / turned.focalPx, 0, 0, 0, 1]
  return {
    projection: { kind: 'planar', reference: multiply(turned.camera, multiply(towardsMiddle(turned.rotation), onPlane)) },
    viewDegrees,
  }
}

type Turn = {
  readonly focalPx: number
  /** The left camera: rays to pixels. */
  readonly camera: Matrix3
  /** The right camera's rays to the left one's. */
  readonly rotation: Matrix3
  /** Whether the homography is that of two cameras that only turn, of one focal length. */
  readonly certain: boolean
}

const cameraOf = (focalPx: number, { width, height }: PairSize['left']): Matrix3 => [
  focalPx,
  0,
  (width - 1) / 2,
  0,
  focalPx,
  (height - 1) / 2,
  0,
  0,
  1,
]

/** Both cameras are of one type: the focal length, in picture widths, is the one that leaves the purest rotation. */
function turnOf({ homography }: TwoView, sizes: PairSize): Turn {
  const tried = Array.from({ length: 241 }, (_, n) => 0.3 * (5 / 0.3) ** (n / 240)).map((widths) => {
    const left = cameraOf(widths * sizes.left.width, sizes.left)
    const right = cameraOf(widths * sizes.right.width, sizes.right)
    const between = multiply(invert(left), multiply(homography, right))
    const size = Math.cbrt(determinant(between))
    const pure = size === 0 ? between : scaledBy(between, 1 / size)
    return { widths, left, pure, fault: faultOf(pure) }
  })
  const best = tried.reduce((a, b) => (b.fault < a.fault ? b : a))
  const [shortest, longest] = [tried[0], tried.at(-1)]
  const certain =
    best.fault < 0.15 &&
    best !== shortest &&
    best !== longest &&
    Math.min(shortest?.fault ?? 0, longest?.fault ?? 0) > 2 * best.fault + 0.02
  const assumed = certain ? best : tried.reduce((a, b) => (Math.abs(b.widths - 1) < Math.abs(a.widths - 1) ? b : a))
  return { focalPx: assumed.widths * sizes.left.width, camera: assumed.left, rotation: rotationOf(assumed.pure), certain }
}

/** How far a matrix is from a rotation. */
function faultOf(matrix: Matrix3): number {
  const [a, b, c, d, e, f, g, h, i] = multiply(matrix, transposed(matrix))
  return Math.hypot(a - 1, b, c, d, e - 1, f, g, h, i - 1)
}

const transposed = ([a, b, c, d, e, f, g, h, i]: Matrix3): Matrix3 => [a, d, g, b, e, h, c, f, i]

const scaledBy = ([a, b, c, d, e, f, g, h, i]: Matrix3, by: number): Matrix3 => [
  a * by,
  b * by,
  c * by,
  d * by,
  e * by,
  f * by,
  g * by,
  h * by,
  i * by,
]

/** The rotation nearest to a matrix: the mean of it and its inverse transposed, again and again. After N. Higham, 1986. */
function rotationOf(matrix: Matrix3): Matrix3 {
  let turned = matrix
  for (let n = 0; n < 30; n += 1) {
    const size = determinant(turned)
    if (Math.abs(size) < 1e-9) return [1, 0, 0, 0, 1, 0, 0, 0, 1]
    const [a, b, c, d, e, f, g, h, i] = turned
    const cofactors: Matrix3 = [
      e * i - f * h,
      f * g - d * i,
      d * h - e * g,
      c * h - b * i,
      a * i - c * g,
      b * g - a * h,
      b * f - c * e,
      c * d - a * f,
      a * e - b * d,
    ]
    const other = scaledBy(cofactors, 1 / size)
    turned = scaledBy(
      [a + other[0], b + other[1], c + other[2], d + other[3], e + other[4], f + other[5], g + other[6], h + other[7], i + other[8]],
      0.5,
    )
  }
  return turned
}

type Ray = readonly [number, number, number]

const cross = ([a, b, c]: Ray, [d, e, f]: Ray): Ray => [b * f - c * e, c * d - a * f, a * e - b * d]
const dot = ([a, b, c]: Ray, [d, e, f]: Ray): number => a * d + b * e + c * f
const unit = ([a, b, c]: Ray): Ray => {
  const length = Math.hypot(a, b, c)
  return length > 0 ? [a / length, b / length, c / length] : [0, 0, 1]
}

const frameOf = ([a, b, c]: Ray, [d, e, f]: Ray, [g, h, i]: Ray): Matrix3 => [a, d, g, b, e, h, c, f, i]

/** The axis around which one camera turns into the other, if that is upright enough; else down in the left picture. Cameras that look down at a
 *  pitch turn around the vertical of the world: with it upright, horizon and posts stand straight. */
function downOf([a, b, c, d, e, f, g, h, i]: Matrix3): Ray {
  const axis: Ray = [h - f, c - g, d - b]
  const isTurned = Math.hypot(...axis) > 0.1 && a + e + i < 3
  const down = unit(axis)
  return isTurned && down[1] > 0.7 ? down : [0, 1, 0]
}

/** Between where both cameras look. */
const forwardOf = ([, , c, , , f, , , i]: Matrix3): Ray => unit([c, f, 1 + i])

/** The cylinder's axes, seen by the left camera: its own axis is kept, forward is bent to it. */
function upright(rotation: Matrix3): Matrix3 {
  const down = downOf(rotation)
  const forward = forwardOf(rotation)
  const by = dot(forward, down)
  const level = unit([forward[0] - by * down[0], forward[1] - by * down[1], forward[2] - by * down[2]])
  return frameOf(cross(down, level), down, level)
}

/** The plane's axes: forward is kept, down is bent to it. */
function towardsMiddle(rotation: Matrix3): Matrix3 {
  const forward = forwardOf(rotation)
  const across = unit(cross(downOf(rotation), forward))
  return frameOf(across, cross(forward, across), forward)
}

function viewDegreesOf(model: TwoView, sizes: PairSize, { camera, rotation }: Turn): number {
  const toLevel = transposed(upright(rotation))
  const angles = (['left', 'right'] as const).flatMap((side) => {
    const size = sizes[side]
    const straighten = isBent(model) ? undistort(lensOf(model, size)) : (point: { x: number; y: number }) => point
    const lens = side === 'left' ? camera : cameraOf((camera[0] * size.width) / sizes.left.width, size)
    const toRay = multiply(toLevel, multiply(side === 'left' ? [1, 0, 0, 0, 1, 0, 0, 0, 1] : rotation, invert(lens)))
    return [0, size.width - 1].map((x) => {
      const at = straighten({ x, y: (size.height - 1) / 2 })
      const [a, b, c, , , , g, h, i] = toRay
      return Math.atan2(a * at.x + b * at.y + c, g * at.x + h * at.y + i)
    })
  })
  return ((Math.max(...angles) - Math.min(...angles)) * 180) / Math.PI
}
