import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openNewest } from './newest.ts'

test('one name too many pushes out the one that was asked for longest ago', () => {
  const newest = openNewest(() => ({ n: 0 }), 2)
  newest.of('a').n = 1
  newest.of('b').n = 2
  newest.of('a')
  newest.of('c').n = 3
  assert.deepEqual([newest.find('a')?.n, newest.find('b')?.n, newest.find('c')?.n], [1, undefined, 3])
})
