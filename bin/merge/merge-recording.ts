// A recording merged once more, with other settings, from the tracks that are kept: the live merge's own code, into a film file.
// Never changes what the home holds: its database is only read but for a lease on the footage, its log told of trouble, and the work is done in a
// folder beside the new film.

import { readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { forecastFilm, tellFilm, type Profile } from '../../config/film-profiles.ts'
import type { BookendSlot } from '../../config/picture-words.ts'
import { filmedPixels, openSettings } from '../../config/settings.ts'
import { openDatabase, readDatabase, type Database } from '../../src/adapters/sqlite.ts'
import { EzrecError } from '../../src/base/errors.ts'
import { openLogger } from '../../src/base/logger.ts'
import { turnsOf, type Arrangement } from '../../src/capture/arrangement.ts'
import { openBoxClock } from '../../src/capture/box-time-file.ts'
import { evidenceFor } from '../../src/capture/clock-trust.ts'
import { filmFrames, type Recording } from '../../src/capture/recording.ts'
import { findRecording } from '../../src/capture/recording-store.ts'
import { openSegmentLog } from '../../src/capture/segment-log.ts'
import type { Camera } from '../../src/capture/take.ts'
import { noBranding } from '../../src/merge/branding/branding.ts'
import { brandingInForce } from '../../src/merge/branding/uploaded-assets.ts'
import {
  bookendFile,
  bookendFrames,
  bookendLedger,
  bookendState,
  findBookend,
  fixBookends,
  forgetBookends,
  listBookends,
  reopenBookends,
} from '../../src/merge/branding/bookend-store.ts'
import { payloadsOf } from '../../src/merge/branding/bookend-film.ts'
import { forgetScore, listScore } from '../../src/merge/branding/score-store.ts'
import { fixLogos, forgetLogos } from '../../src/merge/branding/logo-store.ts'
import { chunkFile, listGaps, mergedUntil, readInit, readLedger } from '../../src/merge/chunk-store.ts'
import { payloadOf } from '../../src/merge/cmaf.ts'
import type { Preset } from '../../src/merge/pace.ts'
import { listPictureFaults } from '../../src/merge/picture-faults.ts'
import type { ShownCount } from '../../src/merge/shown.ts'
import { turnedSize } from '../../src/merge/picture.ts'
import { assertFits } from '../../src/merge/stitch/calibration.ts'
import { calibrationFaultOf, calibrationOf, refixCalibration, type FilmCalibration } from '../../src/merge/film-calibration.ts'
import { formOf } from '../../src/merge/layouts/layout-of.ts'
import { copyRecording } from '../../src/merge/scratch-recording.ts'
import { forgetRedrawn } from '../../src/merge/rig/rig-store.ts'
import { mergeRecording } from '../../src/merge/video-processor.ts'
import { openFilmFile, type FilmFile } from './film-file.ts'
import { assertTracksKept } from './kept-tracks.ts'
import { leaseFootage } from './lease-footage.ts'
import { openProgress } from './progress.ts'
import type { DriftFacts } from './told-drift.ts'
import { linesOf, tellGaps, type ToldGaps } from './told-gaps.ts'
import { openWorkFolder } from './work-folder.ts'

export type MergeAgain = {
  readonly home: string
  readonly recordingId: string
  /** Absolute. */
  readonly out: string
  readonly force: boolean
  readonly arrange: (before: Arrangement) => Arrangement
  readonly preset: Preset | undefined
  /** Those of the settings, without it. */
  readonly size: Profile | undefined
  /** As its film has them, as they are set now, or none. */
  readonly branding: 'recorded' | 'current' | 'none'
  /** Of a panorama; the film's own, or the rig's current one, without it. */
  readonly calibration: FilmCalibration | undefined
  readonly say: (line: string) => void
}

export type MergedFilm = ToldGaps & {
  /** Of two films: frames with a picture of its own, with the one before again, and without. */
  readonly shown?: Readonly<Record<Camera, ShownCount>>
  /** Of two films: those whose decoder complained. */
  readonly damaged?: readonly Camera[]
  readonly layout: string
  /** Of a recording: why it is no panorama, where one was asked for. */
  readonly layoutBecause?: string | null
  readonly width: number
  readonly height: number
  readonly fps: number
  readonly frames: number
  /** Of two films: how far the right one lags the left one where they begin; null where neither pictures nor sound tell. */
  readonly offsetMs?: number | null
  /** Of two films: how the right one was kept in step through to the end. */
  readonly drift?: DriftFacts['drift']
  readonly correctedFrames?: DriftFacts['correctedFrames']
  /** Of two films: whose sound it has; null for none. */
  readonly sound?: Camera | null | undefined
}

/** A merge that does not come forward in so many lives in a row will not by itself. */
const mostTroubles = 5

export async function mergeAgain(order: MergeAgain, signal: AbortSignal): Promise<MergedFilm> {
  const { settings } = openSettings(order.home)
  const { paths } = settings
  const merge = { ...settings.merge, ...order.size, ...(order.size ? { qp: undefined } : {}) }
  using db = readDatabase(paths.database)
  const before = findRecording(db, order.recordingId)
  if (!before)
    throw new EzrecError('not_found', `there is no recording ${order.recordingId} in ${paths.home}`, {
      hint: './ezrec booking list --json shows the recordings of this home; --home names another one',
    })
  const clock = openBoxClock(paths.boxTime, { evidence: evidenceFor(settings.booking.clockTrust) })
  const sinceMs = before.startsAtMs
  await assertTracksKept(before, openSegmentLog({ takesFolder: paths.takes, rigId: before.rigId, sinceMs, labelOf: clock.labelOf }))
  using _lease = leaseFootage(paths.database, order.recordingId, clock, order.say)
  await using scratch = await openWorkFolder(order.out)
  using own = openDatabase(path.join(scratch.path, 'ezrec.sqlite'))
  const arrangement = order.arrange(before)
  copyRecording(db, own, before.id, arrangement)
  if (order.branding === 'recorded') fixLogos(own, before.id, []) // a film that was made before there were logos has none
  else forgetLogos(own, before.id)
  if (order.branding === 'none' || listScore(own, before.id).length === 0) forgetScore(own, before.id) // a film that had none gets none from a file that stands there since
  if (order.branding !== 'recorded') forgetBookends(own, before.id)
  else if (bookendState(own, before.id) === undefined) fixBookends(own, before.id) // likewise
  else reopenBookends(own, before.id)
  const isFixed = Boolean(before.calibration) && !order.calibration && stillGoesBy(before, arrangement)
  if (!isFixed) {
    refixCalibration(own, before.id, order.calibration)
    forgetRedrawn(own, before.id)
  }
  const recording = findRecording(own, before.id) ?? before
  assertDrawable(before, recording, order.calibration)
  const logger = openLogger({ service: 'merge', level: 'WARN', folder: paths.logs, stderr: false })
  const over = new AbortController()
  const totalMs = recording.endsAtMs - recording.startsAtMs
  order.say(`film: ${tellFilm(forecastFilm(merge, filmedPixels(settings), { totalMs }))}`)
  const telling = tellProgress(own, recording, clock, order.say, AbortSignal.any([signal, over.signal]))
  try {
    await mergeRecording(
      {
        ...merge,
        ...(order.preset ? { preset: order.preset } : {}),
        home: paths.home,
        cacheFolder: paths.bookends,
        bookendPatienceMs: 600_000,
        rigWatch: isFixed ? 'off' : 'own',
        findBranding: async () => (order.branding === 'none' ? noBranding : brandingInForce(settings.branding, paths.uploadedBranding)),
        db: own,
        clock,
        logger,
        takesFolder: paths.takes,
        labelOf: clock.labelOf,
        recordingsFolder: scratch.path,
        mostTroubles,
      },
      recording.id,
      signal,
    )
  } finally {
    over.abort()
    await telling
  }
  if (signal.aborted) throw new EzrecError('canceled', 'the merge was stopped', { hint: 'nothing was written' })
  return await writeFilm(own, findRecording(own, before.id) ?? recording, {
    ...order,
    chunkSeconds: merge.chunkSeconds,
    folder: path.join(scratch.path, recording.folder),
  })
}

/** Whether what was fixed for the film serves this one: nobody has looked whether a panorama can be drawn by what was only synced by, and pictures that
 *  are turned otherwise are synced by another calibration. */
const stillGoesBy = (before: Recording, { layout, ...turned }: Arrangement): boolean =>
  layout === 'panorama' ? before.layout === 'panorama' : JSON.stringify(turnsOf(before)) === JSON.stringify(turnsOf(turned))

/** By a calibration of other pictures a panorama would be a film of noise, and any other film out of step. Errors: invalid. */
function assertDrawable(before: Recording, recording: Recording, given: FilmCalibration | undefined): void {
  const calibration = given ?? calibrationOf(recording)
  if (!calibration) return
  const camera = { width: recording.cameraWidth, height: recording.cameraHeight }
  assertFits(calibration, turnedSize(camera, recording.rotation.left), turnedSize(camera, recording.rotation.right), turnsOf(recording))
  if (!given && !calibration.turns && JSON.stringify(turnsOf(recording)) !== JSON.stringify(turnsOf(before)))
    throw new EzrecError('invalid', 'its calibration was made with the cameras turned as they were', {
      hint: 'give --calibration FILE, one that was made with the pictures as they are to be turned',
    })
}

async function writeFilm(
  db: Database,
  recording: Recording,
  {
    out,
    force,
    chunkSeconds,
    folder,
    say,
  }: Pick<MergeAgain, 'out' | 'force' | 'say'> & { readonly chunkSeconds: number; readonly folder: string },
): Promise<MergedFilm> {
  const { fps, sound } = recording
  const frames = filmFrames(recording)
  for (const { slot, file, fault } of listBookends(db, recording.id))
    if (fault !== null) say(`warning: the ${slot} ${file} is left out: ${fault}`)
  const { intro, outro } = bookendFrames(db, recording.id)
  await using film = await openFilmFile(out, { seconds: (intro + frames + outro) / fps, fps, chunkSeconds, sound })
  const init = readInit(db, recording.id)
  if (init) await film.init(init)
  await addBookend(db, recording.id, 'intro', folder, film)
  for (const [number, { runs }] of readLedger(db, recording.id).entries())
    await film.add(await takePayload(path.join(folder, chunkFile(number))), runs)
  await addBookend(db, recording.id, 'outro', folder, film)
  await film.finish(force)
  const { name, canvas } = formOf(recording)
  const layoutBecause = calibrationFaultOf(db, recording.id)
  if (layoutBecause !== null) say(`warning: a panorama was asked for, the film is drawn ${name}: ${layoutBecause}`)
  const told = tellGaps({
    gaps: listGaps(db, recording.id),
    pictureFaults: listPictureFaults(db, recording.id),
    ...{ frames, fps, sound },
  })
  for (const line of linesOf(told)) say(`note: ${line}`)
  return { layout: name, layoutBecause, ...canvas, fps, frames: intro + frames + outro, ...told }
}

async function addBookend(db: Database, recordingId: string, slot: BookendSlot, folder: string, film: FilmFile): Promise<void> {
  const shown = findBookend(db, recordingId, slot)
  if (!shown) return
  const payloads = payloadsOf(await readFile(path.join(folder, bookendFile(slot))))
  for (const [n, { runs }] of bookendLedger(shown).entries()) await film.add(payloads[n] ?? Buffer.alloc(0), runs)
}

/** A chunk's samples; its file goes, so that the disk never holds the film twice. */
async function takePayload(file: string): Promise<Buffer> {
  const payload = payloadOf(await readFile(file))
  await rm(file)
  return payload
}

async function tellProgress(
  db: Database,
  recording: Recording,
  clock: { sleep(ms: number, signal?: AbortSignal): Promise<void> },
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const progress = openProgress(filmFrames(recording), say)
  while (!signal.aborted) {
    progress(mergedUntil(db, recording.id).frames)
    await clock.sleep(500, signal)
  }
}
