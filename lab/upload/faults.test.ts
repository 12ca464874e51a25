import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../src/capture/pitch/random.ts'
import { chooseFaults, costOf, faultKinds } from './faults.ts'

test('the same seed disturbs alike; every kind comes, in the middle, at the beginning and at the end', () => {
  const chosen = (seed: number) => {
    const random = seededRandom(seed)
    return Array.from({ length: 200 }, () => chooseFaults(random, 1e7)).flat()
  }
  assert.deepEqual(chosen(7), chosen(7))
  const all = chosen(7)
  assert.deepEqual(new Set(all.map(({ kind }) => kind)), new Set(faultKinds))
  assert.ok(['begin', 'complete'].every((when) => all.some((each) => each.when === when)))
  assert.ok(all.every(({ when }) => typeof when === 'string' || (when >= 0 && when < 1e7)))
})

test('what slows costs nothing, what breaks a connection one part, what kills those that are under way', () => {
  const cost = (kind: (typeof faultKinds)[number]): number => costOf({ kind, when: 0 })
  assert.deepEqual(
    ['slow', 'cut', 'lose-answer', 'kill'].map((kind) => cost(faultKinds.find((each) => each === kind) ?? 'cut')),
    [0, 1, 1, 3],
  )
})
