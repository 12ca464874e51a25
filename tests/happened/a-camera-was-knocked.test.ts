// A camera of a calibrated rig was knocked: before the film or in its midst; it can be fitted again, or it cannot.

import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { before, test } from 'node:test'
import { z } from 'zod'
import { openDatabase, type Database } from '../../src/adapters/sqlite.ts'
import { eventsAfter } from '../../src/adapters/log-tables.ts'
import { systemClock } from '../../src/base/clock.ts'
import { silentLogger } from '../../src/base/logger.ts'
import { runChild } from '../../src/base/process.ts'
import { findRecording, openRecording } from '../../src/capture/recording-store.ts'
import { simulatedCalibration } from '../../src/capture/pitch/view.ts'
import { noBranding } from '../../src/merge/branding/branding.ts'
import { listChunks, readInit } from '../../src/merge/chunk-store.ts'
import { calibrationOf } from '../../src/merge/film-calibration.ts'
import { formOf } from '../../src/merge/layouts/layout-of.ts'
import type { RigWatching } from '../../src/merge/rig/recording-rig.ts'
import { addRedrawn, forgetRedrawn, listLooks, listRedrawn } from '../../src/merge/rig/rig-store.ts'
import { copyRecording } from '../../src/merge/scratch-recording.ts'
import { calibrationSchema, type Calibration } from '../../src/merge/stitch/calibration.ts'
import { apply, multiply, type Matrix3 } from '../../src/merge/stitch/homography.ts'
import { installCalibration, listCalibrations, readRigCalibration } from '../../src/merge/stitch/rig-calibration.ts'
import { mergeRecording } from '../../src/merge/video-processor.ts'
import { addBooking } from '../a-booking.ts'
import { openHome, readAnswer, rigEnvironment } from '../real-session.ts'
import { rigFilm } from '../rig-film.ts'
import { openRigTake } from '../rig-take.ts'
import { temporaryFolder, type TemporaryFolder } from '../temporary-folder.ts'

const fps = 25
const format = { width: 640, height: 360, fps }
const startsAtMs = Date.UTC(2026, 4, 2, 12)
const originUs = 500_000_000
/** Looks at 0, 4 and 8 s: what they agree on holds from 10 s on. */
const seconds = 12
const turnsAt = 10 * fps
const truth = calibrationSchema.parse(simulatedCalibration(format))
/** The right camera shows everything so many pixels further to the left and up. */
const [byX, byY] = [6, 4]
const afterKnock: Calibration = { ...truth, homography: multiply(truth.homography, [1, 0, byX, 0, 1, byY, 0, 0, 1] satisfies Matrix3) }

const shared = temporaryFolder()
let knocked = ''
before(async () => {
  const film = await rigFilm(shared, 'right', { format, fromScene: 0, segments: 3 })
  knocked = shared.file('knocked.mp4')
  const moved = `crop=${format.width - byX}:${format.height - byY}:${byX}:${byY},pad=${format.width}:${format.height}`
  const encode = ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '18']
  const { code, stderr } = await runChild('ffmpeg', ['-v', 'error', '-i', film, '-vf', moved, ...encode, knocked])
  assert.equal(code, 0, stderr)
  return () => shared[Symbol.dispose]()
})

type Shows = 'right' | 'knocked'

/** What both cameras gave: eight seconds before the film, and the film; the right one by what it shows in either. */
async function takes(home: TemporaryFolder, leadIn: Shows, film: Shows): Promise<string> {
  const takesFolder = home.file('takes')
  const made = async (camera: 'left' | 'right', fromSeconds: number, segments: number, shows: Shows | 'left'): Promise<void> => {
    const scene = (((fromSeconds * fps) % 500) + 500) % 500
    const take = await openRigTake({
      ...{ camera, format, takesFolder, segments, fromScene: scene },
      cacheFolder: shows === 'knocked' ? shared.file('loops') : rigEnvironment.CACHE_DIR,
      fromMs: startsAtMs + fromSeconds * 1_000,
      fromUs: originUs + fromSeconds * 1e6,
      shows: shows === 'knocked' ? { film: knocked } : shows,
    })
    while (take.next());
  }
  await made('left', -8, 5, 'left')
  if (leadIn === film) await made('right', -8, 5, film)
  else {
    await made('right', -8, 2, leadIn)
    await made('right', 0, 3, film)
  }
  return takesFolder
}

