import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { addBooking } from '../../tests/a-booking.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { openDatabase, type Database } from '../adapters/sqlite.ts'
import { systemClock } from '../base/clock.ts'
import { silentLogger } from '../base/logger.ts'
import { simulatedCalibration } from '../capture/pitch/view.ts'
import { findRecording, openRecording } from '../capture/recording-store.ts'
import { calibrationFaultOf, calibrationOf, fixCalibration, fixedCalibrationOf, uncalibratedBecause } from './film-calibration.ts'
import type { LayoutName } from '../../config/picture-words.ts'
import { formOf } from './layouts/layout-of.ts'
import { calibrationFolder } from './stitch/rig-calibration.ts'

const size = { width: 640, height: 360 }
const calibration = simulatedCalibration({ ...size, fps: 25 })
const plain = { version: 1, left: size, right: size }

/** A recording whose merge begins, with this text as the rig's current calibration. */
async function fixed(text: string | undefined, prepare: (db: Database) => void = () => undefined, layout: LayoutName = 'panorama') {
  using home = temporaryFolder()
  using db = openDatabase(home.file('ezrec.sqlite'))
  const times = { startsAtMs: 1_000_000, endsAtMs: 1_060_000 }
  addBooking(db, times)
  openRecording(
    db,
    { id: 'r', bookingId: 'b', rigId: 'rig', folder: 'f', ...times, fps: 25, cameraWidth: 640, cameraHeight: 360, layout },
    0,
  )
  prepare(db)
  if (text !== undefined) {
    const folder = calibrationFolder(home.path, 'rig')
    mkdirSync(folder, { recursive: true })
    writeFileSync(path.join(folder, 'current.json'), text)
  }
  const options = { db, clock: systemClock, logger: silentLogger(), home: home.path }
  const find = () => findRecording(db, 'r') ?? assert.fail('it is gone')
  await fixCalibration(options, find())
  await fixCalibration(options, find()) // a second life changes nothing
  const recording = find()
  return {
    form: formOf(recording),
    calibration: calibrationOf(recording),
    synced: fixedCalibrationOf(recording),
    fault: calibrationFaultOf(db, 'r'),
    because: uncalibratedBecause(db, 'r'),
    events: db.all("select kind from event where kind = 'recording.degraded'").map(({ kind }) => kind),
  }
}

test('the current calibration is fixed with its canvas and seam, and the film has its form', async () => {
  const found = await fixed(JSON.stringify(calibration))
  assert.equal(found.fault, null)
  assert.equal(found.form.name, 'panorama')
  assert.ok(found.calibration?.canvas.width === found.form.canvas.width && found.calibration.seam.points.length > 0)
})

