import assert from 'node:assert/strict'
import { test } from 'node:test'
import { randomNumbers } from '../../../../tests/textured-views.ts'
import { spreadEvenly } from './feature-spread.ts'

const size = { width: 1280, height: 720 }

test('a crowd of strong points does not push the few weak ones of an empty corner aside', () => {
  const random = randomNumbers(3)
  const crowd = Array.from({ length: 900 }, () => ({ x: random() * 200, y: random() * 100, response: 1 + random() }))
  const few = Array.from({ length: 10 }, (_, n) => ({ x: 600 + n * 60, y: 500, response: 0.1 }))
  const kept = spreadEvenly([...crowd, ...few], size, 100)
  assert.equal(kept.length, 100)
  assert.equal(kept.filter((n) => n >= crowd.length).length, few.length)
  assert.equal(new Set(kept).size, 100)
})

test('of one cell the strongest come first, and fewer points than are asked for all stay', () => {
  const points = [0.1, 0.9, 0.5].map((response, n) => ({ x: 10 + n, y: 10, response }))
  assert.deepEqual(spreadEvenly(points, size, 10), [1, 2, 0])
  assert.deepEqual(spreadEvenly([], size, 10), [])
})
