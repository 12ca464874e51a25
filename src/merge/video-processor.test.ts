import assert from 'node:assert/strict'
import { test } from 'node:test'
import { smallRecording } from '../../tests/small-recording.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { systemClock } from '../base/clock.ts'
import { silentLogger } from '../base/logger.ts'
import { noBranding } from './branding/branding.ts'
import { forgetChunks, listChunks, listGaps } from './chunk-store.ts'
import { mergeRecording, type MergeOptions } from './video-processor.ts'

async function merge(recordings: string, changes: Partial<MergeOptions>) {
  const recording = await smallRecording(recordings)
  forgetChunks(recording.db, 'r')
  const settings = { preset: 'ultrafast', crf: 30, maxRateKbps: 500, chunkSeconds: 1, branding: noBranding } as const
  const places = { home: recordings, cacheFolder: `${recordings}/cache`, takesFolder: `${recordings}/takes`, recordingsFolder: recordings }
  const options = { db: recording.db, clock: systemClock, logger: silentLogger(), ...settings, ...places, ...changes }
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
