// From a rough geometry to an exact one: small patches all over the overlap are found again to a fraction of a pixel, in pictures of growing
// size, and the geometry is fitted to where they lie. Pure.
// What differs from frame to frame is no landmark: it moves.

import type { Point } from '../homography.ts'
import { fitTwoView, type Fit } from './fit-two-view.ts'
import { median } from './linear.ts'
import { halved, smoothed, type LumaPlane } from './luma-plane.ts'
import { chooseLandmarks } from './landmarks.ts'
import { openTracker, patchRadius, type Bend, type Tracked } from './track-patch.ts'
import { isInside, transfersOf, type Match, type PairSize, type Transfer, type TwoView } from './two-view.ts'

export type PlanePair = { readonly left: LumaPlane; readonly right: LumaPlane }
export type LensChoice = 'auto' | 'none'
export type Refined = {
  readonly fit: Fit
  /** The landmarks that were found again. */
  readonly matches: readonly Match[]
}

/** Each pass: pictures halved how often, and how many of their pixels a patch may be off. */
const passes = [
  { level: 2, reachPx: 8 },
  { level: 1, reachPx: 6 },
  { level: 0, reachPx: 4 },
  { level: 0, reachPx: 2 },
] as const
const wantedLandmarks = 1_200
const leastLikeness = 0.7
/** Frames agree on a place within this many pixels. */
const agreementPx = 0.3
/** A lens is taken when it lowers the loss by this share, and its k1 stands out of its own error by so much. */
const worthwhile = 0.9
const leastSigmas = 6

/** Errors: invalid, when too little is found again to settle a geometry. */
export function refineTwoView(frames: readonly PlanePair[], sizes: PairSize, start: TwoView, lens: LensChoice): Refined {
  const levels = pyramidOf(frames)
  let model = start
  let refined: Refined | undefined
  for (const { level, reachPx } of passes) {
    const planes = levels[level] ?? []
    const matches = findMatches(planes, 2 ** level, sizes, model, reachPx)
    if (matches.length < 24 && level > 0) continue // small pictures may have lost the drawing that large ones have
    const fit = fitBest(matches, sizes, model, lens, reachPx * 2 ** level)
    model = fit.model
    refined = { fit, matches }
  }
  return refined ?? { fit: fitBest([], sizes, model, 'none', 1), matches: [] }
}

/** With the lens terms that are worth it: none, k1, or both. */
export function fitBest(matches: readonly Match[], sizes: PairSize, start: TwoView, lens: LensChoice, reachPx: number): Fit {
  const plain = fitTwoView(matches, sizes, { ...start, k1: 0, k2: 0 }, { lensTerms: 0, reachPx })
  if (lens === 'none' || matches.length < 40) return plain
  const bent = fitTwoView(matches, sizes, { ...start, k2: 0 }, { lensTerms: 1, reachPx })
  if (!isWorth(plain, bent) || bent.k1Sigmas < leastSigmas) return plain
  const twice = fitTwoView(matches, sizes, { ...bent.model, k2: 0 }, { lensTerms: 2, reachPx })
  return isWorth(bent, twice) && Math.abs(twice.model.k2) < 1 ? twice : bent
}

const isWorth = (without: Fit, with_: Fit): boolean =>
  Math.abs(with_.model.k1) < 1 && with_.lossAt(with_.sigma) < worthwhile * without.lossAt(with_.sigma)

function pyramidOf(frames: readonly PlanePair[]): readonly (readonly PlanePair[])[] {
  const bare = [frames]
  for (let level = 1; level <= 2; level += 1)
    bare.push((bare[level - 1] ?? []).map(({ left, right }) => ({ left: halved(left), right: halved(right) })))
  return bare.map((pairs) => pairs.map(({ left, right }) => ({ left: smoothed(left), right: smoothed(right) })))
}

/** Points of full pictures that all frames, or most of them, find at one place. */
function findMatches(planes: readonly PlanePair[], scale: number, sizes: PairSize, model: TwoView, reachPx: number): readonly Match[] {
  const { toRight } = transfersOf(model, sizes)
  const toFull = ({ x, y }: Point): Point => ({ x: (x + 0.5) * scale - 0.5, y: (y + 0.5) * scale - 0.5 })
  const toSmall = ({ x, y }: Point): Point => ({ x: (x + 0.5) / scale - 0.5, y: (y + 0.5) / scale - 0.5 })
  const trackPatch = openTracker()
  const [first] = planes
  if (!first) return []
  const isShared = (landmark: Point): boolean => isInside(toRight(toFull(landmark)), sizes.right, (patchRadius + 3) * scale)
  const landmarks = chooseLandmarks(first.left, isShared, wantedLandmarks)
  return landmarks.flatMap((landmark): Match[] => {
    const full = toFull(landmark)
    const expected = toRight(full)
    const bend = expected && bendAt(toRight, full)
    if (!expected || !bend) return []
    const found = planes.flatMap(({ left, right }) => {
      const tracked = trackPatch(left, right, landmark, toSmall(expected), bend, reachPx)
      return tracked && tracked.likeness >= leastLikeness ? [tracked] : []
    })
    const agreed = agreement(found, planes.length)
    return agreed ? [{ left: full, right: toFull(agreed.at), sigmaPx: agreed.sigmaPx * scale }] : []
  })
}

/** Where most frames find it: the mean of those that agree with the median. */
function agreement(found: readonly Tracked[], frames: number): Pick<Tracked, 'at' | 'sigmaPx'> | undefined {
  const x = median(found.map(({ at }) => at.x))
  const y = median(found.map(({ at }) => at.y))
  const agreeing = found.filter(({ at, sigmaPx }) => Math.hypot(at.x - x, at.y - y) < agreementPx + 3 * sigmaPx)
  if (agreeing.length === 0 || agreeing.length * 2 < frames) return undefined
  const mean = (of: (tracked: Tracked) => number): number => agreeing.reduce((sum, each) => sum + of(each), 0) / agreeing.length
  return {
    at: { x: mean(({ at }) => at.x), y: mean(({ at }) => at.y) },
    sigmaPx: mean(({ sigmaPx }) => sigmaPx) / Math.sqrt(agreeing.length),
  }
}

function bendAt(toRight: Transfer, { x, y }: Point): Bend | undefined {
  const [east, west, south, north] = [
    toRight({ x: x + 4, y }),
    toRight({ x: x - 4, y }),
    toRight({ x, y: y + 4 }),
    toRight({ x, y: y - 4 }),
  ]
  if (!east || !west || !south || !north) return undefined
  return [(east.x - west.x) / 8, (south.x - north.x) / 8, (east.y - west.y) / 8, (south.y - north.y) / 8]
}
