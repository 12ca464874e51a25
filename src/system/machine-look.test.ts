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

test('a disk that hangs is asked once, however long it takes', async () => {
  let nowMs = 0
  let asked = 0
  const answer = Promise.withResolvers<number>()
  const look = atMostEvery(
    3_000,
    () => nowMs,
    () => {
      asked += 1
      return answer.promise
    },
  )
  const first = look()
  nowMs = 60_000
  const second = look()
  answer.resolve(1)
  assert.deepEqual([await first, await second, asked], [1, 1, 1])
  await look()
  assert.equal(asked, 2)
})
