// A recording's rig through its merge: checked once before the film begins, then life by life how the film is drawn and who keeps an eye on it.
// Never looks at a film that is drawn as its rows say.

import type { Clock } from '../../base/clock.ts'
import { EzrecError } from '../../base/errors.ts'
import { turnsOf } from '../../capture/arrangement.ts'
import { findRecording } from '../../capture/recording-store.ts'
import type { Recording } from '../../capture/recording.ts'
import type { SegmentLog } from '../../capture/segment-log.ts'
import type { Camera } from '../../capture/take.ts'
import type { FilmGrid } from '../../check/timeline.ts'
import { calibrationOf, fixCalibration, fixedCalibrationOf, type FilmCalibration } from '../film-calibration.ts'
import type { FollowerOptions } from '../follower.ts'
import { decodedPictures } from '../framed-pictures.ts'
import type { Layout, Sizes } from '../layouts/canvas.ts'
import { formOf, layoutOf, openLayout, sizesOf } from '../layouts/layout-of.ts'
import { sideBySideWithin } from '../layouts/within.ts'
import { openTrackReader, type TrackReader } from '../track-reader.ts'
import { checkRig } from './check-rig.ts'
import { settleDrawing, tellRedrawn, type FilmDrawing } from './film-drawing.ts'
import { openFilmRig, openKnownTurn } from './film-rig.ts'
import { listLooks, listRedrawn } from './rig-store.ts'
import { tellVerdict, type RigTelling } from './tell-rig.ts'

/** `live`: a rig that has moved is noticed before and during the film, and fitted again for the films to come, too; `own`: for this film alone;
 *  `off`: the film is drawn as its rows say. */
export type RigWatching = 'live' | 'own' | 'off'

export type RecordingRigOptions = RigTelling & {
  readonly clock: Clock
  /** Where the rig's calibrations are kept. */
  readonly home: string
  readonly rigWatch: RigWatching
}

/** Where its pictures are. */
export type Footage = { readonly log: SegmentLog; readonly grid: FilmGrid }

/** The recording with the calibration that its film goes by, or with the reason why there is none; `undefined` when the signal aborts. */
export async function withCalibration(
  options: RecordingRigOptions,
  recording: Recording,
  footage: Footage,
  signal: AbortSignal,
): Promise<Recording | undefined> {
  const check = (calibration: FilmCalibration): Promise<FilmCalibration | string> =>
    checkRig({ ...rigOptions(options, recording, footage, signal), fps: recording.fps }, calibration, signal)
  const isSeen = options.rigWatch !== 'off' && footage.grid.bootId !== nobody
  try {
    await fixCalibration({ ...options, ...(isSeen ? { check } : {}) }, recording)
  } catch (error) {
    if (signal.aborted) return undefined
    throw error
  }
  return findRecording(options.db, recording.id)
}

/** The boot of a film whose cameras gave nothing. */
const nobody = 'none'

export type Drawings = {
  /** As the film begins: its canvas is the film's. */
  readonly begun: Layout
  /** From a frame on, with which a chunk begins. */
  at(frame: number, chunkFrames: number, signal: AbortSignal): Promise<Pick<FollowerOptions, 'layout' | 'calibration' | 'openRig'>>
}

export function openDrawings(options: RecordingRigOptions, recording: Recording, footage: Footage): Drawings {
  const begun = layoutOrFault(recording)
  if (typeof begun === 'string') return undrawn(options, recording, begun)
  const calibration = calibrationOf(recording)
  const synced = fixedCalibrationOf(recording) // of a layout that is not drawn by it
  if (!calibration) return { begun, at: async () => ({ layout: begun, calibration: synced }) }
  let opened: { readonly layout: Layout; readonly key: string } = { layout: begun, key: keyOf({ drawn: 'panorama', calibration }) }
  return {
    begun,
    at: async (frame, chunkFrames, signal) => {
      const rig = rigOptions(options, recording, footage, signal)
      const drawing = await settleDrawing({ ...rig, begun: calibration }, frame, signal)
      if (opened.key !== keyOf(drawing)) opened = { layout: openDrawing(drawing, rig.size, begun), key: keyOf(drawing) }
      const openRig: FollowerOptions['openRig'] = (onNote) =>
        options.rigWatch === 'off' || drawing.until !== undefined
          ? openKnownTurn(drawing.until)
          : openFilmRig({
              ...drawing,
              size: rig.size,
              fps: recording.fps,
              chunkFrames,
              looks: listLooks(options.db, recording.id, drawing.since),
              onNote,
              onVerdict: (verdict) => {
                if (drawing.drawn === 'side-by-side' && verdict.is !== 'steady') return // told when it moved
                try {
                  tellVerdict(options, recording.id, verdict)
                } catch (error) {
                  options.logger.warn({ recording: recording.id, err: error }, 'how the rig stands could not be noted') // the film is worth more
                }
              },
            })
      return { layout: opened.layout, calibration: drawing.calibration, openRig }
    },
  }
}

function layoutOrFault(recording: Recording): Layout | string {
  try {
    return layoutOf(recording)
  } catch (error) {
    if (error instanceof EzrecError && error.code === 'invalid') return error.message
    throw error
  }
}

/** A film that was begun by a calibration that is refused since: what is left of it stands side by side in its canvas. */
function undrawn({ db, clock, logger }: RecordingRigOptions, recording: Recording, because: string): Drawings {
  const layout = sideBySideWithin(sizesOf(recording), formOf(recording).canvas)
  return {
    begun: layout,
    at: async (firstFrame) => {
      if (listRedrawn(db, recording.id).at(-1)?.drawn === 'side-by-side') return { layout }
      logger.warn({ recording: recording.id, because }, 'a panorama goes on side by side')
      tellRedrawn({ db, clock }, recording.id, { firstFrame, drawn: 'side-by-side', calibration: undefined, because })
      return { layout }
    },
  }
}

const keyOf = ({ drawn, calibration }: Pick<FilmDrawing, 'drawn' | 'calibration'>): string => `${drawn} ${JSON.stringify(calibration)}`

const openDrawing = ({ drawn, calibration }: FilmDrawing, sizes: Sizes, { canvas }: Layout): Layout =>
  drawn === 'panorama'
    ? openLayout({ layout: 'panorama', mainCamera: 'left', insetCorner: 'top-left' }, sizes, calibration)
    : sideBySideWithin(sizes, canvas)

function rigOptions(
  { db, clock, logger, home, rigWatch }: RecordingRigOptions,
  recording: Recording,
  { log, grid }: Footage,
  signal: AbortSignal,
) {
  const camera = { width: recording.cameraWidth, height: recording.cameraHeight }
  const turns = turnsOf(recording)
  const open = (side: Camera, fromFrame: number): TrackReader =>
    openTrackReader({ log, grid, clock, logger, signal, camera: side, fromFrame, read: decodedPictures(camera, turns[side]) })
  return {
    db,
    clock,
    logger,
    home,
    open,
    size: sizesOf(recording),
    turns,
    keepsRefits: rigWatch === 'live',
    recordingId: recording.id,
    rigId: recording.rigId,
  }
}
