import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openPace, type Preset } from './pace.ts'

/** The preset after each chunk of two seconds, given how far behind each of them was. */
function presets(wanted: Preset, lags: readonly number[]): Preset[] {
  const pace = openPace(wanted)
  return lags.map((lag, n) => {
    pace.judge((n + 1) * 2, lag)
    return pace.preset
  })
}
const times = (count: number, lag: number): number[] => Array.from({ length: count }, () => lag)

test('a film that keeps up is encoded as asked', () => {
  assert.deepEqual(new Set(presets('superfast', times(500, 0.7))), new Set(['superfast']))
})

test('one that falls behind takes the next faster preset, and the fastest if that is not enough', () => {
  assert.deepEqual(presets('veryfast', [0.3, 0.71, 2, 2, 2, 2, 2, 2]), [
    'veryfast',
    'superfast',
    'superfast',
    'superfast',
    'ultrafast',
    'ultrafast',
    'ultrafast',
    'ultrafast',
  ])
})

test('after two calm minutes the better one is tried again, and each failure doubles the wait', () => {
  const calm = presets('superfast', [1, ...times(100, 0.3)])
  assert.equal(calm.indexOf('superfast', 1), 63) // the third chunk after the change begins the calm
  const again = presets('superfast', [1, ...times(64, 0.3), 1, 1, 1, ...times(200, 0.3)])
  const second = again.findIndex((preset, n) => n > 70 && preset === 'superfast')
  assert.ok(second - 68 >= 120, `${second}`)
  assert.deepEqual(new Set(presets('superfast', [1, ...times(300, 0.46)]).slice(1)), new Set(['ultrafast']), 'nearly calm is not calm')
})

test('a merge that is made long afterwards keeps its quality', () => {
  assert.deepEqual(new Set(presets('superfast', times(50, 61))), new Set(['superfast']))
})
