import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../src/capture/pitch/random.ts'
import { chooseFaults, faultKinds, heldAgainBy, interruptedBy, resentBy } from './faults.ts'

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

test('what slows costs nothing, what breaks a connection interrupts a part, what kills all that are under way; one at most goes twice, and none that was held', () => {
  const costs = (['slow', 'cut', 'lose-answer', 'kill'] as const).map((kind) =>
    [interruptedBy, resentBy, heldAgainBy].map((of) => of({ kind, when: 0 })),
  )
  assert.deepEqual(costs, [
    [0, 0, 0],
    [1, 1, 1],
    [1, 1, 1],
    [3, 1, 0],
  ])
})
