// Whether the footage that a recording was made of is still there, before it is merged once more.
// Never reads a segment: that a file has gone is enough.

import { existsSync } from 'node:fs'
import path from 'node:path'
import { EzrecError } from '../../src/base/errors.ts'
import { inputs } from '../../src/capture/input.ts'
import { filmFrames, type Recording } from '../../src/capture/recording.ts'
import type { SegmentLog } from '../../src/capture/segment-log.ts'
import { segmentFile } from '../../src/capture/segment-writer.ts'
import { placeSegments } from '../../src/check/timeline.ts'

/** Errors: conflict when it is still being recorded or was never merged, not_found when footage of its window is gone. */
export async function assertTracksKept(recording: Recording, log: SegmentLog): Promise<void> {
  const { id, origin, startsAtMs, fps, steps } = recording
  const captured = steps.some(({ name, state }) => name === 'capture' && state === 'done')
  if (!origin || !captured)
    throw new EzrecError('conflict', `recording ${id} is not captured to its end`, {
      hint: 'wait until its film is published; ./ezrec booking list shows how far it is',
      facts: { recording: id },
    })
  await log.refresh()
  const grid = { bootId: origin.bootId, originUs: origin.us, startsAtMs, fps }
  const frames = filmFrames(recording)
  const files = inputs.flatMap((input) => {
    const placed = placeSegments(grid, input, log.takes)
    const needed = placed.filter(({ firstFrame }, n) => firstFrame < frames && (placed[n + 1]?.firstFrame ?? Number.MAX_SAFE_INTEGER) > 0)
    return needed
      .filter(({ take, number }) => isClosed(take.segments, number))
      .map(({ take, number }) => path.join(take.folder, segmentFile(number)))
  })
  const gone = files.filter((file) => !existsSync(file)).length
  if (files.length > 0 && gone === 0) return
  throw new EzrecError('not_found', `${gone} of ${files.length} segments of recording ${id} are no longer kept`, {
    hint: 'footage goes when room is needed; the film that was made of it stays',
    facts: { recording: id, gone, segments: files.length },
  })
}

const isClosed = (segments: readonly { readonly number: number }[], number: number): boolean =>
  segments.some((segment) => segment.number === number)
