import assert from 'node:assert/strict'
import { test } from 'node:test'
import { drifting } from '../../../tests/drifting-sound.ts'
import { measureSoundLine, placesBetween, type SoundLineOptions } from './sound-line.ts'
import { soundRate, type ReadStretch } from './sound-stretch.ts'

const signal = new AbortController().signal

const reading =
  (samples: Float32Array): ReadStretch =>
  (from, seconds) =>
    Promise.resolve(samples.slice(Math.round(from * soundRate), Math.round((from + seconds) * soundRate)))

const seconds = 100
const films = ({ left, right }: { left: Float32Array; right: Float32Array }): Pick<SoundLineOptions, 'read' | 'seconds'> => ({
  read: { left: reading(left), right: reading(right) },
  seconds: { left: seconds, right: seconds },
})

test('the line through two films is found, wherever the right one began', async () => {
  for (const [offsetMs, driftPpm] of [
    [0, 300],
    [-5_200, -250],
    [4_700, 50],
  ] as const) {
    const line = await measureSoundLine({ ...films(drifting(soundRate, seconds, { offsetMs, driftPpm })), offsetMs: offsetMs + 3 }, signal)
    assert.ok(line?.driftPpm !== undefined, `${offsetMs} ms`)
    assert.ok(Math.abs(line.driftPpm - driftPpm) < 6, `${line.driftPpm} for ${driftPpm} ppm`)
    assert.ok(Math.abs(line.offsetMs - offsetMs - driftPpm * 1e-6 * line.atMs) < 1, JSON.stringify(line))
    assert.ok(line.windows >= 8, JSON.stringify(line))
  }
})

test('no line is drawn through a jump, through silence or through what cannot be read', async () => {
  const { left, right } = drifting(soundRate, seconds, { offsetMs: 0, driftPpm: 0 })
  const jumped = Float32Array.from(right, (_, n) => right[n < 50 * soundRate ? n : n - 0.4 * soundRate] ?? 0)
  assert.equal(await measureSoundLine({ ...films({ left, right: jumped }), offsetMs: 0 }, signal), undefined)
  assert.equal(await measureSoundLine({ ...films({ left, right: new Float32Array(right.length) }), offsetMs: 0 }, signal), undefined)
  const broken: ReadStretch = () => Promise.reject(new Error('it does not decode'))
  const read = { left: reading(left), right: broken }
  assert.equal(await measureSoundLine({ ...films({ left, right }), read, offsetMs: 0 }, signal), undefined)
  assert.ok(await measureSoundLine({ ...films({ left, right }), offsetMs: 0 }, signal))
})

test('places reach from the beginning to the end of what both hold, and are no more than so many', () => {
  assert.deepEqual(placesBetween(0, 60), [])
  assert.deepEqual(placesBetween(5, 5 + 12 + 60), [5, 25, 45, 65])
  const long = placesBetween(0, 24 * 3_600)
  assert.deepEqual([long.length, long[0], long.at(-1)], [24, 0, 24 * 3_600 - 12])
})
