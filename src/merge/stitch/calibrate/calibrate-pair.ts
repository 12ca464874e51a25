// A rig's calibration from some frames of both cameras: features, a first geometry, an exact one, what it is drawn on, exposure and seam; judged
// by the gate before anything is said to be good.
// Never reads or writes a file.

import type { Calibration, CanvasWindow } from '../calibration.ts'
import { canvasWindowOf } from '../canvas-window.ts'
import { exposureCellsOf, measureExposure } from '../exposure.ts'
import { identity } from '../homography.ts'
import { warpMapsOf } from '../warp-map.ts'
import { chooseProjection, type ProjectionWish } from './choose-projection.ts'
import type { FeatureOrder } from './feature-order.ts'
import { findFeatures } from './find-features.ts'
import { judgeCalibration, type Evidence, type Refusal } from './gate.ts'
import { halved, planeFrom, smoothed } from './luma-plane.ts'
import { overlapShareOf, spreadOf } from './overlap.ts'
import type { FramePair } from './read-frames.ts'
import { fitBest, refineTwoView, type LensChoice, type PlanePair } from './refine.ts'
import { disagreementOf, searchSeam } from './search-seam.ts'
import { shapeOf } from '../shape.ts'
import { isBent, lensOf, transfersOf, type Match, type PairSize, type TwoView } from './two-view.ts'

export type CalibrationWish = {
  readonly detector: FeatureOrder['detector']
  readonly lens: LensChoice
  readonly projection: ProjectionWish
  /** In the left picture's pixels. */
  readonly canvas: CanvasWindow | undefined
}

export type PairCalibration = {
  /** Empty: it may be used. */
  readonly refusals: readonly Refusal[]
  readonly evidence: Evidence
  readonly calibration: Calibration
  /** Landmarks, and whether they count. */
  readonly matches: readonly (Match & { readonly agrees: boolean })[]
  readonly viewDegrees: number | undefined
}

/** Features whose match lies this near, in pixels of the pictures that were looked at, are explained. */
const explainedPx = 3

export async function calibratePair(
  frames: readonly FramePair[],
  sizes: PairSize,
  wish: CalibrationWish,
  { say, madeAt, signal }: { readonly say: (line: string) => void; readonly madeAt: string; readonly signal: AbortSignal },
): Promise<PairCalibration> {
  const planes = planesOf(frames, sizes)
  say(`looking for what both pictures show, in ${frames.length} frames`)
  const features = await findFeatures(planes, wish.detector, signal)
  say(`${features.matches.length} matches, ${features.inliers.filter(Boolean).length} of them agree on a first geometry`)
  const start = startOf(features, sizes, wish.lens)
  if (!start) return refusedAtOnce(features, sizes, madeAt)
  const { fit, matches } = refineTwoView(planes, sizes, start, wish.lens)
  const { model } = fit
  say(
    `${fit.inliers} of ${matches.length} landmarks agree within ${fit.rmsPx.toFixed(3)} pixels${isBent(model) ? ', with bent lenses' : ''}`,
  )
  const agreeing = matches.map((match, n) => ({ ...match, agrees: (fit.weights[n] ?? 0) > 0 }))
  const { projection, viewDegrees } = wish.canvas
    ? { projection: undefined, viewDegrees: undefined }
    : chooseProjection(model, sizes, wish.projection)
  const geometry: Calibration = {
    version: 1,
    ...sizes,
    homography: model.homography,
    ...(isBent(model) ? { lens: { left: lensOf(model, sizes.left), right: lensOf(model, sizes.right) } } : {}),
    ...(projection ? { projection } : {}),
    ...(wish.canvas ? { canvas: wish.canvas } : {}),
  }
  const evidence: Evidence = {
    keyPoints: features.keyPoints,
    featureInliers: explainedBy(model, features.matches, sizes),
    landmarks: matches.length,
    inliers: fit.inliers,
    rmsPx: fit.rmsPx,
    overlapShare: overlapShareOf(model, sizes),
    spread: spreadOf(
      agreeing.filter(({ agrees }) => agrees),
      model,
      sizes,
    ),
    shape: shapeOf(geometry),
  }
  const refusals = judgeCalibration(evidence)
  const quality = { rmsPx: round(fit.rmsPx), inliers: fit.inliers, overlapShare: round(evidence.overlapShare) }
  const calibration = refusals.length > 0 ? geometry : completed(geometry, frames, planes)
  return { refusals, evidence, calibration: { ...calibration, quality, madeAt, provenance: 'calibrate' }, matches: agreeing, viewDegrees }
}

