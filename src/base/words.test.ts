import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nearestOf, plural, shellWord } from './words.ts'

test('one is one, none and more are many', () => {
  assert.deepEqual(
    [0, 1, 2].map((count) => plural(count, 'film')),
    ['0 films', '1 film', '2 films'],
  )
})

test('a word that a shell would take apart is quoted', () => {
  assert.deepEqual(['/srv/box-1/.ezrec', "/home/o'neil/my box"].map(shellWord), ['/srv/box-1/.ezrec', String.raw`'/home/o'\''neil/my box'`])
})

test('a word that is mistyped is near the one that was meant, and none is near another word', () => {
  assert.deepEqual(
    ['crahs', 'kil', 'xyz', ''].map((word) => nearestOf(word, ['kill', 'crash'])),
    ['crash', 'kill', undefined, undefined],
  )
})
