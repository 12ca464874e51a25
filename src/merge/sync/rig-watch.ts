// Whether a rig has moved since it was calibrated, from a pair of its pictures every two seconds.
// Never measures in the dark, and never calls one measurement a movement.

import type { Camera } from '../../capture/take.ts'
import type { PictureSize } from '../picture.ts'
import type { Calibration } from '../stitch/calibration.ts'
import { openPatchStack } from './overlap-patches.ts'
import { measureResidual, type Residual } from './overlap-residual.ts'

/** `px` are of the canvas; `beyond`: at least so many. */
export type RigVerdict =
  | { readonly is: 'steady'; readonly px: number }
  | { readonly is: 'moved'; readonly px: number; readonly beyond: boolean }
  | { readonly is: 'unknown'; readonly why: 'not-yet' | Exclude<Residual, { is: 'measured' }>['why'] }

export type RigWatch = {
  /** Two pictures of one instant. Returns the verdict when it has changed. */
  see(left: Uint8Array, right: Uint8Array): RigVerdict | undefined
  readonly verdict: RigVerdict
}

/** Somebody who stands in front of a patch for half of these is not taken for the court. */
export const pairsPerLook = 5

export function openRigWatch(calibration: Calibration, size: Readonly<Record<Camera, PictureSize>>): RigWatch {
  const stack = openPatchStack(calibration, size)
  const judgement = openJudgement(calibration.quality?.rmsPx)
  return {
    see: (left, right) => {
      stack.add(left, right)
      if (stack.size() < pairsPerLook) return undefined
      const { left: ofLeft, right: ofRight } = stack.take()
      return judgement.judge(measureResidual(stack.form, ofLeft, ofRight))
    },
    get verdict() {
      return judgement.verdict
    },
  }
}

/** Pixels. What a good calibration leaves is 0.2 and less; from one on a seam is seen. */
const movedFrom = 0.75
/** Of a calibration that itself leaves more. */
const movedFromRms = 3
/** Of the limit: so far it must come back to be steady again. */
const steadyBelow = 2 / 3
/** Looks in a row that must agree. */
const agreeing = 3

/** Decides from look to look. Pure but for what it remembers. */
export function openJudgement(rmsPx = 0): {
  judge(residual: Residual): RigVerdict | undefined
  readonly verdict: RigVerdict
  /** The last look said something else: the next ones decide. */
  readonly isUndecided: boolean
} {
  const limit = Math.max(movedFrom, movedFromRms * rmsPx)
  let verdict: RigVerdict = { is: 'unknown', why: 'not-yet' }
  let candidate: { readonly is: RigVerdict['is']; readonly times: number } | undefined
  const suggested = (residual: Residual): RigVerdict => {
    if (residual.is === 'unknown') return { is: 'unknown', why: residual.why }
    const { px, beyond } = residual
    const moved = beyond || px >= (verdict.is === 'moved' ? limit * steadyBelow : limit)
    return moved ? { is: 'moved', px, beyond } : { is: 'steady', px }
  }
  return {
    judge: (residual) => {
      const next = suggested(residual)
      if (next.is === verdict.is) {
        candidate = undefined
        verdict = next
        return undefined
      }
      candidate = { is: next.is, times: candidate?.is === next.is ? candidate.times + 1 : 1 }
      if (candidate.times < agreeing) return undefined
      candidate = undefined
      verdict = next
      return verdict
    },
    get verdict() {
      return verdict
    },
    get isUndecided() {
      return candidate !== undefined
    },
  }
}
