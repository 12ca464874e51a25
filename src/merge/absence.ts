// The proof that a camera showed nothing at a frame: its instant is past, and no take that ran or runs could hold it.
// Decides from the segment log and the clock alone; a picture that can still come is never called missing.

import type { Clock } from '../base/clock.ts'
import type { Input } from '../capture/input.ts'
import type { Take } from '../capture/take.ts'
import { framesBetween, placeSegments, type FilmGrid } from '../check/timeline.ts'

/** This long after a frame's instant, with no take running, no take can bring it any more. */
const graceMs = 1_000

/** A camera that starts tells of its first picture at once; a slow disk may hold that word back for a moment. */
const startingMs = 2_000

/** A take's footage is never older than its beginning, but for the clock's label. */
const labelMs = 200

export type Proof = {
  /** Frames before this one, from `frame` on, are proven to have no picture; `frame` itself or less when nothing is proven. */
  emptyUntil(frame: number, takes: readonly Take[]): number
  /** Whether a take has ended before a frame. */
  isOver(take: Take, frame: number): boolean
  /** Takes whose last picture has been decoded: whatever their rows promise, no more will come. */
  readonly finished: Set<string>
}

export function openProof({ camera, grid, clock }: { readonly camera: Input; readonly grid: FilmGrid; readonly clock: Clock }): Proof {
  const finished = new Set<string>()
  const lastFrames = new Map<string, number>()
  const frameMs = (frame: number): number => grid.startsAtMs + (frame * 1_000) / grid.fps
  const frameAt = (ms: number): number => Math.floor(((ms - grid.startsAtMs) * grid.fps) / 1_000)

  const isOver = (take: Take, frame: number): boolean => {
    if (finished.has(take.id)) return true
    if (take.ended === undefined) return false
    const last = lastFrames.get(take.id) ?? lastFrameOf(take, grid)
    lastFrames.set(take.id, last) // an ended take does not change
    return last < frame
  }

  /** Until when a take leaves frames empty, in wall time; `undefined` when it may hold `frame` itself. */
  const emptyBefore = (take: Take, frame: number, nowMs: number): number | undefined => {
    if (take.camera !== camera || isOver(take, frame)) return nowMs - graceMs
    if (take.ended !== undefined || take.opened.length > 0) return undefined
    return Math.max(take.begunAtMs - labelMs, nowMs - startingMs)
  }

  return {
    finished,
    isOver,
    emptyUntil: (frame, takes) => {
      const nowMs = clock.nowMs()
      let untilMs = nowMs - graceMs
      for (const take of takes) {
        const ms = emptyBefore(take, frame, nowMs)
        if (ms === undefined) return frame
        untilMs = Math.min(untilMs, ms)
      }
      return frameMs(frame) < untilMs ? Math.max(frame, frameAt(untilMs)) : frame
    },
  }
}

function lastFrameOf(take: Take, grid: FilmGrid): number {
  const last = placeSegments(grid, take.camera, [take]).at(-1)
  const segment = take.segments.at(-1)
  return last && segment ? last.firstFrame + framesBetween(last.firstTicks, segment.lastTicks, grid.fps) : Number.NEGATIVE_INFINITY
}
