import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cliffsDelta, medianOf } from './effect.ts'

test('times that are the same do not lie apart, and those that never meet lie wholly apart', () => {
  assert.equal(cliffsDelta([1, 2, 3], [1, 2, 3]), 0)
  assert.equal(cliffsDelta([4, 5], [1, 2, 3]), 1)
  assert.equal(cliffsDelta([1], [2, 3]), -1)
  assert.equal(cliffsDelta([1, 4], [2, 3]), 0)
  assert.equal(cliffsDelta([2, 2], [1, 2]), 0.5, 'a tie counts for neither')
})

test('one outlier moves neither', () => {
  assert.equal(medianOf([3, 1, 1_000]), 3)
  assert.equal(medianOf([1, 2, 3, 4]), 2.5)
})
