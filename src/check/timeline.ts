// Where each segment's pictures stand in the film: capture time on the grid of the film's rate, never arrival, never counting.
// Pure; the follower composes by it live and after a restart, and coverage is judged by it.

import type { Input } from '../capture/input.ts'
import type { Camera, Take } from '../capture/take.ts'
import { offsetAt, ticksToUs } from './camera-clock.ts'

/** The film's first frame on the clocks, and its rate. */
export type FilmGrid = { readonly bootId: string; readonly originUs: number; readonly startsAtMs: number; readonly fps: number }

/** A segment placed: its first picture is film frame `firstFrame` (may be negative: the lead-in); by its clock it was captured at `exactFrame`. */
export type PlacedSegment = {
  readonly take: Take
  readonly number: number
  readonly firstTicks: number
  readonly firstFrame: number
  readonly exactFrame: number
}

/** A camera's picture keeps its place until it is this many frames off, so that jitter near a half does not make it dither. */
const hysteresisFrames = 0.55

/** The segments of one camera, or of the sound, that have a place, in order; those whose clock is not yet known are left out, with all after them. */
export function placeSegments(grid: FilmGrid, camera: Input, takes: readonly Take[]): PlacedSegment[] {
  return takes.filter((take) => take.camera === camera).flatMap((take) => placeTake(grid, take))
}

function placeTake(grid: FilmGrid, take: Take): PlacedSegment[] {
  const placed: PlacedSegment[] = []
  for (const { number, firstTicks } of take.opened) {
    const exact = exactFrame(grid, take, firstTicks)
    if (exact === undefined) break
    const before = placed.at(-1)
    const expected = before && before.firstFrame + framesBetween(before.firstTicks, firstTicks, grid.fps)
    const firstFrame = expected !== undefined && Math.abs(exact - expected) <= hysteresisFrames ? expected : Math.round(exact)
    placed.push({ take, number, firstTicks, firstFrame, exactFrame: exact })
  }
  return placed
}

/** The film frame, with its fraction, at which a picture of this time stamp was captured. */
export function exactFrame(grid: FilmGrid, take: Take, ticks: number): number | undefined {
  const offset = offsetAt(take, ticks)
  if (!offset) return undefined
  const sinceOriginUs =
    take.bootId === grid.bootId
      ? ticksToUs(ticks) + offset.monotonicUs - grid.originUs
      : ticksToUs(ticks) + offset.utcUs - grid.startsAtMs * 1_000
  return (sinceOriginUs * grid.fps) / 1e6
}

/** Whole frames between two time stamps of one camera. */
export const framesBetween = (fromTicks: number, toTicks: number, fps: number): number => Math.round(((toTicks - fromTicks) * fps) / 90_000)

/** The film's origin: where the booking starts on the monotonic clock, moved by at most half a frame onto the pictures of a camera.
 *  `undefined` until a take of this camera has a clock. */
export function chooseOrigin(
  startsAtMs: number,
  fps: number,
  takes: readonly Take[],
  camera: Camera,
): { bootId: string; us: number } | undefined {
  for (const take of takes.filter((each) => each.camera === camera)) {
    const first = take.opened[0]
    const offset = first && offsetAt(take, first.firstTicks)
    const label = take.anchors[0]
    if (!first || !offset || !label) continue
    const startUs = label.monotonicUs + (startsAtMs - label.utcMs) * 1_000
    const frames = ((ticksToUs(first.firstTicks) + offset.monotonicUs - startUs) * fps) / 1e6
    return { bootId: take.bootId, us: Math.round(startUs + ((frames - Math.round(frames)) * 1e6) / fps) }
  }
  return undefined
}
