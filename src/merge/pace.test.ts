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

/** The preset after each chunk, in a merge that keeps up, given whether the board was strained. */
function presetsOf(wanted: Preset, strains: readonly boolean[], lagSeconds = 0.3): Preset[] {
  const pace = openPace(wanted)
  return strains.map((strained, n) => {
    pace.judge((n + 1) * 2, lagSeconds, strained)
    return pace.preset
  })
}
const of = (count: number, strained: boolean): boolean[] => Array.from({ length: count }, () => strained)

test('a board that is hot gets less to do, one step a minute, though the film keeps up', () => {
  const told = presetsOf('veryfast', of(64, true))
  assert.equal(told[0], 'superfast')
  assert.equal(told.indexOf('ultrafast'), 30, 'the next step comes a minute after the first')
})

test('heat that ended has to stay away for two minutes; heat that comes again begins that wait anew', () => {
  const cooled = presetsOf('superfast', [true, ...of(100, false)])
  assert.equal(cooled.indexOf('superfast', 1), 63)
  const flickering = presetsOf('superfast', [true, ...of(40, false), true, ...of(100, false)])
  assert.equal(flickering.indexOf('superfast', 1), 41 + 1 + 60)
})

test('a merge that is made long afterwards heeds heat, too, and recovers from it; one that fell so far behind does not slow down again', () => {
  const later = presetsOf('superfast', [true, ...of(100, false)], 500)
  assert.equal(later[0], 'ultrafast')
  assert.equal(later.at(-1), 'superfast')
  assert.deepEqual(new Set(presets('superfast', [2, 30, ...times(300, 61)]).slice(1)), new Set(['ultrafast']))
})

test('a fixed preset stays, whatever happens', () => {
  const pace = openPace('veryfast', { fixed: true })
  assert.equal(pace.judge(10, 30, true), false)
  assert.equal(pace.preset, 'veryfast')
})
