import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readCameraSettings, type CameraSettings } from './camera-settings.ts'
import { fieldsOf } from './fields.ts'
import { readLoopIndex } from './loop-file.ts'

const settings: CameraSettings = {
  loops: { live: '/loops/a', still: undefined, black: undefined },
  ...{ phaseMs: 0, latencyMs: 40.5, driftPpm: -100, firstPtsTicks: 9_000 },
  faults: { freeze: { fromSeconds: 1, toSeconds: 2 }, blacken: undefined, drop: undefined, dieSeconds: 5, hangSeconds: undefined },
}

test('what a driver tells a camera arrives as it was told', () => {
  assert.deepEqual(readCameraSettings(fieldsOf(JSON.parse(JSON.stringify(settings)))), settings)
})

test('a field that does not fit is named with its place', () => {
  const wrong: [object, RegExp][] = [
    [{ ...settings, phaseMs: '0' }, /phaseMs is no number/],
    [{ ...settings, latencyMs: -1 }, /latencyMs is no number of at least 0/],
    [{ ...settings, driftPpm: undefined }, /driftPpm/],
    [{ ...settings, firstPtsTicks: 1.5 }, /firstPtsTicks is no whole number/],
    [{ ...settings, loops: {} }, /loops: live is no text/],
    [{ ...settings, loops: ['live'] }, /loops is no object/],
    [{ ...settings, faults: { drop: { fromSeconds: 1 } } }, /faults: drop: toSeconds/],
  ]
  for (const [given, message] of wrong)
    assert.throws(() => readCameraSettings(fieldsOf(JSON.parse(JSON.stringify(given)))), { name: 'TypeError', message })
  const index = {
    version: 2,
    width: 16,
    height: 16,
    fps: 25,
    firstFrame: 0,
    groupFrames: 10,
    sha256: '',
    gops: [{ offset: 0, sizes: [1] }],
  }
  assert.deepEqual(readLoopIndex(index), index)
  assert.throws(() => readLoopIndex({ ...index, version: 1 }), TypeError)
  assert.throws(() => readLoopIndex({ ...index, gops: [] }), /gops is no list/)
  assert.throws(() => readLoopIndex({ ...index, gops: [{ offset: 0, sizes: [0] }] }), /gops\[0\]: sizes\[0\]/)
})

test('whatever JSON comes, it is read or refused by a TypeError', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      for (const read of [() => readCameraSettings(fieldsOf(value)), () => readLoopIndex(value)])
        try {
          read()
        } catch (error) {
          assert.ok(error instanceof TypeError)
        }
    }),
  )
})
