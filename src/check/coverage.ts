// How much of a recording's window each camera's footage covers, and why the rest is missing.
// Pure: placed segments in, spans out.

import type { Input } from '../capture/input.ts'
import type { Segment, Take } from '../capture/take.ts'
import { framesBetween, placeSegments, type FilmGrid } from './timeline.ts'

/** Film frames `[first, first + frames)`. */
export type Span = { readonly first: number; readonly frames: number }

/** Why nothing was there at film frame `frame`: told by the newest take that had begun by then, or by the one before it while it was only starting. */
export function causeAt(frame: number, camera: Input, takes: readonly Take[], grid: FilmGrid): string {
  const atMs = grid.startsAtMs + (frame * 1_000) / grid.fps
  for (const take of takes.filter((each) => each.camera === camera && each.begunAtMs <= atMs + startLabelMs).toReversed()) {
    const placed = placeSegments(grid, camera, [take])
    const shown = placed.some(({ firstFrame }) => firstFrame <= frame)
    if (shown && (take.ended === undefined || frame < lastFrameOf(take, grid))) return 'frames-dropped'
    if (take.ended && (shown || placed.length === 0)) return take.ended.cause === 'stopped' ? 'recorder-restarted' : take.ended.cause
  }
  return 'late-start'
}

/** How far the label of a take's beginning may be off its footage. */
const startLabelMs = 200

/** Film frames that the closed segments of a camera, or of the sound, cover within `[0, frames)`, merged. */
export function coveredSpans(grid: FilmGrid, camera: Input, takes: readonly Take[], frames: number): Span[] {
  const spans = placeSegments(grid, camera, takes).flatMap(({ take, number, firstFrame }): Span[] => {
    const segment = take.segments.find((each) => each.number === number)
    return segment ? [clip({ first: firstFrame, frames: lengthOf(take, segment, grid.fps) }, frames)] : []
  })
  return union(spans.filter((span) => span.frames > 0))
}

/** A closed segment in the film: its first picture is film frame `firstFrame` (negative: before the start). */
export type UsedSegment = { readonly take: Take; readonly segment: Segment; readonly firstFrame: number }

/** A camera's closed segments of which a picture lies within film frames `[0, frames)`, in order. */
export function segmentsWithin(grid: FilmGrid, camera: Input, takes: readonly Take[], frames: number): UsedSegment[] {
  const closed = new Map(takes.map((take) => [take.id, new Map(take.segments.map((segment) => [segment.number, segment]))]))
  return placeSegments(grid, camera, takes).flatMap(({ take, number, firstFrame }) => {
    const segment = closed.get(take.id)?.get(number)
    return segment && firstFrame < frames && firstFrame + lengthOf(take, segment, grid.fps) > 0 ? [{ take, segment, firstFrame }] : []
  })
}

/** The share of a film that is not missing, 0 to 1, rounded down to four places: one frame less is never told as all. */
export const shareWithout = (missingFrames: number, frames: number): number =>
  frames === 0 ? 1 : Math.max(0, Math.floor((1 - missingFrames / frames) * 10_000 + 1e-6) / 10_000)

/** The share of the film that is covered, 0 to 1. */
export const shareOf = (spans: readonly Span[], frames: number): number =>
  frames === 0 ? 1 : spans.reduce((sum, span) => sum + span.frames, 0) / frames

/** Film frames that a segment fills: its pictures, but never more than its time stamps have room for. Units of sound are no frames. */
function lengthOf({ camera }: Take, { frames, firstTicks, lastTicks }: Segment, fps: number): number {
  const room = framesBetween(firstTicks, lastTicks, fps) + 1
  return camera === 'sound' ? room : Math.min(frames, room)
}

function lastFrameOf(take: Take, grid: FilmGrid): number {
  const placed = placeSegments(grid, take.camera, [take]).at(-1)
  const segment = take.segments.at(-1)
  return placed && segment ? placed.firstFrame + framesBetween(placed.firstTicks, segment.lastTicks, grid.fps) : Number.NEGATIVE_INFINITY
}

function clip(span: Span, frames: number): Span {
  const first = Math.max(0, span.first)
  return { first, frames: Math.min(frames, span.first + span.frames) - first }
}

function union(spans: readonly Span[]): Span[] {
  const merged: Span[] = []
  for (const span of spans.toSorted((a, b) => a.first - b.first)) {
    const last = merged.at(-1)
    if (last && span.first <= last.first + last.frames)
      merged[merged.length - 1] = { first: last.first, frames: Math.max(last.frames, span.first + span.frames - last.first) }
    else merged.push(span)
  }
  return merged
}
