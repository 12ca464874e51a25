// How a panorama is drawn from a frame on: as its recording says, until its rig is moved in mid-film; then by what the rig was fitted to, or side by side.
// What was decided stands in rows, so that a film that is merged again, later or after a kill, is drawn the same. The canvas never changes.

import type { Camera } from '../../capture/take.ts'
import { addEvent } from '../../adapters/log-tables.ts'
import { instant } from '../../booking/booking.ts'
import type { FilmCalibration } from '../film-calibration.ts'
import { openPanorama } from '../layouts/panorama.ts'
import type { PictureSize } from '../picture.ts'
import type { PairTurns } from '../stitch/calibration.ts'
import type { FramePair } from '../stitch/calibrate/read-frames.ts'
import { readRigCalibration } from '../stitch/rig-calibration.ts'
import { openJudgement, type RigVerdict } from '../sync/rig-watch.ts'
import type { TrackReader } from '../track-reader.ts'
import { asksToTurn } from './film-rig.ts'
import { keepRefit, refitRig, type Refit } from './refit.ts'
import { addRedrawn, listLooks, listRedrawn, type Redrawn, type RigLook } from './rig-store.ts'
import { movedInWords, tellRefit, type RigTelling } from './tell-rig.ts'

export type FilmDrawing = Pick<Redrawn, 'drawn'> & {
  /** The one that it is drawn by, or was before its pictures stood side by side. */
  readonly calibration: FilmCalibration
  /** The first frame that is drawn so. */
  readonly since: number
  /** From this frame on it is known to be drawn otherwise. */
  readonly until: number | undefined
}

/** How a film stands at a frame. Pure. */
export function drawingAt(begun: FilmCalibration, redrawn: readonly Redrawn[], frame: number): FilmDrawing {
  const passed = redrawn.filter(({ firstFrame }) => firstFrame <= frame)
  const last = passed.at(-1)
  return {
    drawn: last?.drawn ?? 'panorama',
    calibration: passed.findLast(({ calibration }) => calibration !== undefined)?.calibration ?? begun,
    since: last?.firstFrame ?? 0,
    until: redrawn.find(({ firstFrame }) => firstFrame > frame)?.firstFrame,
  }
}

export type SettleOptions = RigTelling & {
  readonly recordingId: string
  readonly rigId: string
  readonly home: string
  /** A rig that is fitted again has that calibration from now on. */
  readonly keepsRefits: boolean
  /** What the recording is drawn by from its first frame on. */
  readonly begun: FilmCalibration
  /** Of the pictures as they are shown, turned. */
  readonly size: Readonly<Record<Camera, PictureSize>>
  readonly turns: PairTurns
  readonly open: (camera: Camera, fromFrame: number) => TrackReader
}

/** A rig that will not stand still is left alone after so many fits in a film. */
const mostRefits = 3

/** How the film is drawn from a frame on, with which a chunk begins. What the looks at the chunks before ask for is decided now, once. */
export async function settleDrawing(options: SettleOptions, frame: number, signal: AbortSignal): Promise<FilmDrawing> {
  const { db, clock, recordingId, begun } = options
  const redrawn = listRedrawn(db, recordingId)
  const drawing = drawingAt(begun, redrawn, frame)
  if (drawing.until !== undefined || frame <= drawing.since) return drawing
  const looks = listLooks(db, recordingId, drawing.since)
  const verdict = verdictOf(looks, drawing.calibration)
  if (!asksToTurn(drawing.drawn, verdict)) return drawing
  const next =
    drawing.drawn === 'side-by-side' ? back(drawing, frame) : await fitted(options, { drawing, redrawn, looks, verdict, frame }, signal)
  tellRedrawn({ db, clock }, recordingId, next)
  return drawingAt(begun, listRedrawn(db, recordingId), frame)
}

export function tellRedrawn({ db, clock }: Pick<RigTelling, 'db' | 'clock'>, recordingId: string, next: Redrawn): void {
  const { drawn, firstFrame: fromFrame, because } = next
  db.transaction(() => {
    addRedrawn(db, recordingId, next)
    addEvent(db, {
      atMs: Math.round(clock.nowMs()),
      kind: drawn === 'panorama' ? 'recording.redrawn' : 'recording.degraded',
      subjectId: recordingId,
      facts: { drawn, fromFrame, because },
    })
  })
}

