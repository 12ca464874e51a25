import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { relativeLinks } from './links.ts'
import { root } from './source-files.ts'

const page = 'docs/design/faults.md'
const faultCount = 58

type Row = { readonly number: number; readonly promise: string; readonly shownBy: string }

const rows: readonly Row[] = readFileSync(path.join(root, page), 'utf8')
  .split('\n')
  .flatMap((line) => {
    const [, number, , promise, shownBy] = /^\| (\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/.exec(line) ?? []
    return number && promise && shownBy ? [{ number: Number(number), promise, shownBy }] : []
  })

/** What a row stands on, relative to the clone. */
const named = (row: Row): string[] => relativeLinks(row.shownBy).map((link) => path.join(path.dirname(page), link))

test('every fault has one row, in order', () => {
  assert.deepEqual(
    rows.map(({ number }) => number),
    Array.from({ length: faultCount }, (_, n) => n + 1),
  )
})

test('each row names what shows it, or says that it does not apply, or what is open', () => {
  const bare = rows.filter((row) => named(row).length === 0 && !/(^|\. )(open|does not apply): \S/.test(row.shownBy))
  assert.deepEqual(bare, [])
})

test('what a row names is a test or an experiment, and exists', () => {
  const wrong = rows.flatMap((row) =>
    named(row)
      .filter(
        (file) => !(file.endsWith('.test.ts') || (file.startsWith('lab/') && file.endsWith('.ts'))) || !existsSync(path.join(root, file)),
      )
      .map((file) => `${row.number}: ${file}`),
  )
  assert.deepEqual(wrong, [])
})
