// What was found of a film when it was published: its pictures counted and decoded, their times, how long each camera showed something.
// Pure, and never better than the truth: a suspicion counts against a camera.

import { z } from 'zod'
import { shareWithout } from '../check/coverage.ts'
import { cameras, type Camera } from '../capture/take.ts'
import type { PictureFaultRow } from '../merge/picture-faults.ts'
import { framesIn, partialBecause, type StatusFacts } from './film-status.ts'

const seconds = z.number().nonnegative()

export const verdictSchema = z.object({
  framesExpected: z.int().describe('of the booking'),
  framesDecoded: z.int().describe('pictures of the film, each of which was decoded before its chunk was kept'),
  uniformTimes: z.boolean().describe('each picture lasts as long as every other'),
  alive: z
    .object({ left: z.number().min(0).max(1), right: z.number().min(0).max(1) })
    .describe('share of the film in which the camera was there and neither black, covered nor frozen, rounded down'),
  blackSeconds: seconds.describe('of both cameras together'),
  coveredSeconds: seconds,
  frozenSeconds: seconds,
  partialBecause: z.array(z.string()).optional().describe('what it lacks, in sentences; empty when it is complete, absent of older films'),
})

export type Verdict = z.infer<typeof verdictSchema>

export type VerdictFacts = StatusFacts & {
  readonly framesExpected: number
  /** Durations of the pictures, chunk by chunk, in any unit. */
  readonly pictureTicks: readonly number[]
}

export function verdictOf(facts: VerdictFacts): Verdict & { readonly partialBecause: readonly string[] } {
  const { fps, framesExpected, framesDecoded, pictureTicks, gaps, pictureFaults } = facts
  const lasting = (fault: PictureFaultRow['fault']): number => {
    const frames = cameras.map((camera) =>
      framesIn(
        pictureFaults.filter((each) => each.camera === camera && each.fault === fault),
        framesDecoded,
      ),
    )
    return Math.round((frames.reduce((sum, each) => sum + each, 0) / fps) * 1_000) / 1_000
  }
  const alive = (camera: Camera): number =>
    shareWithout(
      framesIn(
        [...gaps, ...pictureFaults].filter((each) => each.camera === camera),
        framesDecoded,
      ),
      framesDecoded,
    )
  return {
    framesExpected,
    framesDecoded,
    uniformTimes: new Set(pictureTicks).size <= 1,
    alive: { left: alive('left'), right: alive('right') },
    blackSeconds: lasting('black'),
    coveredSeconds: lasting('covered'),
    frozenSeconds: lasting('frozen'),
    partialBecause: partialBecause(facts),
  }
}
