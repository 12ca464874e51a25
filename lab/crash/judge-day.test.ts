import assert from 'node:assert/strict'
import { test } from 'node:test'
import { brokenWords } from './judge-day.ts'
import type { Acknowledged, Said } from './match-day.ts'

const booking: Acknowledged = { id: 'a', callerId: 'match', endsAtMs: 2_000, cancelled: false }
const told = (word: Acknowledged): Said => ({ is: 'acknowledged', ...word })
const found = (bookings: readonly Acknowledged[], planned: readonly string[] = ['a']): Said => ({ is: 'found', bookings, planned })

test('a word that holds, or that nobody was told of yet, is not broken', () => {
  assert.deepEqual(brokenWords([told(booking)], [found([{ ...booking, endsAtMs: 3_000 }])]), [])
  assert.deepEqual(brokenWords([told(booking)], [found([{ ...booking, cancelled: true }], [])]), [])
  assert.deepEqual(brokenWords([], [found([booking])]), [])
})

test('a word that was taken back is told', () => {
  assert.equal(brokenWords([told(booking)], [found([])]).length, 1)
  assert.equal(brokenWords([told(booking)], [found([{ ...booking, endsAtMs: 1_999 }])]).length, 1)
  assert.equal(brokenWords([told({ ...booking, cancelled: true })], [found([booking])]).length, 1)
  assert.equal(brokenWords([told(booking)], [found([booking], [])]).length, 1)
})
