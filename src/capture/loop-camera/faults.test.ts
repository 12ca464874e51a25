import assert from 'node:assert/strict'
import { test } from 'node:test'
import { frameFate, picturesAt } from './faults.ts'

test('a span begins with its first instant and ends before its last', () => {
  const faults = { drop: { fromSeconds: 6, toSeconds: 7 } }
  assert.deepEqual(
    [5.96, 6, 6.96, 7].map((seconds) => frameFate(faults, seconds)),
    ['emit', 'drop', 'drop', 'emit'],
  )
})

test('death and hanging are for ever, and death comes first', () => {
  assert.equal(frameFate({ dieSeconds: 6 }, 5.96), 'emit')
  assert.equal(frameFate({ dieSeconds: 6 }, 60), 'die')
  assert.equal(frameFate({ hangSeconds: 6 }, 6), 'hang')
  assert.equal(frameFate({ dieSeconds: 6, hangSeconds: 6 }, 6), 'die')
})

test('a camera that is frozen and blackened is black', () => {
  const faults = { freeze: { fromSeconds: 1, toSeconds: 9 }, blacken: { fromSeconds: 2, toSeconds: 3 } }
  assert.deepEqual(
    [0, 1, 2, 3, 9].map((seconds) => picturesAt(faults, seconds)),
    ['live', 'still', 'black', 'still', 'live'],
  )
})
