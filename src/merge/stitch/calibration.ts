// What is known of a rig's geometry, as its file says it: how the right picture lies over the left one, the lenses, the canvas, the seam.
// Judged whole before anything uses it. Never touches a picture.

import { z } from 'zod'
import { flips, sides, type Flip, type Turn } from '../../../config/picture-words.ts'
import { EzrecError } from '../../base/errors.ts'
import type { PictureSize } from '../picture.ts'
import { determinant, invert, type Matrix3 } from './homography.ts'

const sizeSchema = z.object({
  width: z.int().min(16).max(8192).multipleOf(2),
  height: z.int().min(16).max(8192).multipleOf(2),
})
const finite = z.number().min(-1e9).max(1e9)
const matrixSchema = z.tuple([finite, finite, finite, finite, finite, finite, finite, finite, finite]).readonly()
const lensSchema = z.object({
  focalPx: z.number().min(1).max(100_000),
  centreX: finite,
  centreY: finite,
  k1: z.number().min(-2).max(2),
  k2: z.number().min(-2).max(2),
})
const turnSchema = z.object({ rotation: z.literal([0, 90, 180, 270]), flip: z.enum(flips) })
const gainSchema = z.tuple([z.number().min(0.25).max(1.99), z.number().min(-128).max(128)])

/** Version 1. `homography` takes pixels of the right image to pixels of the left one, both without their lenses' distortion where `lens` is given. */
export const calibrationSchema = z.object({
  version: z.literal(1),
  left: sizeSchema,
  right: sizeSchema,
  homography: matrixSchema,
  /** How the cameras' pictures had been turned and mirrored when they were compared; of an older or foreign file nobody knows. */
  turns: z.object({ left: turnSchema, right: turnSchema }).optional(),
  lens: z.object({ left: lensSchema, right: lensSchema }).optional(),
  /** What the canvas is a window of. `reference` takes a point of it to the left image: of a plane its pixel (x, y, 1), of a cylinder
   *  the ray (sin(x / focalPx), y / focalPx, cos(x / focalPx)). Without it: the left image's own plane. */
  projection: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('planar'), reference: matrixSchema }),
      z.object({ kind: z.literal('cylindrical'), reference: matrixSchema, focalPx: z.number().min(1).max(100_000) }),
    ])
    .optional(),
  /** The window, in the projection's pixels. */
  canvas: sizeSchema.extend({ x: z.int().min(-65_536).max(65_536), y: z.int().min(-65_536).max(65_536) }).optional(),
  /** Where one picture takes over from the other: points of the canvas from top to bottom, and over how many pixels. */
  seam: z
    .object({
      points: z
        .array(z.object({ x: finite, y: finite }))
        .min(1)
        .max(2048),
      featherPx: z.number().min(0).max(8192),
    })
    .optional(),
  /** Gain and offset that bring the right picture's Y (about 16), U and V (about 128) to the left one's. */
  exposure: z.object({ y: gainSchema, u: gainSchema, v: gainSchema }).optional(),
  quality: z.object({ rmsPx: z.number(), inliers: z.int(), overlapShare: z.number() }).optional(),
  /** `refit`: made by the merge from a film's own pictures, because the rig had moved. */
  provenance: z.enum(['calibrate', 'import', 'refit']).optional(),
  /** UTC, ISO 8601. */
  madeAt: z.iso.datetime().optional(),
})

export type Calibration = z.infer<typeof calibrationSchema>
export type CanvasWindow = NonNullable<Calibration['canvas']>
export type PairTurns = { readonly left: Turn; readonly right: Turn }

/** Reads the text of a calibration file. Errors: invalid, with everything that is wrong. */
export function parseCalibration(text: string, file: string): Calibration {
  const read = calibrationSchema.safeParse(parseJson(text, file))
  if (!read.success) {
    const faults = read.error.issues.slice(0, 5).map((issue) => `${issue.path.join('.') || 'the document'}: ${issue.message}`)
    throw unfit(file, faults.join('; '))
  }
  assertSane(read.data, file)
  return read.data
}

/** Refuses a calibration that was made for pictures of another size, or turned another way. Errors: invalid. */
export function assertFits(calibration: Calibration, left: PictureSize, right: PictureSize, turns: PairTurns): void {
  for (const [side, made, given] of [
    ['left', calibration.left, left],
    ['right', calibration.right, right],
  ] as const) {
    if (made.width === given.width && made.height === given.height) continue
    throw new EzrecError(
      'invalid',
      `the calibration is for a ${side} picture of ${made.width}x${made.height}, this one has ${given.width}x${given.height}`,
      { hint: 'calibrate the rig at the size at which it records: ./ezrec calibrate' },
    )
  }
  for (const side of calibration.turns ? sides : []) {
    const [made, given] = [calibration.turns?.[side], turns[side]]
    if (!made || standAlike(made, given)) continue
    throw new EzrecError(
      'invalid',
      `the calibration was made with the ${side} picture turned by ${toldTurn(made)}, now it is turned by ${toldTurn(given)}`,
      { hint: 'calibrate the rig again, turned as it records: ./ezrec calibrate' },
    )
  }
}

const toldTurn = ({ rotation, flip }: Turn): string => `${rotation} degrees${flip === 'none' ? '' : `, flipped ${flip}`}`

/** Half a turn is the same as flipping both ways. */
function standAlike(a: Turn, b: Turn): boolean {
  const [left, right] = [a, b].map(({ rotation, flip }) => [rotation % 180, rotation < 180 ? flip : halfTurned[flip]])
  return left?.[0] === right?.[0] && left?.[1] === right?.[1]
}

const halfTurned: Readonly<Record<Flip, Flip>> = { none: 'both', both: 'none', horizontal: 'vertical', vertical: 'horizontal' }

function assertSane({ homography, projection }: Calibration, file: string): void {
  for (const matrix of [homography, ...(projection ? [projection.reference] : [])] satisfies Matrix3[]) {
    if (!Number.isFinite(determinant(matrix))) throw unfit(file, 'its homography is not finite')
    try {
      invert(matrix)
    } catch (cause) {
      throw unfit(file, 'its homography is singular: it squeezes the picture into a line', cause)
    }
  }
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw unfit(file, 'it is no JSON', cause)
  }
}

const unfit = (file: string, fault: string, cause?: unknown): EzrecError =>
  new EzrecError('invalid', `the calibration ${file} cannot be used: ${fault}`, {
    hint: 'make a new one: ./ezrec calibrate LEFT RIGHT --out FILE',
    facts: { path: file },
    cause,
  })
