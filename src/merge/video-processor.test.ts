import assert from 'node:assert/strict'
import { utimesSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { noon, smallRecording } from '../../tests/small-recording.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import type { Database } from '../adapters/sqlite.ts'
import { systemClock } from '../base/clock.ts'
import { silentLogger } from '../base/logger.ts'
import { openGate } from '../base/gate.ts'
import { noBranding } from './branding/branding.ts'
import { listScore } from './branding/score-store.ts'
import { forgetChunks, listChunks, listGaps } from './chunk-store.ts'
import { calibrationFaultOf } from './film-calibration.ts'
import { listRedrawn } from './rig/rig-store.ts'
import { mergeRecording, type MergeOptions } from './video-processor.ts'

const forget = (db: Database): void => forgetChunks(db, 'r')

async function merge(recordings: string, changes: Partial<MergeOptions>, layout = 'side-by-side', prepare = forget) {
  const recording = await smallRecording(recordings)
  prepare(recording.db)
  recording.db.run('update recording set layout = ?', layout)
  const settings = { preset: 'ultrafast', crf: 30, maxRateKbps: 500, chunkSeconds: 1, findBranding: async () => noBranding } as const
  const places = { home: recordings, cacheFolder: `${recordings}/cache`, takesFolder: `${recordings}/takes`, recordingsFolder: recordings }
  const options: MergeOptions = {
    db: recording.db,
    rigWatch: 'live',
    clock: systemClock,
    logger: silentLogger(),
    ...settings,
    ...places,
    ...changes,
  }
  return { recording, merged: mergeRecording(options, 'r', AbortSignal.timeout(120_000)) }
}

test('a merge that may give up does so when life after life brings no chunk, and says why', async () => {
  using home = temporaryFolder()
  const { recording, merged } = await merge(home.path, { maxRateKbps: -1, mostTroubles: 2 }) // a rate that no encoder takes
  using _recording = recording
  await assert.rejects(merged, { code: 'upstream_unavailable', message: /the encoder ended too early/ })
  assert.deepEqual(listChunks(recording.db, 'r'), [])
})

test('a recording of which nothing was captured becomes a film of cards, every frame told', async () => {
  using home = temporaryFolder()
  const { recording, merged } = await merge(home.path, { mostTroubles: 2 })
  using _recording = recording
  await merged
  assert.deepEqual(
    listChunks(recording.db, 'r').map(({ frames }) => frames),
    [25, 25],
  )
  assert.deepEqual(
    listGaps(recording.db, 'r').map(({ camera, firstFrame, frames }) => [camera, firstFrame, frames]),
    [
      ['left', 0, 50],
      ['right', 0, 50],
    ],
  )
})

test('a panorama whose match is over waits while others are drawn, and is made when it is its turn', async () => {
  using home = temporaryFolder()
  const backlog = openGate(1)
  const other = await backlog.enter(AbortSignal.timeout(120_000))
  const { recording, merged } = await merge(home.path, { mostTroubles: 2, backlog }, 'panorama')
  using _recording = recording
  await pause(300)
  assert.equal(calibrationFaultOf(recording.db, 'r'), null, 'nothing is opened yet')
  other?.[Symbol.dispose]()
  await merged
  assert.match(calibrationFaultOf(recording.db, 'r') ?? '', /no calibration/)
  assert.equal(listChunks(recording.db, 'r').length, 2)
  assert.ok(await backlog.enter(AbortSignal.timeout(1)), 'its turn is over')
})

test('a film that was begun by a calibration that is refused since goes on side by side in its canvas, told once', async () => {
  using home = temporaryFolder()
  const camera = { width: 80, height: 90 }
  const homography = [-1, 0, 120, 0, 1, 0, 0, 0, 1]
  const window = { x: 0, y: 0, width: 160, height: 90 }
  const mirrored = JSON.stringify({ version: 1, left: camera, right: camera, homography, canvas: window })
  const { recording, merged } = await merge(home.path, { mostTroubles: 2 }, 'panorama', (db) => {
    db.run("update recording set calibration = ? where id = 'r'", mirrored)
    db.run("delete from chunk where recording_id = 'r' and first_frame >= 25")
  })
  using _recording = recording
  await merged
  assert.equal(
    listChunks(recording.db, 'r').reduce((sum, { frames }) => sum + frames, 0),
    50,
  )
  const [redrawn, ...more] = listRedrawn(recording.db, 'r')
  assert.deepEqual([redrawn?.drawn, more], ['side-by-side', []])
  assert.match(redrawn?.because ?? '', /as in a mirror/)
  assert.equal(recording.db.all("select kind from event where kind = 'recording.degraded'").length, 1)
})

test('what the score says while nobody knows yet where the film begins stands in it, from its first frame on', async () => {
  using home = temporaryFolder()
  const file = home.file('score.txt')
  writeFileSync(file, '0:0')
  utimesSync(file, noon / 1_000 - 60, noon / 1_000 - 60)
  let beganMs: number | undefined
  // No camera: where the film begins is known when it is over, at half the pace of time.
  const clock = { ...systemClock, nowMs: () => noon + (beganMs === undefined ? 0 : Math.round((Date.now() - beganMs) / 2)) }
  const branding = { ...noBranding, score: { file, position: 'top-left', height: 20 } as const }
  const findBranding = async () => {
    beganMs ??= Date.now()
    return branding
  }
  const { recording, merged } = await merge(home.path, { clock, mostTroubles: 2, findBranding }, 'panorama')
  using _recording = recording
  while (clock.nowMs() < noon + 1_200 && listScore(recording.db, 'r').length === 0) await pause(20)
  writeFileSync(file, '1:0')
  await merged
  const told = listScore(recording.db, 'r')
  assert.deepEqual(
    told.map(({ text }) => text),
    ['0:0', '1:0'],
  )
  assert.ok(told[0]?.firstFrame === 0, JSON.stringify(told))
})