/** All matches have their say, also those that a homography without a lens could not explain. */
function startOf(features: Awaited<ReturnType<typeof findFeatures>>, sizes: PairSize, lens: LensChoice): TwoView | undefined {
  if (!features.homography || features.inliers.filter(Boolean).length < 12) return undefined
  const reachPx = 12 * Math.max(1, sizes.left.width / 1_400)
  const first: TwoView = { homography: features.homography, k1: 0, k2: 0 }
  const explained = features.matches.filter((_, n) => features.inliers[n])
  const fromExplained = fitBest(explained, sizes, first, 'none', reachPx).model
  return fitBest(features.matches, sizes, fromExplained, lens, reachPx).model
}

function refusedAtOnce(
  { keyPoints, inliers }: { keyPoints: number; inliers: readonly boolean[] },
  sizes: PairSize,
  madeAt: string,
): PairCalibration {
  const evidence: Evidence = {
    keyPoints,
    featureInliers: inliers.filter(Boolean).length,
    landmarks: 0,
    inliers: 0,
    rmsPx: 0,
    overlapShare: 0,
    spread: 0,
    shape: 'sound',
  }
  const calibration: Calibration = { version: 1, ...sizes, homography: identity, madeAt }
  return { refusals: judgeCalibration(evidence), evidence, calibration, matches: [], viewDegrees: undefined }
}

function explainedBy(model: TwoView, matches: readonly Match[], sizes: PairSize): number {
  const { toLeft } = transfersOf(model, sizes)
  const reach = explainedPx * Math.max(1, sizes.left.width / 1_400)
  return matches.filter(({ left, right }) => {
    const at = toLeft(right)
    return at !== undefined && Math.hypot(at.x - left.x, at.y - left.y) < reach
  }).length
}

/** What was found, drawn on the canvas of a film that is under way: only where the right picture lies changes, and the seam with it. */
export function redrawnWithin(found: Calibration, within: Calibration, frames: readonly FramePair[]): Calibration {
  const { homography, lens, left, right, quality, madeAt } = found
  const { projection, canvas } = within
  const geometry: Calibration = {
    ...{ version: 1, left, right, homography },
    ...(lens ? { lens } : {}),
    ...(projection ? { projection } : {}),
    ...(canvas ? { canvas } : {}),
  }
  return { ...completed(geometry, frames, planesOf(frames, found)), quality, madeAt }
}

const planesOf = (frames: readonly FramePair[], sizes: PairSize): PlanePair[] =>
  frames.map(({ left, right }) => ({
    left: planeFrom(left, sizes.left.width, sizes.left.height),
    right: planeFrom(right, sizes.right.width, sizes.right.height),
  }))

/** Canvas, exposure and seam: what a film needs beyond the geometry. */
function completed(geometry: Calibration, frames: readonly FramePair[], planes: readonly PlanePair[]): Calibration {
  const canvas = canvasWindowOf(geometry)
  const maps = warpMapsOf(geometry, canvas)
  const exposure = measureExposure(frames, geometry, exposureCellsOf(geometry, canvas, maps))
  const [gain, offset] = exposure?.y ?? [1, 0]
  const small = planes.map(({ left, right }) => ({ left: smoothed(halved(left)), right: smoothed(halved(right)) }))
  const seam = searchSeam(disagreementOf(small, 1, canvas, maps, (luma) => 16 + (luma - 16) * gain + offset))
  return { ...geometry, canvas, ...(exposure ? { exposure } : {}), ...(seam ? { seam } : {}) }
}

const round = (value: number): number => Math.round(value * 10_000) / 10_000
