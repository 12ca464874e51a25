// Which pictures of a camera's footage are within a match, and so may leave the box as its track; at which packets that is cut.
// Pure. What the film does not show of a camera's time is in no track: the same clock decides for both.

import { exactFrame, type FilmGrid } from '../../check/timeline.ts'
import type { PictureStart } from '../../capture/mpegts/reader.ts'
import { cameras, type Camera, type Segment, type Take } from '../../capture/take.ts'
import { runsOf, type IsThere } from '../clips/clip-policy.ts'

/** Closed segments of one take that follow one another, of which some may lie across an edge of the window. */
export type TrackRun = { readonly camera: Camera; readonly take: Take; readonly segments: readonly Segment[] }

/** A match on the clocks, and how many frames its film has. */
export type TrackWindow = { readonly grid: FilmGrid; readonly frames: number }

/** In the order in which they were captured, camera by camera. */
export function trackRuns(window: TrackWindow, takes: readonly Take[], isThere: IsThere): TrackRun[] {
  return cameras.flatMap((camera) =>
    takes
      .filter((take) => take.camera === camera)
      .flatMap((take) => {
        const touching = take.segments.filter(
          (segment) =>
            isBehindStart(window, take, segment.lastTicks) && isBeforeEnd(window, take, segment.firstTicks) && isThere(take, segment),
        )
        return runsOf(touching).map((segments): TrackRun => ({ camera, take, segments }))
      }),
  )
}

/** From the packet `from` to that before `to`, in bytes of the file; `undefined` when nothing of it is within, or it cannot be decoded alone. */
export function cutPictures(
  window: TrackWindow,
  take: Take,
  pictures: readonly PictureStart[],
  fileBytes: number,
): { readonly from: number; readonly to: number } | undefined {
  // Pictures behind a key frame may be shown before it: all that follow it must be within.
  const outside = pictures.findLastIndex(({ ticks }) => !isBehindStart(window, take, ticks))
  const first = pictures.findIndex(({ key }, n) => key && n > outside)
  const end = pictures.findIndex(({ ticks }) => !isBeforeEnd(window, take, ticks))
  const [from, to] = [pictures[first]?.at, end < 0 ? fileBytes : pictures[end]?.at]
  return from === undefined || to === undefined || to <= from ? undefined : { from, to }
}

/** A picture belongs to the film's frame that it is nearest to. */
const isBehindStart = ({ grid }: TrackWindow, take: Take, ticks: number): boolean => (exactFrame(grid, take, ticks) ?? -Infinity) >= -0.5

const isBeforeEnd = ({ grid, frames }: TrackWindow, take: Take, ticks: number): boolean =>
  (exactFrame(grid, take, ticks) ?? Infinity) < frames - 0.5
