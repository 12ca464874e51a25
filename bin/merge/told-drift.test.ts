import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ToldDrift } from '../../src/merge/sync/film-drift.ts'
import { driftFacts, driftLines } from './told-drift.ts'

const fit = { by: 'sound', offsetMs: 12.3456, atMs: 2_700_000, driftPpm: 50.0449, residualMs: 0.4567, windows: 71, outliers: 1 } as const
const told: ToldDrift = { correctedFrames: { first: 3, last: 10 }, drift: fit }

test('a drift is told as a certificate tells it', () => {
  assert.deepEqual(driftFacts(told), {
    drift: { by: 'sound', driftPpm: 50, residualMs: 0.46, windows: 71, outliers: 1 },
    correctedFrames: { first: 3, last: 10 },
  })
  assert.deepEqual(driftLines(told), [
    'the right film comes later by 180 ms an hour (50 ppm, by sound): its pictures are taken 3 frames later at the beginning and 10 at the end',
  ])
})

test('one that runs the other way comes sooner', () => {
  assert.match(driftLines({ ...told, drift: { ...fit, driftPpm: -50 } })[0] ?? '', /comes sooner by 180 ms an hour \(-50 ppm/)
})

test('what was corrected without a drift is told, and of nothing nothing is', () => {
  assert.deepEqual(driftFacts({ ...told, drift: undefined }), { drift: null, correctedFrames: { first: 3, last: 10 } })
  assert.match(driftLines({ ...told, drift: undefined })[0] ?? '', /was brought in step: its pictures are taken 3 frames later/)
  assert.deepEqual(driftLines({ correctedFrames: { first: 3, last: 3 }, drift: undefined }), [])
})
