// Which segments of which takes a clip is cut from, and where in them; and whether all that it needs has been written by now.
// Pure. Nothing from before the match is ever in it: a clip begins at a key frame within the window.

import { stretchOf } from '../../capture/erase-outside.ts'
import { cameras, type Camera, type Segment, type Take } from '../../capture/take.ts'

export type ClipWindow = {
  readonly fromMs: number
  readonly toMs: number
  /** The match's first instant. */
  readonly notBeforeMs: number
}

/** What one run of one camera gives to a clip. */
export type ClipPart = {
  readonly camera: Camera
  readonly take: Take
  /** Closed ones, in order, of which the first is where `skipSeconds` counts from. */
  readonly segments: readonly Segment[]
  readonly skipSeconds: number
  readonly seconds: number
}

/** Key frames are a second apart: a clip begins at the last one before its first instant. */
const groupMs = 1_000

/** A part ends at a segment whose file is gone: what skips and lasts is counted from the first picture that is copied. */
export function partsOf({ fromMs, toMs, notBeforeMs }: ClipWindow, takes: readonly Take[], isThere: IsThere = () => true): ClipPart[] {
  const wantedMs = Math.max(notBeforeMs, fromMs - groupMs)
  return cameras.flatMap((camera) =>
    takes.flatMap((take): ClipPart[] => {
      if (take.camera !== camera) return []
      const segments = take.segments.filter((segment) => {
        const stretch = stretchOf(take, segment)
        return stretch !== undefined && stretch.toMs > wantedMs && stretch.fromMs < toMs && isThere(take, segment)
      })
      return runsOf(segments).flatMap((run) => {
        const [first] = run
        const begin = first && stretchOf(take, first)
        if (!begin) return []
        const skipMs = Math.max(0, wantedMs - begin.fromMs)
        return [{ camera, take, segments: run, skipSeconds: skipMs / 1_000, seconds: (toMs - begin.fromMs - skipMs) / 1_000 }]
      })
    }),
  )
}

export type IsThere = (take: Take, segment: Segment) => boolean

/** Whose numbers follow one another. */
export function runsOf(segments: readonly Segment[]): Segment[][] {
  const runs: Segment[][] = []
  for (const segment of segments) {
    const run = runs.at(-1)
    if (run?.at(-1)?.number === segment.number - 1) run?.push(segment)
    else runs.push([segment])
  }
  return runs
}

/** A camera whose segment is so late gives nothing more to this clip. */
const patienceMs = 30_000

/** Whether each camera's segments reach the end of the clip, or will not any more. */
export function isWritten({ toMs }: ClipWindow, takes: readonly Take[], nowMs: number, segmentMs: number): boolean {
  if (nowMs > toMs + segmentMs + patienceMs) return true
  return cameras.every((camera) => {
    const mine = takes.filter((take) => take.camera === camera)
    return mine.some((take) => {
      const last = take.segments.at(-1)
      const reached = last && stretchOf(take, last)
      return reached !== undefined && reached.toMs >= toMs
    })
  })
}