function verdictOf(looks: readonly RigLook[], { quality }: FilmCalibration): RigVerdict {
  const judgement = openJudgement(quality?.rmsPx)
  for (const { residual } of looks) judgement.judge(residual)
  return judgement.verdict
}

const back = ({ calibration }: FilmDrawing, firstFrame: number): Redrawn => ({
  firstFrame,
  drawn: 'panorama',
  calibration,
  because: 'the rig stands again as it was calibrated',
})

type Moved = {
  readonly drawing: FilmDrawing
  readonly redrawn: readonly Redrawn[]
  readonly looks: readonly RigLook[]
  readonly verdict: RigVerdict
  readonly frame: number
}

async function fitted(options: SettleOptions, { drawing, redrawn, looks, verdict, frame }: Moved, signal: AbortSignal): Promise<Redrawn> {
  const { clock, recordingId, size, turns } = options
  const madeAt = instant(Math.round(clock.nowMs()))
  const fits = redrawn.filter(({ drawn, calibration }) => drawn === 'panorama' && calibration?.provenance === 'refit').length
  const tried: Refit =
    fits >= mostRefits
      ? { is: 'refused', code: 'unsteady', why: `it was fitted ${fits} times in this film`, hint: 'fasten the cameras' }
      : await refitRig({ sizes: size, turns, frames: await framesOf(options, looks), madeAt, within: drawing.calibration }, signal)
  const refit = tried.is === 'accepted' ? drawable(tried) : tried
  tellRefit(options, recordingId, refit, refit.is === 'accepted' ? await keep(options, refit, madeAt) : undefined)
  const moved = movedInWords(verdict)
  return refit.is === 'accepted' && refit.within
    ? { firstFrame: frame, drawn: 'panorama', calibration: refit.within, because: `${moved}: it was fitted again` }
    : {
        firstFrame: frame,
        drawn: 'side-by-side',
        calibration: undefined,
        because: `${moved}, and it could not be fitted again: ${refit.is === 'refused' ? refit.why : 'it gave nothing for this film'}`,
      }
}

/** What this machine cannot draw would fail in every life. */
function drawable(refit: Extract<Refit, { is: 'accepted' }>): Refit {
  try {
    if (refit.within) openPanorama(refit.within)
    return refit
  } catch (error) {
    return { is: 'refused', code: 'failed', why: String(error).slice(0, 200), hint: 'calibrate the rig again: ./ezrec calibrate' }
  }
}

/** Pictures of the last looks, which agree that it stands otherwise than before: the first of each. */
async function framesOf({ open }: SettleOptions, looks: readonly RigLook[]): Promise<FramePair[]> {
  const wanted = looks.slice(-3).map(({ frame }) => frame)
  const from = wanted[0] ?? 0
  const readers = { left: open('left', from), right: open('right', from) }
  const frames: FramePair[] = []
  try {
    for (const frame of wanted) {
      const [left, right] = await Promise.all([readers.left.at(frame), readers.right.at(frame)])
      if (left.is === 'picture' && right.is === 'picture') frames.push({ left: Buffer.from(left.data), right: Buffer.from(right.data) })
    }
  } finally {
    await Promise.all([readers.left.close(), readers.right.close()])
  }
  return frames
}

/** Unless somebody has calibrated the rig since the film began: that one stays. */
async function keep(
  { home, rigId, keepsRefits, begun, logger, recordingId }: SettleOptions,
  refit: Extract<Refit, { is: 'accepted' }>,
  madeAt: string,
): Promise<string | undefined> {
  if (!keepsRefits) return undefined
  try {
    const current = await readRigCalibration(home, rigId)
    if (current && current.provenance !== 'refit' && current.madeAt !== begun.madeAt) return undefined
    return await keepRefit(refit, { home, rigId, madeAt })
  } catch (error) {
    logger.error({ recording: recordingId, err: error }, 'the new calibration of the rig could not be kept')
    return undefined
  }
}
