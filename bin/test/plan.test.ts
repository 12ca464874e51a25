import assert from 'node:assert/strict'
import { test } from 'node:test'
import { planTests } from './plan.ts'

const files = ['tests/path/one.test.ts', 'src/a.ts', 'src/merge/b.test.ts', 'tests/happened/two.test.ts', 'src/base/a.test.ts']

test('quick tests run first and two at a time, those that start whole programs afterwards, four at a time', () => {
  const planned = planTests(files)
  assert.deepEqual(
    planned.map((found) => [found.files, found.concurrency]),
    [
      [['src/base/a.test.ts', 'src/merge/b.test.ts'], 2],
      [['tests/happened/two.test.ts', 'tests/path/one.test.ts'], 4],
    ],
  )
  assert.ok(planned.every(({ namePart }) => namePart === undefined))
})

test('a pattern found in paths selects files; found in no path, it selects tests by name in the files that say it', () => {
  assert.deepEqual(
    planTests(files, 'merge').map((found) => [found.files, found.namePart]),
    [[['src/merge/b.test.ts'], undefined]],
  )
  const textOf = (file: string): string => (file === 'tests/path/one.test.ts' ? 'back to back' : '')
  assert.deepEqual(
    planTests(files, 'to back', textOf).map((found) => [found.files, found.namePart]),
    [[['tests/path/one.test.ts'], 'to back']],
  )
  assert.deepEqual(planTests(files, 'nowhere', textOf), [])
})
