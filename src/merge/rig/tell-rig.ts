// What is found out about a rig, told to people: in the log, as an event, with pixels and what to do.
// Decides nothing.

import { addEvent, newestEvent, type Event } from '../../adapters/log-tables.ts'
import type { Database } from '../../adapters/sqlite.ts'
import type { Clock } from '../../base/clock.ts'
import type { Logger } from '../../base/logger.ts'
import type { RigVerdict } from '../sync/rig-watch.ts'
import type { Refit } from './refit.ts'

export type RigTelling = {
  readonly db: Database
  readonly clock: Pick<Clock, 'nowMs'>
  readonly logger: Logger
}

const toDo = 'look at both cameras and their mount; when they stand as they should, ./ezrec calibrate'

export function tellVerdict({ db, clock, logger }: RigTelling, recordingId: string, verdict: RigVerdict): void {
  if (verdict.is === 'moved')
    logger.warn({ recording: recordingId, px: verdict.px, beyond: verdict.beyond, hint: toDo }, 'the rig has moved since it was calibrated')
  else logger.info({ recording: recordingId, ...verdict }, 'the rig against its calibration')
  addEvent(db, { atMs: Math.round(clock.nowMs()), kind: `rig.${verdict.is}`, subjectId: recordingId, facts: factsOf(verdict) })
}

const factsOf = (verdict: RigVerdict): Record<string, string | number | boolean> => {
  if (verdict.is === 'unknown') return { why: verdict.why }
  return { px: rounded(verdict.px), ...(verdict.is === 'moved' ? { beyond: verdict.beyond, hint: toDo } : {}) }
}

/** What became of fitting it again; `file`: where the rig's new calibration is, if it is one of the rig. */
export function tellRefit({ db, clock, logger }: RigTelling, recordingId: string, refit: Refit, file: string | undefined): void {
  const atMs = Math.round(clock.nowMs())
  if (refit.is === 'refused') {
    const { code, why, hint } = refit
    logger.warn({ recording: recordingId, code, why, hint }, 'the rig that has moved could not be fitted again')
    return addEvent(db, { atMs, kind: 'rig.refit-refused', subjectId: recordingId, facts: { code, why, hint } })
  }
  const facts = {
    rmsPx: rounded(refit.calibration.quality?.rmsPx ?? 0),
    inliers: refit.calibration.quality?.inliers ?? 0,
    file: file ?? '',
  }
  logger.warn({ recording: recordingId, ...facts, hint: toDo }, 'the rig that has moved was fitted again')
  addEvent(db, { atMs, kind: 'rig.refitted', subjectId: recordingId, facts })
}

/** What was last found out about a rig of this box; `undefined` when nothing was since that instant. */
export const lastOfRig = (db: Database, sinceMs: number): Event | undefined =>
  newestEvent(db, ['rig.moved', 'rig.steady', 'rig.refitted', 'rig.refit-refused'], sinceMs)

/** So begins what is told of a film whose rig has moved. */
export const movedFault = 'the rig has moved'

/** How far, in pixels of the film. */
export const movedInWords = (verdict: RigVerdict): string =>
  verdict.is === 'moved'
    ? `${movedFault} since it was calibrated, by ${verdict.beyond ? 'more than ' : ''}${verdict.px.toFixed(verdict.px < 10 ? 1 : 0)} pixels`
    : 'the rig stands as it was calibrated'

const rounded = (value: number): number => Math.round(value * 100) / 100
