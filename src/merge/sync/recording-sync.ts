// Sync of a recording that is merged: from its rows, with what an interrupted merge had seen.
// Never holds a film up for long, and never costs one: without a measurement the capture clocks decide.

import type { Database } from '../../adapters/sqlite.ts'
import type { Logger } from '../../base/logger.ts'
import { cameras, type Camera } from '../../capture/take.ts'
import type { PictureSize } from '../picture.ts'
import type { Calibration } from '../stitch/calibration.ts'
import { canvasWindowOf } from '../stitch/canvas-window.ts'
import type { TrackReader } from '../track-reader.ts'
import { leadInFrames, lookAtLeadIn, openFilmSync, seeAgain, unfinishedFrom, type FilmSync } from './film-sync.ts'
import { keepLeadIn, listSynced, readLeadIn, type SyncNote } from './sync-store.ts'

export type RecordingSyncOptions = {
  readonly db: Database
  readonly logger: Logger
  readonly recordingId: string
  readonly calibration: Calibration | undefined
  /** Of the pictures as they are shown, turned. */
  readonly size: Readonly<Record<Camera, PictureSize>>
  readonly fps: number
  readonly onNote: (note: SyncNote) => void
  readonly signal: AbortSignal
}

/** `undefined` without a calibration. Readers are opened for what was before the film, or before the next chunk, and closed again. */
export async function openRecordingSync(
  options: RecordingSyncOptions,
  open: (camera: Camera, fromFrame: number) => TrackReader,
): Promise<FilmSync | undefined> {
  const { db, recordingId, calibration, size, fps } = options
  if (!calibration || !hasCanvas(calibration, options)) return undefined
  const chunks = listSynced(db, recordingId)
  if (chunks.length === 0 && !readLeadIn(db, recordingId)) {
    const first = -leadInFrames(fps)
    const readers = { left: open('left', first), right: open('right', first) }
    const seen = await lookAtLeadIn({ calibration, size, fps }, readers)
      .catch((error: unknown) => {
        if (options.signal.aborted) throw error
        options.logger.warn(
          { recording: recordingId, err: error },
          'what was before the film cannot be seen: the clocks decide how it begins',
        )
        return { is: 'refused', why: 'too-short', cells: 0, moving: 0 } as const
      })
      .finally(() => closeAll(readers))
    keepLeadIn(db, recordingId, seen)
  }
  const sync = openFilmSync({ ...options, calibration, chunks, leadIn: readLeadIn(db, recordingId) })
  const from = unfinishedFrom(chunks)
  const again = chunks.find(({ firstFrame }) => firstFrame >= from)
  if (again) {
    const readers = { left: open('left', from), right: open('right', from + again.shift) }
    await seeAgain(sync, chunks, readers)
      .catch((error: unknown) => {
        if (options.signal.aborted) throw error
        options.logger.warn({ recording: recordingId, err: error }, 'what an interrupted merge had seen cannot be seen again')
      })
      .finally(() => closeAll(readers))
  }
  return sync
}

/** A calibration without a canvas is refused where it is made; here it must not cost the film. */
function hasCanvas(calibration: Calibration, { logger, recordingId }: RecordingSyncOptions): boolean {
  try {
    canvasWindowOf(calibration)
    return true
  } catch (error) {
    logger.warn({ recording: recordingId, err: error }, 'the pictures cannot be compared, the capture clocks decide')
    return false
  }
}

const closeAll = async (readers: Readonly<Record<Camera, TrackReader>>): Promise<void> =>
  void (await Promise.all(cameras.map((camera) => readers[camera].close())))
