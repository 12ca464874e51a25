// Whether a film is complete, and if not, what it lacks, in sentences. Nothing that it says may be better than the truth.
// Pure: gaps and faulty pictures in, sentences out. What all cameras show alike is the court's doing (the light is off, nobody plays) as long as it is a small part.

import { inputs } from '../capture/input.ts'
import { cameras, type Camera } from '../capture/take.ts'
import type { PictureFault } from '../check/picture-health.ts'
import type { GapRow } from '../merge/chunk-store.ts'
import type { PictureFaultRow } from '../merge/picture-faults.ts'

type Stretch = { readonly firstFrame: number; readonly frames: number }

export type StatusFacts = {
  readonly fps: number
  readonly framesDecoded: number
  readonly gaps: readonly GapRow[]
  readonly pictureFaults: readonly PictureFaultRow[]
  /** Somebody ended the recording before its time. */
  readonly isInterrupted: boolean
}

/** A view that shows less than this share of the film is a part of it that is lost, whatever the cause. */
const leastShown = 0.9
/** One camera black or covered while the other sees something: so long in all, and it is not the light that goes off. */
const aloneSeconds = 3
/** Nothing moves before either camera: an empty court, unless it is so for the whole film. */
const wholeShare = 0.9

/** Empty for a complete film. */
export function partialBecause(facts: StatusFacts): string[] {
  const { fps, gaps, isInterrupted } = facts
  return [
    ...(isInterrupted ? ['it was ended before its time'] : []),
    ...inputs.flatMap((input) => {
      const frames = gaps.filter(({ camera }) => camera === input).reduce((sum, gap) => sum + gap.frames, 0)
      if (frames === 0) return []
      return [
        input === 'sound'
          ? `the sound is missing for ${told(frames, fps)}`
          : `the ${input} camera gave no picture for ${told(frames, fps)}`,
      ]
    }),
    ...cameras.flatMap((camera) => tellView(facts, camera)),
  ]
}

function tellView({ fps, framesDecoded, pictureFaults }: StatusFacts, camera: Camera): string[] {
  const of = (side: Camera, fault: PictureFault): Stretch[] => pictureFaults.filter((each) => each.camera === side && each.fault === fault)
  const lengthOf = (stretches: readonly Stretch[]): number => framesIn(stretches, framesDecoded)
  const other = camera === 'left' ? 'right' : 'left'
  const frozen = of(camera, 'frozen')
  const isWhole = lengthOf(frozen) >= framesDecoded * wholeShare
  const lost = {
    black: of(camera, 'black'),
    covered: of(camera, 'covered'),
    frozen: isWhole ? frozen : without(frozen, of(other, 'frozen')),
  }
  const isMuch = lengthOf([...lost.black, ...lost.covered, ...lost.frozen]) > framesDecoded * (1 - leastShown)
  const isAlone = (fault: 'black' | 'covered'): boolean => lengthOf(without(lost[fault], of(other, fault))) >= aloneSeconds * fps
  return (['black', 'covered', 'frozen'] as const)
    .filter((fault) => lengthOf(lost[fault]) > 0 && (isMuch || (fault !== 'frozen' && isAlone(fault))))
    .map((fault) => `the ${camera} camera's picture was ${fault} for ${told(lengthOf(lost[fault]), fps)}`)
}

const told = (frames: number, fps: number): string => `${Math.round((frames / fps) * 100) / 100} s`

/** What of the stretches lies in none of the others. */
function without(stretches: readonly Stretch[], others: readonly Stretch[]): Stretch[] {
  return others.reduce<Stretch[]>(
    (left, other) =>
      left.flatMap(({ firstFrame, frames }) => {
        const [end, otherEnd] = [firstFrame + frames, other.firstFrame + other.frames]
        return [
          { firstFrame, frames: Math.min(end, other.firstFrame) - firstFrame },
          { firstFrame: Math.max(firstFrame, otherEnd), frames: end - Math.max(firstFrame, otherEnd) },
        ].filter((piece) => piece.frames > 0)
      }),
    [...stretches],
  )
}

/** Frames of a film that lie in at least one of the stretches. */
export function framesIn(stretches: readonly Stretch[], filmFrames: number): number {
  let sum = 0
  let until = 0
  for (const { firstFrame, frames } of stretches.toSorted((a, b) => a.firstFrame - b.firstFrame)) {
    const end = Math.min(filmFrames, firstFrame + frames)
    sum += Math.max(0, end - Math.max(until, firstFrame))
    until = Math.max(until, end)
  }
  return sum
}
