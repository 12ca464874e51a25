import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plural } from './words.ts'

test('one is one, none and more are many', () => {
  assert.deepEqual(
    [0, 1, 2].map((count) => plural(count, 'film')),
    ['0 films', '1 film', '2 films'],
  )
})
