// Two cameras of which one is late, and no clock knows: brought in step by what both see, the same way live, later and after a kill.

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { before, test } from 'node:test'
import { z } from 'zod'
import { upright } from '../../src/adapters/ffmpeg.ts'
import { openDatabase, type Database } from '../../src/adapters/sqlite.ts'
import { systemClock } from '../../src/base/clock.ts'
import { silentLogger } from '../../src/base/logger.ts'
import { openRecording } from '../../src/capture/recording-store.ts'
import { readCounter } from '../../src/capture/pitch/counter.ts'
import { simulatedCalibration } from '../../src/capture/pitch/view.ts'
import { openSegmentLog } from '../../src/capture/segment-log.ts'
import { calibrationSchema } from '../../src/merge/stitch/calibration.ts'
import { spelledOut } from '../../src/merge/film-calibration.ts'
import { listChunks } from '../../src/merge/chunk-store.ts'
import { followOnce } from '../../src/merge/follower.ts'
import { sideBySide } from '../../src/merge/layouts/side-by-side.ts'
import { listSynced, readLeadIn } from '../../src/merge/sync/sync-store.ts'
import { addBooking } from '../a-booking.ts'
import { certificateSchema } from '../../src/publish/certificate-form.ts'
import { framesOf } from '../media/test-films.ts'
import { apart, examineFilm, openHome, readAnswer, rigEnvironment, type Home } from '../real-session.ts'
import { openRigTake, type RigTake } from '../rig-take.ts'
import { temporaryFolder, type TemporaryFolder } from '../temporary-folder.ts'

const fps = 25
const format = { width: 640, height: 360, fps }
const seconds = 16
const frames = seconds * fps
const startsAtMs = Date.UTC(2026, 4, 2, 12)
const originUs = 500_000_000
/** 3.4 frames. */
const latencyMs = 137

/** Takes that begin so many scene frames before the film. */
const takes = async (takesFolder: string, before: number): Promise<RigTake[]> =>
  Promise.all(
    (['left', 'right'] as const).map((camera) =>
      openRigTake({
        camera,
        format,
        cacheFolder: rigEnvironment.CACHE_DIR,
        takesFolder,
        fromMs: startsAtMs - before * 40,
        fromUs: originUs - before * 40_000,
        fromScene: 500 - before,
        segments: 7,
        latencyMs: camera === 'right' ? latencyMs : 0,
      }),
    ),
  )

/** Whatever is left of them, a segment of both at a time. */
const writeAll = (all: readonly RigTake[]): boolean => all.map((take) => take.next()).some(Boolean)

type Film = { readonly db: Database; readonly counters: (readonly [number | undefined, number | undefined])[]; readonly hashes: string[] }

function openFilm(): Film {
  const db = openDatabase(':memory:')
  const times = { startsAtMs, endsAtMs: startsAtMs + seconds * 1_000 }
  addBooking(db, times)
  openRecording(
    db,
    { id: 'r', bookingId: 'b', rigId: 'rig', folder: 'f', ...times, fps, cameraWidth: 640, cameraHeight: 360, layout: 'side-by-side' },
    startsAtMs,
  )
  return { db, counters: [], hashes: [] }
}

/** One life of the follower; what it composes is noted frame by frame. */
async function follow(film: Film, home: TemporaryFolder, { takesFolder, until = frames, calibrated = true }: FollowOptions): Promise<void> {
  const layout = sideBySide(format)
  const stop = new AbortController()
  let frame = listChunks(film.db, 'r').reduce((sum, chunk) => sum + chunk.frames, 0)
  const life = followOnce(
    {
      db: film.db,
      clock: systemClock,
      logger: silentLogger(),
      log: openSegmentLog({ takesFolder, rigId: 'rig', sinceMs: startsAtMs }),
      recordingId: 'r',
      folder: home.file('film'),
      grid: { bootId: 'boot', originUs, startsAtMs, fps },
      camera: format,
      turns: { left: upright, right: upright },
      sound: false,
      calibration: calibrated ? spelledOut(calibrationSchema.parse(simulatedCalibration(format))) : undefined,
      encode: { ...layout.canvas, fps, preset: 'ultrafast', crf: 30, maxRateKbps: 6_000, chunkFrames: 50 },
      frames: () => frames,
      layout: {
        ...layout,
        compose: (pictures, canvas) => {
          layout.compose(pictures, canvas)
          film.hashes[frame] = createHash('md5').update(canvas).digest('hex')
          film.counters[frame] = [readCounter(canvas, 1_280, 'left'), readCounter(canvas, 1_280, 'right')]
          frame += 1
          if (frame > until) stop.abort()
        },
      },
    },
    stop.signal,
  )
  if (until < frames) await assert.rejects(life)
  else await life
}

type FollowOptions = { readonly takesFolder: string; readonly until?: number; readonly calibrated?: boolean }

/** How many frames older the right picture is, at each frame. */
const lags = ({ counters }: Film): number[] =>
  counters.map(([left, right], n) => {
    assert.ok(left !== undefined && right !== undefined, `frame ${n} has no counter`)
    return Math.sign(((left - right + 750) % 500) - 250) * apart(left, right)
  })

const home = temporaryFolder()
const withLeadIn = home.file('with-lead-in')
const bare = home.file('bare')
before(async () => {
  for (const [folder, before] of [
    [withLeadIn, 150],
    [bare, 10],
  ] as const) {
    const both = await takes(folder, before)
    while (writeAll(both));
  }
  return () => home[Symbol.dispose]()
})

