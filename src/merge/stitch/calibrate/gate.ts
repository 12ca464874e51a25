// Whether a calibration may be used: each thing that would spoil a film is a reason of its own, with what to do about it. Pure.
// Never repairs: what is refused is not written.

import type { Shape } from '../shape.ts'

export type RefusalCode =
  | 'no-drawing'
  | 'same-picture'
  | 'too-few-matches'
  | 'too-few-landmarks'
  | 'inaccurate'
  | 'uneven'
  | 'parallax'
  | 'mirrored'
  | 'swapped'
  | 'folded'
  | 'overlap-small'

export type Refusal = { readonly code: RefusalCode; readonly message: string; readonly hint: string }

export type Evidence = {
  /** Key points of both pictures together, for each frame. */
  readonly keyPoints: number
  /** Matches of features that the geometry explains, all frames together. */
  readonly featureInliers: number
  /** Spots of the overlap that were found again, and those of them that lie where the geometry says. */
  readonly landmarks: number
  readonly inliers: number
  readonly rmsPx: number
  /** Share of the left picture that the right one shows. */
  readonly overlapShare: number
  /** Share of the overlap's cells with a landmark that agrees. */
  readonly spread: number
  readonly shape: Shape
}

export const limits = {
  keyPoints: 120,
  inliers: 60,
  rmsPx: 0.5,
  spread: 0.3,
  /** Share of the landmarks that were found again. */
  agreeing: 0.25,
  /** A small picture has few features. They are only the beginning: with fewer than `inliers`, so large a share of the landmarks has to agree,
   *  and so exactly. Two ends that look alike agree by 0.4 to 0.5 pixels, by chance; one view by less than 0.1. */
  agreeingAlone: 0.75,
  rmsAlonePx: 0.2,
  smallestOverlap: 0.06,
  largestOverlap: 0.9,
} as const

/** All reasons to refuse, the one to mend first in front; none when it may be used. */
export function judgeCalibration(found: Evidence): readonly Refusal[] {
  const reasons: Refusal[] = []
  for (const { code, isFault, message, hint, isAll } of rules) {
    if (!isFault(found)) continue
    reasons.push({ code, message: message(found), hint: typeof hint === 'string' ? hint : hint(found) })
    if (isAll) break
  }
  return reasons
}

type Rule = {
  readonly code: RefusalCode
  readonly isFault: (found: Evidence) => boolean
  readonly message: (found: Evidence) => string
  readonly hint: string | ((found: Evidence) => string)
  /** Whatever else there may be follows from this. */
  readonly isAll?: true
}

const percent = (share: number): string => `${Math.round(share * 100)} %`
const overlapMore = 'the two pictures share too little: move the cameras so that they overlap by a fifth'
const showMore =
  'calibrate by daylight and with the lines in view, or hang something with drawing into the bare part of the overlap for the time being'

const isProvenByLandmarks = ({ inliers, landmarks, rmsPx }: Evidence): boolean =>
  inliers >= limits.inliers && inliers >= limits.agreeingAlone * landmarks && rmsPx <= limits.rmsAlonePx

/** A figure that is no number is a fault: the comparisons are written so that it fails them. */
const rules: readonly Rule[] = [
  {
    code: 'no-drawing',
    isFault: ({ keyPoints }) => !(keyPoints >= limits.keyPoints),
    message: () => 'the pictures show nothing to hold on to',
    hint: 'take off the lens caps, switch on the light, and see that both cameras are in focus',
    isAll: true,
  },
  {
    code: 'too-few-matches',
    isFault: (found) => !(found.featureInliers >= limits.inliers || isProvenByLandmarks(found)),
    message: ({ featureInliers }) => `both pictures show only ${featureInliers} things in common, ${limits.inliers} are needed`,
    hint: ({ inliers }) => (inliers >= limits.inliers ? showMore : overlapMore), // where landmarks agree, the pictures do share something
    isAll: true,
  },
  {
    code: 'same-picture',
    isFault: ({ overlapShare }) => overlapShare > limits.largestOverlap,
    message: () => 'both pictures show the same, or two ends that look alike',
    hint: 'see that left and right are two cameras, and that they look different ways',
    isAll: true,
  },
  {
    code: 'mirrored',
    isFault: ({ shape }) => shape === 'mirrored',
    message: () => 'one picture is the mirror image of the other',
    hint: 'switch off the mirroring of that camera, or mirror its picture back: CAMERA_LEFT_FLIP or CAMERA_RIGHT_FLIP, --left-flip or --right-flip',
    isAll: true,
  },
  {
    code: 'swapped',
    isFault: ({ shape }) => shape === 'swapped',
    message: () => 'the left picture shows what lies to the right',
    hint: 'exchange the two: CAMERA_LEFT and CAMERA_RIGHT, or the two names given here',
    isAll: true,
  },
  {
    code: 'folded',
    isFault: ({ shape }) => shape === 'folded',
    message: () => 'the right picture would be folded or stretched out of all shape',
    hint: 'calibrate again from other frames, with more of the court in both pictures',
  },
  {
    code: 'overlap-small',
    isFault: ({ overlapShare }) => !(overlapShare >= limits.smallestOverlap),
    message: ({ overlapShare }) => `the pictures share ${percent(overlapShare)}, ${percent(limits.smallestOverlap)} are needed`,
    hint: overlapMore,
  },
  {
    code: 'too-few-landmarks',
    isFault: ({ inliers }) => !(inliers >= limits.inliers),
    message: ({ inliers }) => `only ${inliers} landmarks of the overlap agree, ${limits.inliers} are needed`,
    hint: showMore,
    isAll: true,
  },
  {
    code: 'inaccurate',
    isFault: ({ rmsPx }) => !(rmsPx <= limits.rmsPx),
    message: ({ rmsPx }) => `the pictures do not lie over each other: ${rmsPx.toFixed(2)} pixels off, ${limits.rmsPx} are allowed`,
    hint: 'give --frames 6, use frames of the same instants, and see that neither camera moves; a bent lens needs --lens auto',
  },
  {
    code: 'parallax',
    isFault: ({ inliers, landmarks }) => !(inliers >= limits.agreeing * landmarks),
    message: ({ inliers, landmarks }) => `only ${inliers} of ${landmarks} landmarks lie where the others say`,
    hint: 'what stands near shifts between the cameras: bring the cameras closer together, or turn the overlap to where nothing is near',
  },
  {
    code: 'uneven',
    isFault: ({ spread }) => !(spread >= limits.spread),
    message: ({ spread }) => `the landmarks lie in ${percent(spread)} of the overlap, ${percent(limits.spread)} are needed`,
    hint: showMore,
  },
]
