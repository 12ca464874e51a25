// Before a panorama begins: whether its rig stands as the calibration says. One that has moved is fitted again, and the film drawn by that; or not as a panorama.
// Never holds a film up for longer than a look and a fit may take, and never costs one.

import type { Camera } from '../../capture/take.ts'
import { instant } from '../../booking/booking.ts'
import { spelledOut, type FilmCalibration } from '../film-calibration.ts'
import type { PictureSize } from '../picture.ts'
import type { PairTurns } from '../stitch/calibration.ts'
import type { TrackReader } from '../track-reader.ts'
import { lookBefore, lookFrom, type LookBefore } from './look-before.ts'
import { keepRefit, refitRig } from './refit.ts'
import { movedInWords, tellRefit, tellVerdict, type RigTelling } from './tell-rig.ts'

export type CheckRigOptions = RigTelling & {
  readonly recordingId: string
  readonly rigId: string
  readonly home: string
  /** A rig that is fitted again has that calibration from now on. */
  readonly keepsRefits: boolean
  /** Of the pictures as they are shown, turned. */
  readonly size: Readonly<Record<Camera, PictureSize>>
  readonly turns: PairTurns
  readonly fps: number
  readonly open: (camera: Camera, fromFrame: number) => TrackReader
}

/** What the film is to be drawn by, or why it cannot be a panorama. Errors: canceled, or the signal's reason. */
export async function checkRig(
  options: CheckRigOptions,
  calibration: FilmCalibration,
  signal: AbortSignal,
): Promise<FilmCalibration | string> {
  const { recordingId, clock, home, rigId, size, turns } = options
  const { verdict, frames } = await lookAt(options, calibration, signal)
  if (verdict.is !== 'moved') return calibration // what cannot be told is looked at again through the film
  tellVerdict(options, recordingId, verdict)
  const madeAt = instant(Math.round(clock.nowMs()))
  const refit = await refitRig({ sizes: size, turns, frames, madeAt }, signal)
  const file =
    refit.is === 'accepted' && options.keepsRefits
      ? await keepRefit(refit, { home, rigId, madeAt }).catch((error: unknown) => notKept(options, error))
      : undefined
  tellRefit(options, recordingId, refit, file)
  return refit.is === 'accepted'
    ? spelledOut(refit.calibration)
    : `${movedInWords(verdict)}, and it could not be fitted again: ${refit.why}`
}

async function lookAt(options: CheckRigOptions, calibration: FilmCalibration, signal: AbortSignal): Promise<LookBefore> {
  const { open, fps, logger, recordingId } = options
  const from = lookFrom(fps)
  const readers = { left: open('left', from), right: open('right', from) }
  try {
    return await lookBefore({ ...options, calibration }, readers)
  } catch (error) {
    if (signal.aborted) throw error
    logger.warn({ recording: recordingId, err: error }, 'the rig could not be looked at before the film')
    return { verdict: { is: 'unknown', why: 'not-yet' }, frames: [] }
  } finally {
    await Promise.all([readers.left.close(), readers.right.close()])
  }
}

/** A full disk: this film is drawn by it all the same. */
function notKept({ logger, recordingId }: CheckRigOptions, error: unknown): undefined {
  logger.error({ recording: recordingId, err: error }, 'the new calibration of the rig could not be kept')
}
