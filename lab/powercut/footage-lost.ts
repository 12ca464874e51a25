// How much of what the cameras had shown by the instant of a cut is no longer there, by the footage's own time stamps.
// Pure: takes as their journals tell them, on the copy after its recovery and on the card that was never cut, and an instant.

import type { Camera, Take } from '../../src/capture/take.ts'
import { offsetAt } from '../../src/check/camera-clock.ts'

/** Milliseconds of a camera's footage between its last picture on the copy (its first one ever, when none is left) and the cut; `undefined`
 *  when it was showing nothing then. */
export function footageLostMs(
  { copy, whole }: { readonly copy: readonly Take[]; readonly whole: readonly Take[] },
  camera: Camera,
  cutMs: number,
  fps: number,
): number | undefined {
  const shown = whole
    .filter((take) => take.camera === camera)
    .findLast((take) => (firstPictureMs(take) ?? Number.POSITIVE_INFINITY) <= cutMs)
  if (!shown || (shown.ended && shown.ended.atMs < cutMs)) return undefined
  const left = copy.find(({ id }) => id === shown.id)
  const last = left && lastPictureMs(left)
  return cutMs - (last === undefined ? (firstPictureMs(shown) ?? cutMs) : last + 1_000 / fps)
}

function firstPictureMs(take: Take): number | undefined {
  const first = take.opened[0]
  return first && utcMs(take, first.firstTicks, first.firstTicks)
}

function lastPictureMs(take: Take): number | undefined {
  const last = take.segments.at(-1)
  return last && utcMs(take, last.firstTicks, last.lastTicks)
}

function utcMs(take: Take, segmentTicks: number, ticks: number): number | undefined {
  const offset = offsetAt(take, segmentTicks)
  return offset && offset.utcUs / 1_000 + ticks / 90
}