for (const [what, text, fault] of [
  ['none', undefined, /no calibration/],
  ['a damaged file', '{"version":1', /no JSON/],
  [
    'one of another size',
    JSON.stringify(simulatedCalibration({ width: 1_280, height: 720, fps: 25 })),
    /is for a left picture of 1280x720/,
  ],
  ['one that squeezes the picture', JSON.stringify({ ...calibration, homography: [0, 0, 0, 0, 0, 0, 0, 0, 0] }), /singular/],
  [
    'one of pictures turned another way',
    JSON.stringify({ ...calibration, turns: { left: { rotation: 180, flip: 'none' }, right: { rotation: 0, flip: 'none' } } }),
    /left picture turned by 180 degrees/,
  ],
  ['a canvas larger than this machine draws', JSON.stringify({ ...calibration, canvas: { x: 0, y: 0, width: 8_192, height: 8_192 } }), /./],
  ['pictures that share nothing', JSON.stringify({ ...plain, homography: [1, 0, 5_000, 0, 1, 0, 0, 0, 1] }), /shows nothing of the right/],
  [
    'a canvas beside both pictures',
    JSON.stringify({ ...calibration, canvas: { x: 5_000, y: 5_000, width: 640, height: 360 } }),
    /shows nothing of the left/,
  ],
  ['a mirrored picture', JSON.stringify({ ...plain, homography: [-1, 0, 1_100, 0, 1, 0, 0, 0, 1] }), /as in a mirror/],
  [
    'a picture squeezed to next to a line',
    JSON.stringify({ ...plain, homography: [1, 2, 3, 2, 4.000_000_001, 6, 1, 1, 1] }),
    /as in a mirror/,
  ],
  ['left and right exchanged', JSON.stringify({ ...plain, homography: [1, 0, -480, 0, 1, 0, 0, 0, 1] }), /to the left of the left/],
  ['a folded picture', JSON.stringify({ ...plain, homography: [1, 0, 480, 0, 1, 0, -0.004, 0, 1] }), /folds or stretches/],
  ['an endless file', ' '.repeat(2 ** 20 + 1), /too large/],
] as const)
  test(`with ${what} the film is drawn side by side, and the reason kept`, async () => {
    const found = await fixed(text)
    assert.deepEqual(found.form, { name: 'side-by-side', canvas: { width: 1_280, height: 360 } })
    assert.equal(found.calibration, undefined)
    assert.match(found.fault ?? '', fault)
    assert.ok((found.fault ?? '').length <= 200)
  })

test('a film that was begun by a version without panoramas goes on as it was begun', async () => {
  const found = await fixed(JSON.stringify(calibration), (db) => {
    db.run("update recording set init_segment = x'00' where id = 'r'")
  })
  assert.equal(found.form.name, 'side-by-side')
  assert.match(found.fault ?? '', /was begun by a version/)
})

const mirrored = JSON.stringify({ ...plain, homography: [-1, 0, 1_100, 0, 1, 0, 0, 0, 1] })
const fixBy = (text: string) => (db: Database) => void db.run("update recording set calibration = ? where id = 'r'", text)

test('a calibration that was fixed before such were refused is refused when its film is made: side by side, the reason kept, told once', async () => {
  const found = await fixed(JSON.stringify(calibration), fixBy(mirrored))
  assert.equal(found.form.name, 'side-by-side')
  assert.equal(found.calibration, undefined)
  assert.match(found.fault ?? '', /as in a mirror/)
  assert.deepEqual(found.events, ['recording.degraded'])
})

test('a calibration that was fixed and can be drawn stays, whatever the rig has by now', async () => {
  const found = await fixed(mirrored, fixBy(JSON.stringify(calibration)))
  assert.deepEqual([found.form.name, found.fault, found.events], ['panorama', null, []])
  assert.deepEqual(found.calibration?.homography, calibration.homography)
})

for (const layout of ['side-by-side', 'stacked', 'picture-in-picture'] as const)
  test(`a film ${layout} is drawn as it was asked for, and synced by the calibration`, async () => {
    const found = await fixed(JSON.stringify(calibration), undefined, layout)
    assert.equal(found.form.name, layout)
    assert.equal(found.calibration, undefined)
    assert.deepEqual(found.synced?.homography, calibration.homography)
    assert.equal(found.because, null)
  })

test('a film side by side without a calibration that fits is no lesser film: it says why it is not synced, and nothing else', async () => {
  for (const [text, because] of [
    [undefined, /no calibration/],
    ['{"version":1', /no JSON/],
    [JSON.stringify(simulatedCalibration({ width: 1_280, height: 720, fps: 25 })), /is for a left picture of 1280x720/],
  ] as const) {
    const found = await fixed(text, undefined, 'side-by-side')
    assert.equal(found.synced, undefined)
    assert.match(found.because ?? '', because)
    assert.equal(found.fault, null)
    assert.deepEqual(found.events, [])
  }
})

test('a film of one camera takes no calibration', async () => {
  const found = await fixed(JSON.stringify(calibration), undefined, 'single')
  assert.deepEqual([found.synced, found.because], [undefined, null])
})