type Film = { readonly db: Database; readonly home: TemporaryFolder; readonly takesFolder: string }

async function openFilm(home: TemporaryFolder, takesFolder: string, seconds: number): Promise<Film> {
  const db = openDatabase(':memory:')
  const times = { startsAtMs, endsAtMs: startsAtMs + seconds * 1_000 }
  addBooking(db, times)
  openRecording(
    db,
    { id: 'r', bookingId: 'b', rigId: 'rig', folder: 'f', ...times, fps, cameraWidth: 640, cameraHeight: 360, layout: 'panorama' },
    startsAtMs,
  )
  await installCalibration(home.path, 'rig', truth, '2026-05-01T12:00:00.000Z')
  return { db, home, takesFolder }
}

const options = { clock: systemClock, logger: silentLogger(), preset: 'ultrafast', crf: 30, maxRateKbps: 6_000, chunkSeconds: 2 } as const

type MergeOrder = { readonly untilChunks: number; readonly folder: string; readonly rigWatch: RigWatching }

/** Merges, until so many chunks stand or the film is whole. */
async function merge(
  { db, home, takesFolder }: Film,
  { untilChunks = 1_000, folder = 'films', rigWatch = 'live' }: Partial<MergeOrder> = {},
): Promise<void> {
  const stop = new AbortController()
  const timer = setInterval(() => listChunks(db, 'r').length >= untilChunks && stop.abort(), 20)
  await mergeRecording(
    {
      ...options,
      db,
      home: home.path,
      cacheFolder: home.file('cache'),
      takesFolder,
      recordingsFolder: home.file(folder),
      findBranding: async () => noBranding,
      rigWatch,
      mostTroubles: 1,
    },
    'r',
    stop.signal,
  )
  clearInterval(timer)
}

const kinds = ({ db }: Film): string[] =>
  eventsAfter(db, 0, 1_000)
    .map(({ kind }) => kind)
    .filter((kind) => /^(rig|recording\.(degraded|redrawn))/.test(kind))

/** Pixels of the left picture: the furthest that two calibrations put a place of the overlap apart. */
const apart = (a: Calibration, b: Calibration): number =>
  Math.max(
    ...[10, 60, 110].flatMap((x) =>
      [20, 180, 340].map((y) => {
        const [p, q] = [apply(a.homography, { x, y }), apply(b.homography, { x, y })]
        return Math.hypot((p?.x ?? 0) - (q?.x ?? 1e6), (p?.y ?? 0) - (q?.y ?? 1e6))
      }),
    ),
  )

test('knocked before the film: it is told, fitted again for this film and the next ones, and the calibration before is kept', async () => {
  using home = temporaryFolder()
  const film = await openFilm(home, await takes(home, 'knocked', 'knocked'), 2)
  await merge(film)
  const recording = findRecording(film.db, 'r') ?? assert.fail()
  assert.equal(formOf(recording).name, 'panorama')
  const drawnBy = calibrationOf(recording) ?? assert.fail()
  assert.ok(apart(truth, afterKnock) > 6, 'it was moved')
  assert.ok(apart(drawnBy, afterKnock) < 0.25, `${apart(drawnBy, afterKnock)} pixels off`)
  assert.deepEqual(kinds(film), ['rig.moved', 'rig.refitted'])
  const current = await readRigCalibration(home.path, 'rig')
  assert.deepEqual([current?.provenance, current?.homography], ['refit', drawnBy.homography])
  const [first, second, ...more] = await listCalibrations(home.path, 'rig')
  assert.ok(first && second && more.length === 0 && existsSync(second.replace('.json', '.png')))
})

