// Which calibration a film goes by: the rig's current one when the merge begins, fixed in the recording's row with its canvas and seam. A panorama is
// drawn by it, and every film that shows both cameras is brought in step by it. Never holds a film up: without one that fits, a panorama is drawn side
// by side and the capture clocks alone put the cameras in step; both say why.

import { addEvent } from '../adapters/log-tables.ts'
import type { Database } from '../adapters/sqlite.ts'
import type { Clock } from '../base/clock.ts'
import { errnoOf, messageOf } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import { turnsOf } from '../capture/arrangement.ts'
import type { Recording } from '../capture/recording.ts'
import { mergedUntil, readInit } from './chunk-store.ts'
import { openPanorama } from './layouts/panorama.ts'
import { turnedSize, type PictureSize } from './picture.ts'
import { assertFits, calibrationSchema, type Calibration, type CanvasWindow } from './stitch/calibration.ts'
import { canvasWindowOf } from './stitch/canvas-window.ts'
import { readRigCalibration } from './stitch/rig-calibration.ts'
import type { Seam } from './stitch/seam.ts'
import { geometryOf } from './stitch/stitch-geometry.ts'

/** A calibration as films are drawn by it: nothing is left to be worked out again by a later version. */
export type FilmCalibration = Calibration & { readonly canvas: CanvasWindow; readonly seam: Seam }

export type FixCalibrationOptions = {
  readonly db: Database
  readonly clock: Pick<Clock, 'nowMs'>
  readonly logger: Logger
  /** Where the rig's calibrations are kept. */
  readonly home: string
  /** Compares it with what the cameras show: what the film is to be drawn by, or why it can be no panorama. */
  readonly check?: (calibration: FilmCalibration) => Promise<FilmCalibration | string>
}

/** Once for a recording; does nothing to one that shows a single camera. Only a panorama is checked, and only it suffers without. */
export async function fixCalibration(options: FixCalibrationOptions, recording: Recording): Promise<void> {
  const { db, home, check } = options
  if (recording.layout === 'single') return
  if (recording.calibration !== undefined) {
    const fault = fixedFault(db, recording)
    return fault === undefined ? undefined : fix(options, recording, fault)
  }
  const current = await wanted(db, home, recording)
  fix(
    options,
    recording,
    typeof current === 'string' || !check || recording.layout !== 'panorama' ? current : orFault(await check(current)),
  )
}

/** What an earlier version fixed and this one refuses to draw, of a film that is not begun. */
function fixedFault(db: Database, recording: Recording): string | undefined {
  const fixed = calibrationOf(recording)
  const tried = fixed && !isBegun(db, recording.id) ? orFault(fixed) : undefined
  return typeof tried === 'string' ? tried : undefined
}

function fix({ db, clock, logger }: FixCalibrationOptions, recording: Recording, found: FilmCalibration | string): void {
  const isPanorama = recording.layout === 'panorama'
  const fault = typeof found === 'string' ? found : null
  db.transaction(() => {
    db.run(
      'update recording set calibration = ?, calibration_fault = ? where id = ? and calibration is ?',
      typeof found === 'string' ? '' : JSON.stringify(found),
      fault,
      recording.id,
      recording.calibration ?? null,
    )
    if (fault !== null && isPanorama)
      addEvent(db, {
        atMs: Math.round(clock.nowMs()),
        kind: 'recording.degraded',
        subjectId: recording.id,
        facts: { asked: 'panorama', fault },
      })
  })
  if (fault === null) return
  if (isPanorama) logger.warn({ recording: recording.id, fault }, 'a panorama was asked for: the film is drawn side by side')
  else logger.info({ recording: recording.id, fault }, 'the film is not synced by its pictures: the capture clocks decide')
}

/** The calibration, or why there is none. */
async function wanted(db: Database, home: string, recording: Recording): Promise<FilmCalibration | string> {
  if (isBegun(db, recording.id)) return 'the film was begun by a version that fixed no calibration'
  try {
    const current = await readRigCalibration(home, recording.rigId)
    if (!current) return 'the rig has no calibration: ./ezrec calibrate'
    const size: PictureSize = { width: recording.cameraWidth, height: recording.cameraHeight }
    assertFits(current, turnedSize(size, recording.rotation.left), turnedSize(size, recording.rotation.right), turnsOf(recording))
    return recording.layout === 'panorama' ? drawable(spelledOut(current)) : readable(spelledOut(current))
  } catch (error) {
    return faultOf(error)
  }
}

const isBegun = (db: Database, recordingId: string): boolean =>
  mergedUntil(db, recordingId).chunks > 0 || readInit(db, recordingId) !== undefined

function drawable(whole: FilmCalibration): FilmCalibration {
  openPanorama(readable(whole)) // what this machine cannot draw would fail each time
  return whole
}

/** What is fixed must be read again in every life. */
function readable(whole: FilmCalibration): FilmCalibration {
  calibrationSchema.parse(whole)
  return whole
}

function orFault(checked: FilmCalibration | string): FilmCalibration | string {
  if (typeof checked === 'string') return checked.slice(0, mostFault)
  try {
    return drawable(checked)
  } catch (error) {
    return faultOf(error)
  }
}

const mostFault = 200

function faultOf(error: unknown): string {
  if (isOfMachine(error)) throw error
  return messageOf(error).slice(0, mostFault)
}

/** What says nothing of the calibration: it will be had when the machine has room again. */
const isOfMachine = (error: unknown): boolean =>
  ['EMFILE', 'ENFILE', 'ENOMEM', 'EAGAIN', 'EIO'].includes(
    errnoOf(error) ?? errnoOf(error instanceof Error ? error.cause : undefined) ?? '',
  )

/** With canvas and seam. Errors: invalid, when the pictures do not meet. */
export function spelledOut(calibration: Calibration): FilmCalibration {
  const canvas = canvasWindowOf(calibration)
  return { ...calibration, canvas, seam: calibration.seam ?? geometryOf({ ...calibration, canvas }).seam }
}

/** What a panorama is drawn by, as it was fixed; `undefined` where there is none. */
export const calibrationOf = (recording: Pick<Recording, 'layout' | 'calibration'>): FilmCalibration | undefined =>
  recording.layout === 'panorama' ? fixedCalibrationOf(recording) : undefined

/** As it was fixed, in whatever layout: the cameras are brought in step by it. */
export const fixedCalibrationOf = ({ calibration }: Pick<Recording, 'calibration'>): FilmCalibration | undefined =>
  calibration ? spelledOut(calibrationSchema.parse(JSON.parse(calibration))) : undefined

/** Why a panorama that was asked for is none. */
export const calibrationFaultOf = (db: Database, recordingId: string): string | null =>
  faultIn(db.get("select calibration_fault from recording where id = ? and layout = 'panorama'", recordingId))

/** Why a film of whatever layout has no calibration. */
export const uncalibratedBecause = (db: Database, recordingId: string): string | null =>
  faultIn(db.get('select calibration_fault from recording where id = ?', recordingId))

function faultIn(row: Readonly<Record<string, unknown>> | undefined): string | null {
  const fault = row?.['calibration_fault']
  return typeof fault === 'string' ? fault : null
}

/** What was fixed is forgotten: for a copy of a recording that is to be merged by another calibration. */
export function refixCalibration(db: Database, recordingId: string, calibration: FilmCalibration | undefined): void {
  db.run(
    'update recording set calibration = ?, calibration_fault = null where id = ?',
    calibration ? JSON.stringify(calibration) : null,
    recordingId,
  )
}
