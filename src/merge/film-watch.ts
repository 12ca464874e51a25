// Whether each camera shows anything, looked at once a second while a film is composed, and noted.
// Decides nothing: src/check/picture-health.ts does. Never disturbs the film: what cannot be noted is told in the log.

import type { Database } from '../adapters/sqlite.ts'
import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import { cameras, type Camera } from '../capture/take.ts'
import { openPictureWatch, samplePicture, type FaultyStretch } from '../check/picture-health.ts'
import { listPictureFaults, notePictureFault } from './picture-faults.ts'
import type { PictureSize } from './picture.ts'
import type { Shown } from './track-reader.ts'

export type FilmWatchOptions = {
  readonly db: Database
  readonly clock: Clock
  readonly logger: Logger
  readonly recordingId: string
  readonly fps: number
  /** With this frame the life of the merge begins: what was told until then goes on in its stretch. */
  readonly fromFrame: number
  /** Of a camera's picture as it is turned. */
  readonly sizeOf: (camera: Camera) => PictureSize
}

export type FilmWatch = {
  see(camera: Camera, frame: number, shown: Shown): void
  /** The film's end, as it stands now, lies before this frame. */
  end(frames: number): void
}

export function openFilmWatch({ db, clock, logger, recordingId, fps, fromFrame, sizeOf }: FilmWatchOptions): FilmWatch {
  const known = listPictureFaults(db, recordingId).filter(
    (each) => each.firstFrame < fromFrame && each.firstFrame + each.frames >= fromFrame,
  )
  const open = (camera: Camera) =>
    openPictureWatch(
      fps,
      known.findLast((each) => each.camera === camera),
    )
  const watches = { left: open('left'), right: open('right') }
  const note = (camera: Camera, stretch: FaultyStretch | undefined): void => {
    if (!stretch) return
    try {
      notePictureFault(db, recordingId, { camera, ...stretch }, clock.nowMs())
    } catch (error) {
      logger.warn({ recording: recordingId, camera, err: error }, 'a suspicion could not be noted') // the film is worth more
    }
  }
  return {
    see: (camera, frame, shown) => {
      if (frame % fps !== 0) return
      if (shown.is === 'missing') return watches[camera].miss()
      const { width, height } = sizeOf(camera)
      note(camera, watches[camera].see(frame, samplePicture(shown.data, width, height)))
    },
    end: (frames) => cameras.forEach((camera) => note(camera, watches[camera].end(frames))),
  }
}
