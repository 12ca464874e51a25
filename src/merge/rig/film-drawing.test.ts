import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addBooking } from '../../../tests/a-booking.ts'
import { upright } from '../../adapters/ffmpeg.ts'
import { openDatabase, type Database } from '../../adapters/sqlite.ts'
import { eventsAfter } from '../../adapters/log-tables.ts'
import { systemClock } from '../../base/clock.ts'
import { silentLogger } from '../../base/logger.ts'
import { openRecording } from '../../capture/recording-store.ts'
import { simulatedCalibration } from '../../capture/pitch/view.ts'
import { addChunk } from '../chunk-store.ts'
import { spelledOut, type FilmCalibration } from '../film-calibration.ts'
import { calibrationSchema } from '../stitch/calibration.ts'
import { drawingAt, settleDrawing } from './film-drawing.ts'
import { addLook, addRedrawn, listRedrawn, type Redrawn } from './rig-store.ts'

const begun = spelledOut(calibrationSchema.parse(simulatedCalibration({ width: 640, height: 360, fps: 25 })))
const fittedTo = (n: number): FilmCalibration => ({ ...begun, provenance: 'refit', madeAt: `2026-05-02T12:00:0${n}.000Z` })
const sideBySide = (firstFrame: number): Redrawn => ({ firstFrame, drawn: 'side-by-side', calibration: undefined, because: 'x' })
const panorama = (firstFrame: number, n: number): Redrawn => ({ firstFrame, drawn: 'panorama', calibration: fittedTo(n), because: 'x' })

test('a film is drawn as the last row before a frame says; side by side it keeps in mind what it was drawn by', () => {
  const rows = [panorama(100, 1), sideBySide(200), panorama(300, 2)]
  const at = (frame: number) => {
    const { drawn, calibration, since, until } = drawingAt(begun, rows, frame)
    return [drawn, calibration.madeAt, since, until]
  }
  assert.deepEqual(at(0), ['panorama', undefined, 0, 100])
  assert.deepEqual(at(100), ['panorama', fittedTo(1).madeAt, 100, 200])
  assert.deepEqual(at(299), ['side-by-side', fittedTo(1).madeAt, 200, 300])
  assert.deepEqual(at(1_000), ['panorama', fittedTo(2).madeAt, 300, undefined])
})

/** A film of chunks of two seconds, each looked at and this far off. */
function filmWith(pixels: readonly number[]): Database {
  const db = openDatabase(':memory:')
  const times = { startsAtMs: 1_000_000, endsAtMs: 1_060_000 }
  addBooking(db, times)
  openRecording(
    db,
    { id: 'r', bookingId: 'b', rigId: 'rig', folder: 'f', ...times, fps: 25, cameraWidth: 640, cameraHeight: 360, layout: 'panorama' },
    0,
  )
  for (const [number, px] of pixels.entries()) {
    const firstFrame = 50 * number
    addChunk(db, 'r', { number, firstFrame, frames: 50, bytes: 1, payloadBytes: 1, sha256: 'x' }, [], 0)
    addLook(db, 'r', number, [{ frame: firstFrame, residual: { is: 'measured', px, beyond: false, patches: 30 } }])
  }
  return db
}

const size = { left: { width: 640, height: 360 }, right: { width: 640, height: 360 } }

/** Nobody may look at pictures. */
const settle = (db: Database, frame: number) =>
  settleDrawing(
    {
      ...{
        db,
        clock: systemClock,
        logger: silentLogger(),
        recordingId: 'r',
        rigId: 'rig',
        home: '/nowhere',
        keepsRefits: false,
        begun,
        size,
        turns: { left: upright, right: upright },
      },
      open: () => assert.fail('no pictures are asked for'),
    },
    frame,
    new AbortController().signal,
  )

test('while the looks agree with what is drawn nothing is decided', async () => {
  using db = filmWith([0.1, 0.1, 0.1, 3, 3])
  assert.equal((await settle(db, 250)).drawn, 'panorama')
  assert.deepEqual(listRedrawn(db, 'r'), [])
})

test('a film that stood side by side is a panorama again, by what it was drawn by, once', async () => {
  using db = filmWith([0.1, 0.1, 9, 0.1, 0.1, 0.1])
  addRedrawn(db, 'r', panorama(50, 1))
  addRedrawn(db, 'r', sideBySide(100))
  for (let life = 0; life < 2; life += 1) {
    const { drawn, calibration, since } = await settle(db, 300)
    assert.deepEqual([drawn, calibration.madeAt, since], ['panorama', fittedTo(1).madeAt, 300])
  }
  assert.deepEqual(
    eventsAfter(db, 0, 100).flatMap(({ kind, facts }) => (kind === 'recording.redrawn' ? [facts['fromFrame']] : [])),
    [300],
  )
})

test('a rig that does not stand still is not fitted for ever: after three fits the pictures stand side by side', async () => {
  using db = filmWith([9, 9, 9, 9, 9, 9])
  for (const n of [1, 2, 3]) addRedrawn(db, 'r', panorama(50 * n, n))
  const { drawn, since } = await settle(db, 300)
  assert.deepEqual([drawn, since], ['side-by-side', 300])
  assert.match(listRedrawn(db, 'r').at(-1)?.because ?? '', /by 9\.0 pixels, and it could not be fitted again: it was fitted 3 times/)
})
