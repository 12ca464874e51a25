import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rigPictures } from '../../../lab/rig-pictures.ts'
import { rigEnvironment } from '../../../tests/real-session.ts'
import { simulatedCalibration } from '../../capture/pitch/view.ts'
import type { FilmPicture } from '../film-reader.ts'
import type { DriftFit } from './drift-fit.ts'
import { openFilmDrift } from './film-drift.ts'
import type { FilmOffset } from './film-offset.ts'

const format = { width: 640, height: 360, fps: 25 }
const size = { left: format, right: format }
const chunkFrames = 50

const line: DriftFit = { offsetMs: 460, atMs: 600_000, driftPpm: 100, residualMs: 0.3, windows: 40, outliers: 1 }
const heard: FilmOffset = { is: 'measured', by: 'sound', offsetMs: 400, confidence: 4, line }

test('a line that was heard is followed to within little more than half a frame', () => {
  const drift = openFilmDrift({ calibration: undefined, size, fps: 25, offset: heard, shift: 10 })
  for (let frame = 0; frame < 90 * 60 * 25; frame += chunkFrames) {
    drift.begin(frame)
    const wanted = (400 + (100e-6 * frame * 1_000) / 25) / 40
    assert.ok(Math.abs(drift.shift - wanted) <= 0.551, `${drift.shift} for ${wanted}`)
    assert.equal(drift.shiftAt(frame + chunkFrames - 1), drift.shift)
    drift.end(frame + chunkFrames - 1)
  }
  assert.equal(drift.shiftAt(0), 10)
  assert.equal(drift.shiftAt(40 * 60 * 25), 16)
  assert.deepEqual(drift.told(), { correctedFrames: { first: 10, last: 23 }, drift: { ...line, driftPpm: 100, by: 'sound' } })
})

test('where nothing tells, the films stay as they were put together', () => {
  for (const offset of [
    { is: 'unknown', why: 'silence' },
    { ...heard, line: undefined },
  ] as const) {
    const drift = openFilmDrift({ calibration: undefined, size, fps: 25, offset, shift: 3 })
    for (let frame = 0; frame < 5_000; frame += chunkFrames) drift.begin(frame)
    assert.deepEqual(drift.told(), { correctedFrames: { first: 3, last: 3 }, drift: undefined })
  }
})

test('what both cameras see is followed from where the films were put together, however far apart they began', async () => {
  const of = (side: 'left' | 'right') => rigPictures(side, format, { from: 0, frames: 500 }, rigEnvironment.CACHE_DIR)
  const rig = { left: await of('left'), right: await of('right') }
  const seen: FilmOffset = { is: 'measured', by: 'pictures', offsetMs: 8_000, confidence: 4 }
  const drift = openFilmDrift({ calibration: simulatedCalibration(format), size, fps: 25, offset: seen, shift: 200 })
  const shown = (data: Uint8Array | undefined): FilmPicture => (data ? { is: 'picture', data: Buffer.from(data) } : { is: 'hole' })
  for (let frame = 0; frame < 1_800; frame += 1) {
    if (frame % chunkFrames === 0) drift.begin(frame)
    // The right film lags by 202 frames at first, from its 900th frame on by 203: its clock gives a picture more.
    const right = frame + drift.shift
    drift.see(frame, { left: shown(rig.left[frame % 500]), right: shown(rig.right[(right - (right < 1_100 ? 202 : 203) + 500) % 500]) })
    if (frame % chunkFrames === chunkFrames - 1) drift.end(frame)
  }
  const told = drift.told()
  assert.deepEqual(told.correctedFrames, { first: 200, last: 203 })
  assert.deepEqual([drift.shiftAt(0), drift.shiftAt(850)], [200, 202])
  assert.ok(told.drift?.by === 'pictures' && told.drift.driftPpm > 0 && told.drift.windows === 12, JSON.stringify(told))
})
