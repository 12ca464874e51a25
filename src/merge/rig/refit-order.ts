// What the program that fits a rig again is asked and what it answers: one JSON line and raw pictures in, one JSON line and a PNG out.
// Never looks at a picture.

import { z } from 'zod'
import { calibrationSchema } from '../stitch/calibration.ts'

const size = z.object({ width: z.int().min(16).max(8192), height: z.int().min(16).max(8192) })

/** Behind this line come the pictures, yuv420p: left and right of the first frame, of the second one, and so on. */
export const refitOrderSchema = z.object({
  left: size,
  right: size,
  frames: z.int().min(1).max(12),
  /** UTC, ISO 8601. */
  madeAt: z.iso.datetime(),
  /** Of a film that is under way: its canvas stays. */
  within: calibrationSchema.optional(),
})

export type RefitOrder = z.infer<typeof refitOrderSchema>

/** Behind this line comes the picture to look at, as PNG; nothing where none could be drawn. */
export const refitAnswerSchema = z.object({
  refusal: z.object({ code: z.string(), message: z.string(), hint: z.string() }).nullable(),
  rmsPx: z.number(),
  inliers: z.int(),
  /** For the rig; null when it is refused. */
  calibration: calibrationSchema.nullable(),
  /** For the film that is under way. */
  within: calibrationSchema.nullable(),
})

export type RefitAnswer = z.infer<typeof refitAnswerSchema>
