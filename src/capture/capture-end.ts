// Whether a recording's capture is over: no picture, or no sound, that belongs to its window can still arrive. Nobody's capture waits for the sound.
// Pure: values in, a verdict out.

import type { Take } from './take.ts'

/** How far a camera's arrival may lag behind its capture instant. */
const slackMs = 1_500

/** True when the window has passed and each take either ended or is recording later time. */
export function captureEnd(
  recording: { readonly rigId: string; readonly endsAtMs: number },
  takes: readonly Take[],
  nowMs: number,
  of: 'pictures' | 'sound' = 'pictures',
): boolean {
  if (nowMs < recording.endsAtMs) return false
  return takes
    .filter(
      (take) => (take.camera === 'sound') === (of === 'sound') && take.rigId === recording.rigId && take.begunAtMs < recording.endsAtMs,
    )
    .every((take) => take.ended !== undefined || (take.segments.length > 0 && closedUntilMs(take) >= recording.endsAtMs + slackMs))
}

/** Wall time up to which a take's segments are closed, by its newest anchor before it. */
function closedUntilMs(take: Take): number {
  const last = take.segments.at(-1)
  const anchor = take.anchors.findLast((each) => each.ticks <= (last?.lastTicks ?? 0)) ?? take.anchors[0]
  return last && anchor ? anchor.utcMs + (last.lastTicks - anchor.ticks) / 90 : 0
}