test('without a calibration the capture clocks decide, and a delay that they do not see stays in the film', async () => {
  using own = temporaryFolder()
  const film = openFilm()
  await follow(film, own, { takesFolder: withLeadIn, calibrated: false })
  assert.deepEqual([...new Set(lags(film))], [3])
  assert.deepEqual(
    listSynced(film.db, 'r').map(({ shift }) => shift),
    [0, 0, 0, 0, 0, 0, 0, 0],
  )
})

test('what the lead-in shows puts the film in step from its first frame on', async () => {
  using own = temporaryFolder()
  const film = openFilm()
  await follow(film, own, { takesFolder: withLeadIn })
  assert.deepEqual([...new Set(lags(film))], [0])
  const leadIn = readLeadIn(film.db, 'r')
  assert.ok(leadIn?.is === 'measured' && Math.abs(leadIn.offsetMs - latencyMs) < 4, JSON.stringify(leadIn))
  const rows = listSynced(film.db, 'r')
  assert.deepEqual(
    rows.map(({ shift, window }) => [shift, window !== undefined]),
    [3, 3, 3, 3, 3, 3, 3, 3].map((shift, n) => [shift, n === 2 || n === 5]),
  )
  for (const { window } of rows)
    if (window) assert.ok(window.is === 'measured' && Math.abs(window.offsetMs - latencyMs) < 4, JSON.stringify(window))
})

test('without a lead-in the film comes into step a frame a chunk; killed anywhere or fed while it grows it is the same, frame by frame', async () => {
  using own = temporaryFolder()
  const whole = openFilm()
  await follow(whole, own, { takesFolder: bare })
  const expected = Array.from({ length: frames }, (_, n) => (n < 150 ? 3 : n < 200 ? 2 : n < 250 ? 1 : 0))
  assert.deepEqual(lags(whole), expected)

  const resumed = openFilm()
  for (const until of [130, 190, 330, frames]) await follow(resumed, own, { takesFolder: bare, until })
  assert.deepEqual(resumed.hashes, whole.hashes)
  assert.deepEqual(listSynced(resumed.db, 'r'), listSynced(whole.db, 'r'))

  using growing = temporaryFolder()
  const both = await takes(growing.path, 10)
  const live = openFilm()
  const writing = (async (): Promise<void> => {
    for (; writeAll(both);) await systemClock.sleep(300)
  })()
  await follow(live, own, { takesFolder: growing.path })
  await writing
  assert.deepEqual(live.hashes, whole.hashes)
  assert.deepEqual(listSynced(live.db, 'r'), listSynced(whole.db, 'r'))
})

/** 5 frames. */
const lateRight = { CAMERA_ID: 'court', CAMERA_LEAD_IN_SECONDS: '8', CAMERA_RIGHT: 'simulated:right?latency=200' }

async function certificateIn({ folder }: Home, recordingId: string) {
  const day = (await readdir(path.join(folder, 'recordings')))[0] ?? ''
  const manifest = z
    .object({ certificate: certificateSchema })
    .parse(JSON.parse(await readFile(path.join(folder, 'recordings', day, recordingId, 'recording.json'), 'utf8')))
  return manifest.certificate
}

test('recorded side by side, a calibrated rig is in step from the first frame on, and merged again it is the same', async () => {
  await using home = await openHome()
  const rig = path.join(home.folder, 'calibration', 'court')
  await mkdir(rig, { recursive: true })
  await writeFile(path.join(rig, 'current.json'), JSON.stringify(simulatedCalibration(format)))
  const answer = readAnswer(await home.run(['record', '--seconds', '6', '--json'], lateRight))
  assert.equal(answer.layout, 'side-by-side')
  const { counters } = await examineFilm(answer.video.path)
  assert.deepEqual([...new Set(counters.map(([left, right]) => apart(left ?? -1, right ?? -1)))], [0])
  const { offsetFromPictures, notMeasured } = await certificateIn(home, answer.recordingId)
  assert.ok(offsetFromPictures && Math.abs(offsetFromPictures.ms - 200) < 8, JSON.stringify({ offsetFromPictures, notMeasured }))
  assert.deepEqual(offsetFromPictures.correctedFrames, { first: 5, last: 5 })

  await rm(path.join(rig, 'current.json')) // what the film goes by stands in its row
  const out = path.join(home.folder, 'again.mp4')
  const again = await home.run(['merge', answer.recordingId, '--out', out, '--json'])
  assert.equal(again.code, 0, again.stderr)
  assert.deepEqual(await framesOf(out), await framesOf(answer.video.path))
  const wide = await home.run(['merge', answer.recordingId, '--out', path.join(home.folder, 'wide.mp4'), '--layout', 'panorama', '--json'])
  assert.match(wide.stdout, /"layout":"side-by-side"/, 'a panorama is drawn by the calibration of the rig, once it was looked at')
})

test('recorded without a calibration the delay stays in the film, and its certificate says what is to be expected', async () => {
  await using home = await openHome()
  const answer = readAnswer(await home.run(['record', '--seconds', '4', '--json'], lateRight))
  const { counters } = await examineFilm(answer.video.path)
  assert.deepEqual([...new Set(counters.map(([left, right]) => apart(left ?? -1, right ?? -1)))], [5])
  const { offset, offsetFromPictures, notMeasured } = await certificateIn(home, answer.recordingId)
  assert.ok(offset && offset.ms < 20, 'no clock sees it')
  assert.equal(offsetFromPictures, null)
  assert.match(notMeasured.find(({ what }) => what === 'offsetFromPictures')?.why ?? '', /no calibration.*the error to be expected/)
})