test('knocked after the film began: it is drawn by a new fit in the same canvas; the same chunk on after two kills, the same film from its tracks', async () => {
  using home = temporaryFolder()
  const film = await openFilm(home, await takes(home, 'right', 'knocked'), seconds)
  for (const untilChunks of [2, 5, 1_000]) await merge(film, { untilChunks })
  assert.deepEqual(kinds(film), ['rig.moved', 'rig.refitted', 'recording.redrawn'])
  assert.deepEqual(
    listLooks(film.db, 'r', 0).map(({ frame, residual }) => [frame, residual.is]),
    [0, 4, 8, 10].map((second) => [second * fps, 'measured']),
  )
  const [redrawn, ...more] = listRedrawn(film.db, 'r')
  assert.ok(redrawn?.calibration && more.length === 0)
  assert.deepEqual([redrawn.firstFrame, redrawn.drawn], [turnsAt, 'panorama'])
  assert.ok(apart(redrawn.calibration, afterKnock) < 0.25, `${apart(redrawn.calibration, afterKnock)} pixels off`)
  const recording = findRecording(film.db, 'r') ?? assert.fail()
  assert.deepEqual(redrawn.calibration.canvas, calibrationOf(recording)?.canvas)

  using own = openDatabase(':memory:')
  copyRecording(film.db, own, 'r', recording)
  await merge({ ...film, db: own }, { folder: 'again', rigWatch: 'off' })
  const [live, again] = [film.db, own].map((db) => listChunks(db, 'r').map(({ sha256 }) => sha256))
  assert.deepEqual([live?.length, again?.length], [6, 6])
  // Between the kills the encoder began anew: of these the pictures are the same, but not the bits.
  for (const chunk of [0, 1, 5]) assert.equal(again?.[chunk], live?.[chunk], `chunk ${chunk}`)

  // The same film, had the fit been refused.
  using refused = openDatabase(':memory:')
  copyRecording(film.db, refused, 'r', recording)
  refused.run('update recording set ends_at_ms = ?', startsAtMs + 6_000)
  forgetRedrawn(refused, 'r')
  addRedrawn(refused, 'r', { firstFrame: 4 * fps, drawn: 'side-by-side', calibration: undefined, because: 'x' })
  await merge({ ...film, db: refused }, { folder: 'refused', rigWatch: 'off' })
  const sideBySide = listChunks(refused, 'r').map(({ sha256 }) => sha256)
  assert.deepEqual([sideBySide.length, sideBySide[1] === live?.[1], sideBySide[2] === again?.[2]], [3, true, false])
  assert.ok(readInit(refused, 'r')?.equals(readInit(film.db, 'r') ?? assert.fail()), 'one canvas')
})

/** The right picture is mirrored: its calibration puts nothing where it is, and no fit could. */
test('before a film of a whole box the rig stands in another way and cannot be fitted: the film is made side by side, and says so wherever it is told', async () => {
  await using home = await openHome()
  const ended = await home.run(['record', '--seconds', '3', '--json'], { MERGE_LAYOUT: 'panorama', CAMERA_RIGHT_FLIP: 'horizontal' })
  assert.equal(ended.code, 0, ended.stderr)
  const answer = readAnswer(ended)
  assert.deepEqual([answer.layout, answer.video.width, answer.video.height, answer.status], ['side-by-side', 1_280, 360, 'complete'])
  const because = /^the rig has moved since it was calibrated, by more than 8.0 pixels, and it could not be fitted again: ./
  const [day = ''] = readdirSync(path.join(home.folder, 'recordings'))
  const manifest: unknown = JSON.parse(
    readFileSync(path.join(home.folder, 'recordings', day, answer.recordingId, 'recording.json'), 'utf8'),
  )
  const { film } = z.object({ film: z.object({ drawn: z.string(), drawnBecause: z.string() }) }).parse(manifest)
  assert.equal(film.drawn, 'side-by-side')
  assert.match(film.drawnBecause, because)
  using db = openDatabase(path.join(home.folder, 'ezrec.sqlite'))
  const told = eventsAfter(db, 0, 5_000).filter(({ subjectId }) => subjectId === answer.recordingId)
  assert.deepEqual(
    told.map(({ kind }) => kind).filter((kind) => /^rig|degraded/.test(kind)),
    ['rig.moved', 'rig.refit-refused', 'recording.degraded'],
  )
})
