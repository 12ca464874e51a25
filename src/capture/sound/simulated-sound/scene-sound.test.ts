import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sampleAt, samplesBetween, sceneSeconds } from './scene-sound.ts'

const loudest = (from: number, to: number): number => {
  let most = 0
  for (let index = from; index < to; index += 1) most = Math.max(most, Math.abs(sampleAt(index)))
  return most
}

test('each second of the scene begins with a tone of a tenth of a second, and the hall is quiet behind it', () => {
  for (const second of [0, 1, 7, 19, 20, 1_000_003]) {
    assert.ok(loudest(second * 48_000, second * 48_000 + 4_800) > 11_000)
    assert.ok(loudest(second * 48_000 + 4_800, (second + 1) * 48_000) <= 20)
  }
})

test('the tone that begins the loop is twice as high as the others', () => {
  const crossings = (second: number): number => {
    const signs = Array.from({ length: 4_800 }, (_, n) => sampleAt(second * 48_000 + n) > 0)
    return signs.filter((sign, n) => n > 0 && sign && signs[n - 1] === false).length
  }
  assert.ok(Math.abs(crossings(0) - 200) <= 12, `${crossings(0)}`)
  for (const second of [1, 19]) assert.ok(Math.abs(crossings(second) - 100) <= 12, `${crossings(second)}`)
})

test('the scene repeats, is never silent, and its pieces fit together', () => {
  const loop = sceneSeconds * 48_000
  assert.deepEqual(samplesBetween(1_000, 3_000), samplesBetween(1_000 + 5 * loop, 3_000 + 5 * loop))
  assert.deepEqual(samplesBetween(100, 900), Buffer.concat([samplesBetween(100, 333), samplesBetween(333, 900)]))
  assert.ok(loudest(10_000, 10_500) > 0)
})
