import assert from 'node:assert/strict'
import { test } from 'node:test'
import { atMostEvery } from './machine-look.ts'

test('however many ask, it is looked up once, and again when the answer is old', async () => {
  let nowMs = 0
  let asked = 0
  const look = atMostEvery(
    3_000,
    () => nowMs,
    async () => (asked += 1),
  )
  assert.deepEqual(await Promise.all([look(), look(), look()]), [1, 1, 1])
  nowMs = 2_999
  assert.equal(await look(), 1)
  nowMs = 3_000
  assert.equal(await look(), 2)
})
