import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../src/capture/pitch/random.ts'
import type { Call } from './census.ts'
import { choosePoints } from './points.ts'

const calls = (actor: Call['actor'], call: string, part: string, count: number): Call[] =>
  Array.from({ length: count }, (_, n) => ({ actor, call, part, n: n + 1 }))

const census = [
  ...calls('disk', 'write', 'segment', 500),
  ...calls('disk', 'rename', 'plan', 3),
  ...calls('main', 'fdatasync', 'database', 40),
  ...calls('encoder', 'write', 'its output', 10),
]

test('each kind has its fair share: the rare ones are struck at every call before the common ones take the rest', () => {
  const points = choosePoints(census, 100, seededRandom(1))
  const ofKind = (kind: string): number => points.filter((point) => point.kind === kind).length
  assert.deepEqual(
    ['disk rename: plan', 'encoder write: its output', 'main fdatasync: database', 'disk write: segment'].map(ofKind),
    [3, 10, 40, 47],
  )
})

test('no call is struck twice until all were', () => {
  const places = choosePoints(census, 553, seededRandom(1)).map(({ strikes: [first] }) => JSON.stringify(first))
  assert.equal(new Set(places).size, 553)
  assert.equal(choosePoints(census, 600, seededRandom(1)).length, 600)
  assert.deepEqual(choosePoints([], 5, seededRandom(1)), [])
})

test('every third life is struck again while it recovers, by its own calls', () => {
  const again = choosePoints(census, 99, seededRandom(1)).flatMap(({ strikes }) => strikes.slice(1))
  assert.equal(again.length, 33)
  assert.ok(again.every(({ actor }) => actor === 'main' || actor === 'disk'))
})

test('the same seed strikes the same calls', () => {
  assert.deepEqual(choosePoints(census, 50, seededRandom(7)), choosePoints(census, 50, seededRandom(7)))
  assert.notDeepEqual(choosePoints(census, 50, seededRandom(7)), choosePoints(census, 50, seededRandom(8)))
})
