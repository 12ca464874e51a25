// What both views show, found by OpenCV in a process of its own, in pictures made small enough for it.
// Never keeps that process: it ends with its answer.

import { fileURLToPath } from 'node:url'
import { EzrecError } from '../../../base/errors.ts'
import { runChild } from '../../../base/process.ts'
import { apply, invert, multiply, scaled, type Matrix3 } from '../homography.ts'
import { featureAnswerSchema, type FeatureOrder } from './feature-order.ts'
import { halved, type LumaPlane } from './luma-plane.ts'
import type { PlanePair } from './refine.ts'
import type { Match } from './two-view.ts'

export type FoundFeatures = {
  /** Of the full pictures. */
  readonly matches: readonly Match[]
  /** For each match, whether the homography explains it. */
  readonly inliers: readonly boolean[]
  /** Right to left, of the full pictures; `undefined` when there were too few matches. */
  readonly homography: Matrix3 | undefined
  /** Of both pictures of a frame, on average. */
  readonly keyPoints: number
  /** Matches at one place of both pictures: counters and logos. */
  readonly still: number
}

const program = fileURLToPath(new URL('feature-finder.ts', import.meta.url))
/** Wider pictures are halved: what is found is only the beginning. */
const widest = 1_400
/** More frames than these tell the refinement more, but not this. */
const mostFrames = 3

/** Errors: media_unreadable, when OpenCV cannot do it; timeout; canceled. */
export async function findFeatures(
  frames: readonly PlanePair[],
  detector: FeatureOrder['detector'],
  signal: AbortSignal,
): Promise<FoundFeatures> {
  const chosen = evenly(frames, mostFrames).map(({ left, right }) => ({ left: shrunk(left), right: shrunk(right) }))
  const [first] = chosen
  const [given] = frames
  if (!first || !given) throw new EzrecError('internal', 'a calibration without pictures', { hint: 'report this' })
  const order: FeatureOrder = {
    detector,
    left: { width: first.left.width, height: first.left.height },
    right: { width: first.right.width, height: first.right.height },
    frames: chosen.length,
  }
  const input = Buffer.concat([
    Buffer.from(`${JSON.stringify(order)}\n`),
    ...chosen.flatMap(({ left, right }) => [new Uint8Array(left.data), new Uint8Array(right.data)]),
  ])
  const args = ['--disable-warning=ExperimentalWarning', ...memoryBounds(), program]
  const { stdout, code, stderr } = await runChild(process.execPath, args, { input, signal, timeoutMs: 180_000 })
  const answer = code === 0 ? featureAnswerSchema.parse(JSON.parse(stdout.toString('utf8'))) : undefined
  if (!answer)
    throw new EzrecError('media_unreadable', 'the pictures could not be compared', {
      hint: 'try again with --fast or with smaller pictures; OpenCV may lack memory here',
      facts: { stderr: stderr.slice(-300) },
    })
  const left = enlarging(given.left, first.left)
  const right = enlarging(given.right, first.right)
  return {
    matches: answer.matches.map(([lx, ly, rx, ry]) => ({
      left: apply(left, { x: lx, y: ly }),
      right: apply(right, { x: rx, y: ry }),
      sigmaPx: 1,
    })),
    inliers: answer.inliers,
    homography: answer.homography ? multiply(left, multiply(scaled(answer.homography), invert(right))) : undefined,
    keyPoints: Math.round(answer.keyPoints / chosen.length),
    still: answer.still,
  }
}

/** What bounds the memory of this process bounds its, too. */
const memoryBounds = (): string[] => process.execArgv.filter((flag) => /^--(max-old-space-size|wasm-max-mem-pages)=/.test(flag))

const shrunk = (plane: LumaPlane): LumaPlane => (plane.width > widest ? shrunk(halved(plane)) : plane)

/** From pixels of a plane that was halved some times to those of the one that it came from. */
function enlarging(full: LumaPlane, small: LumaPlane): Matrix3 {
  const by = 2 ** Math.round(Math.log2(full.width / small.width))
  return [by, 0, (by - 1) / 2, 0, by, (by - 1) / 2, 0, 0, 1]
}

/** Some of many, the same way apart. */
const evenly = <T>(all: readonly T[], most: number): readonly T[] =>
  all.length <= most
    ? all
    : Array.from({ length: most }, (_, n) => n).flatMap((n) => all[Math.round((n * (all.length - 1)) / (most - 1))] ?? [])
