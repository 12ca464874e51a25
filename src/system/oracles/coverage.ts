// Invariant 2: for each recording and camera, and the sound where it was asked for, segments and explained gaps together are the window, within a second.
// Never reads the footage: what the rows say of it is compared.

import { filmFrames, type Recording } from '../../capture/recording.ts'
import { inputs } from '../../capture/input.ts'
import { listTakes } from '../../capture/stored-takes.ts'
import { cameras } from '../../capture/take.ts'
import { coveredSpans } from '../../check/coverage.ts'
import { listGaps } from '../../merge/chunk-store.ts'
import { findVideoOf } from '../../publish/video.ts'
import type { Finding, Home, Oracle } from '../oracle.ts'
import { listRecordings } from '../recording-rows.ts'

export const coverageOracle: Oracle = {
  name: 'segments and gaps are the window',
  findings: (home) => Promise.resolve(listRecordings(home.db).flatMap((recording) => judge(home, recording))),
}

/** Judged when the merge has told every gap. */
function judge({ db, takesFolder }: Home, recording: Recording): Finding[] {
  const { id, fps, origin, steps } = recording
  if (!origin || steps.some(({ name, state }) => (name === 'capture' || name === 'merge') && state !== 'done')) return []
  const frames = filmFrames(recording)
  const grid = { bootId: origin.bootId, originUs: origin.us, startsAtMs: recording.startsAtMs, fps }
  const video = findVideoOf(db, id)
  const takes = listTakes(db, takesFolder, { during: recording, erased: video?.removed !== undefined || video?.published?.sha256 != null }) // from then on footage may be evicted
  const gaps = listGaps(db, id)
  return (recording.sound ? inputs : cameras).flatMap((camera) => {
    const covered = coveredSpans(grid, camera, takes, frames).reduce((sum, span) => sum + span.frames, 0)
    const own = gaps.filter((gap) => gap.camera === camera)
    // Silence was captured: the segments are there.
    const told = own.filter(({ cause }) => cause !== 'silent').reduce((sum, gap) => sum + Math.min(gap.frames, frames - gap.firstFrame), 0)
    const about = `recording ${id}, ${camera === 'sound' ? camera : `${camera} camera`}`
    return [...sumFindings(about, { frames, covered, told, fps }), ...causeFindings(about, own)]
  })
}

/** Pure: what is missing beyond a second without being told, or told as missing although it is there. */
export function sumFindings(
  about: string,
  { frames, covered, told, fps }: { frames: number; covered: number; told: number; fps: number },
): Finding[] {
  const unexplained = frames - covered - told
  const seconds = (count: number): string => `${(count / fps).toFixed(2)} s`
  if (Math.abs(unexplained) <= fps) return []
  const sums = `window ${seconds(frames)}, segments ${seconds(covered)}, gaps ${seconds(told)}`
  return unexplained > 0
    ? [
        {
          path: about,
          fault: `${seconds(unexplained)} are missing and no gap says so: ${sums}`,
          mend: 'look for the segments in its takes; report this if none was removed',
        },
      ]
    : [
        {
          path: about,
          fault: `the film shows ${seconds(-unexplained)} less than the segments hold: ${sums}`,
          mend: 'run ./ezrec fsck --deep: a damaged segment is told there; else report this',
        },
      ]
}

const causeFindings = (about: string, gaps: readonly { cause: string; firstFrame: number }[]): Finding[] =>
  gaps
    .filter(({ cause }) => cause.trim() === '')
    .map(({ firstFrame }) => ({
      path: about,
      fault: `the gap at frame ${firstFrame} has no cause`,
      mend: 'report this with the logs of that day',
    }))
