import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../capture/pitch/random.ts'
import { measureSoundOffset } from './sound-offset.ts'

const rate = 8_000
const options = { rate, reachMs: 10_000 }

/** Voices, whistles and the ball: noise in bursts. */
function courtSound(seconds: number, seed: number): Float32Array {
  const random = seededRandom(seed)
  let [loud, slow] = [0, 0]
  return Float32Array.from({ length: seconds * rate }, (_, n) => {
    if (n % 1_600 === 0) loud = random() < 0.4 ? random() : 0.05
    slow += 0.3 * (random() - 0.5 - slow)
    return 0.2 * loud * slow
  })
}

/** What a microphone at another place hears: later by `lag` samples (with a fraction), at another gain, with echoes and noise of its own. */
function heard(
  sound: Float32Array,
  lag: number,
  { gain = 1, echoes = [] as readonly (readonly [number, number])[], noise = 0, seed = 9 } = {},
): Float32Array {
  const random = seededRandom(seed)
  const at = (n: number): number => {
    const whole = Math.floor(n)
    return (sound[whole] ?? 0) * (1 - n + whole) + (sound[whole + 1] ?? 0) * (n - whole)
  }
  return sound.map(
    (_, n) => gain * (at(n - lag) + echoes.reduce((sum, [later, by]) => sum + by * at(n - lag - later), 0)) + noise * (random() - 0.5),
  )
}

const room = [
  [90, 0.7],
  [233, 0.5],
  [611, 0.4],
] as const

for (const lagMs of [0, 40.0, -137.25, 8_912.5, -9_400])
  test(`sound that comes ${lagMs} ms later is found through another gain, echoes and noise`, () => {
    const sound = courtSound(25, 1)
    const left = heard(sound, 0, { echoes: [[317, 0.6]], noise: 0.004, seed: 2 })
    const right = heard(sound, (lagMs * rate) / 1_000, { gain: 0.2, echoes: room, noise: 0.000_8, seed: 3 })
    const found = measureSoundOffset(left, right, options)
    assert.ok(found.is === 'measured', JSON.stringify(found))
    assert.ok(Math.abs(found.offsetMs - lagMs) < 0.3, `${found.offsetMs} for ${lagMs}`)
    assert.ok(found.confidence >= 2)
  })

test('silence, and a microphone that is nearly so, are refused', () => {
  const sound = courtSound(10, 1)
  const silence = new Float32Array(sound.length)
  assert.deepEqual(measureSoundOffset(silence, sound, options), { is: 'refused', why: 'silent-left' })
  assert.deepEqual(
    measureSoundOffset(
      sound,
      sound.map((each) => each * 1e-4 + 0.3),
      options,
    ),
    { is: 'refused', why: 'silent-right' },
  )
})

test('two microphones that hear different things are refused', () => {
  for (let seed = 1; seed <= 5; seed += 1)
    assert.deepEqual(measureSoundOffset(courtSound(10, seed), courtSound(10, seed + 50), options), { is: 'refused', why: 'indistinct' })
})
