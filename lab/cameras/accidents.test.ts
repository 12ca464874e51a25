import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../src/capture/pitch/random.ts'
import { accidentKinds, drawAccidents } from './accidents.ts'

test('so many of each kind, on both sides, the same from the same seed', () => {
  const drawn = drawAccidents(10, seededRandom(7))
  assert.deepEqual(drawn, drawAccidents(10, seededRandom(7)))
  assert.notDeepEqual(drawn, drawAccidents(10, seededRandom(8)))
  for (const kind of accidentKinds)
    for (const camera of ['left', 'right'])
      assert.equal(drawn.filter((each) => each.kind === kind && each.camera === camera).length, 5, `${kind} of ${camera}`)
})

test('a hang outlasts the time after which it must be seen; an error is over at once', () => {
  for (const { kind, awayMs } of drawAccidents(50, seededRandom(1))) {
    if (kind === 'hang') assert.ok(awayMs >= 4_000)
    if (kind === 'io-error') assert.equal(awayMs, 0)
  }
})
