// The check step of a recording: every closed segment of its window still holds what its journal says, read back from the disk.
// Follows capture; changes nothing. A segment that does not hold is told at once, and the film shows a card or the decoder's best there.

import { createReadStream } from 'node:fs'
import { createHash } from 'node:crypto'
import path from 'node:path'
import { addEvent } from '../adapters/log-tables.ts'
import type { Database } from '../adapters/sqlite.ts'
import type { Clock } from '../base/clock.ts'
import { errnoOf } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import { captureEnd } from '../capture/capture-end.ts'
import { filmFrames, type Recording } from '../capture/recording.ts'
import { findRecording, stepStateOf } from '../capture/recording-store.ts'
import { openSegmentLog, type SegmentLogOptions } from '../capture/segment-log.ts'
import { segmentFile } from '../capture/segment-writer.ts'
import { inputs } from '../capture/input.ts'
import type { Segment, Take } from '../capture/take.ts'
import { segmentsWithin, type UsedSegment } from './coverage.ts'

export type CheckOptions = {
  readonly db: Database
  readonly clock: Clock
  readonly logger: Logger
  readonly takesFolder: string
  /** How boots stand to UTC. */
  readonly labelOf?: SegmentLogOptions['labelOf']
}

/** Segments are seconds long: looking more often would only cost. */
const pollMs = 2_000

/** The last segment of the sound may be closed a segment's length after the pictures', or never. */
const soundPatienceMs = 20_000

/** Resolves when capture is done and every segment of the window was read back; or when the signal aborts. */
export async function checkRecording(
  { db, clock, logger, takesFolder, labelOf }: CheckOptions,
  recordingId: string,
  signal: AbortSignal,
): Promise<void> {
  const recording = findRecording(db, recordingId)
  if (!recording) return
  const log = openSegmentLog({ takesFolder, labelOf, rigId: recording.rigId, sinceMs: recording.startsAtMs })
  const checked = new Set<string>()
  while (!signal.aborted) {
    const captured = stepStateOf(db, recordingId, 'capture') === 'done' && hasGrid(db, recordingId) // asked before the log is read
    await log.refresh()
    const found = findRecording(db, recordingId) ?? recording
    for (const { take, segment } of segmentsOf(log.takes, found)) {
      const key = `${take.id}/${segment.number}`
      if (checked.has(key) || signal.aborted) continue
      checked.add(key)
      if (await holds(take, segment).catch(unreadable)) continue
      logger.error(
        { recording: recordingId, take: take.id, camera: take.camera, segment: segment.number },
        'a segment is not what was written: the disk may be failing',
      )
      addEvent(db, {
        atMs: clock.nowMs(),
        kind: 'segment.damaged',
        subjectId: recordingId,
        facts: { take: take.id, segment: segment.number },
      })
    }
    if (captured && (captureEnd(found, log.takes, clock.nowMs(), 'sound') || clock.nowMs() > found.endsAtMs + soundPatienceMs)) return
    await clock.sleep(hasGrid(db, recordingId) ? pollMs : 200, signal)
  }
}

/** Until the merge has fixed where the film begins, nobody can say which segments are its own. */
const hasGrid = (db: Database, recordingId: string): boolean =>
  findRecording(db, recordingId)?.origin !== undefined || stepStateOf(db, recordingId, 'merge') === 'done'

/** Closed segments that overlap the window, once the film's grid is fixed. */
function segmentsOf(takes: readonly Take[], recording: Recording): UsedSegment[] {
  const { startsAtMs, origin, fps } = recording
  if (!origin) return []
  const grid = { bootId: origin.bootId, originUs: origin.us, startsAtMs, fps }
  return inputs.flatMap((camera) => segmentsWithin(grid, camera, takes, filmFrames(recording)))
}

/** A file that is gone or cannot be read is damaged footage, told like any other, not a step to try for ever. */
function unreadable(error: unknown): boolean {
  if (errnoOf(error) === undefined) throw error
  return false
}

async function holds(take: Take, segment: Segment): Promise<boolean> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const piece of createReadStream(path.join(take.folder, segmentFile(segment.number)))) {
    hash.update(piece)
    bytes += piece.length
  }
  return bytes === segment.bytes && hash.digest('hex') === segment.sha256
}
