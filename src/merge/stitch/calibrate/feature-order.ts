// What the feature finder is asked and what it answers: one JSON line and raw luma in, one JSON document out.
// Never looks at a picture.

import { z } from 'zod'

const size = z.object({ width: z.int().min(16).max(4096), height: z.int().min(16).max(4096) })

/** Behind this line come the pictures' luma rows: left and right of the first frame, of the second one, and so on. */
export const featureOrderSchema = z.object({
  detector: z.enum(['akaze', 'orb']),
  left: size,
  right: size,
  frames: z.int().min(1).max(64),
})

export type FeatureOrder = z.infer<typeof featureOrderSchema>

const finite = z.number()

/** Points are pixels of the pictures as they were given. `homography` takes right to left; null when there are too few matches for one. */
export const featureAnswerSchema = z.object({
  keyPoints: z.int(),
  /** Left x, left y, right x, right y. */
  matches: z.array(z.tuple([finite, finite, finite, finite])).max(200_000),
  /** For each match, whether the homography explains it. */
  inliers: z.array(z.boolean()),
  /** Matches at one and the same place of both pictures: what a camera or recorder writes over its picture. Not among `matches`. */
  still: z.int(),
  homography: z.array(finite).length(9).nullable(),
})

export type FeatureAnswer = z.infer<typeof featureAnswerSchema>
