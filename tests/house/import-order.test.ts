import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { forwardImports, importCycles, rankOf, twoWayPairs } from './import-order.ts'
import { parseSource, readSourceFiles, root } from './source-files.ts'

const sources = readSourceFiles().filter(({ isTest }) => !isTest)

test('imports point only back along the list of folders', () => {
  assert.deepEqual(forwardImports(sources), [])
})

test('no file imports itself by way of others', () => {
  assert.deepEqual(importCycles(sources), [])
})

test('no two folders import each other', () => {
  assert.deepEqual(twoWayPairs(sources), [])
})

test('every import of ours names a file that exists', () => {
  const missing = sources.flatMap(({ name, imports }) =>
    imports.filter((target) => !existsSync(path.join(root, target))).map((target) => `${name} imports ${target}`),
  )
  assert.deepEqual(missing, [])
})

test('a type import, a re-export, a dynamic import, a bare import and a worker by URL are all seen; a comment is not', () => {
  const sample = parseSource(
    'src/capture/sample.ts',
    [
      "import { a } from '../base/a.ts'",
      "import type { B } from '../base/b.ts'",
      'import {',
      '  c,',
      '  type D,',
      "} from '../base/c.ts'",
      "export * from '../base/d.ts'",
      "export type { E } from '../base/e.ts'",
      "import '../base/f.ts'",
      "const late = await import('../base/g.ts')",
      "const worker = new Worker(new URL('../base/h.ts', import.meta.url))",
      "// import { x } from '../base/x.ts'",
      "/* import { y } from '../base/y.ts' */",
      'const z = 1 // await import( nothing )',
      "import fs from 'node:fs'",
      "const url = 'https://example.org' // a comment",
    ].join('\n'),
  )
  assert.deepEqual(
    sample.imports.toSorted(),
    ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((letter) => `src/base/${letter}.ts`),
  )
  assert.match(sample.code, /https:\/\/example/)
})

test('forward imports, cycles and two-way pairs are found where they are', () => {
  const forward = [{ name: 'src/booking/a.ts', imports: ['src/capture/b.ts', 'src/base/c.ts', 'docs/x.ts'] }]
  assert.deepEqual(forwardImports(forward), ['src/booking/a.ts imports src/capture/b.ts', 'src/booking/a.ts imports docs/x.ts'])
  const round = [
    { name: 'src/base/a.ts', imports: ['src/base/b.ts'] },
    { name: 'src/base/b.ts', imports: ['src/base/c.ts'] },
    { name: 'src/base/c.ts', imports: ['src/base/a.ts'] },
  ]
  assert.deepEqual(importCycles(round), ['src/base/a.ts -> src/base/b.ts -> src/base/c.ts -> src/base/a.ts'])
  const pair = [
    { name: 'src/merge/stitch/a.ts', imports: ['src/merge/sync/b.ts', 'src/merge/x.ts'] },
    { name: 'src/merge/sync/b.ts', imports: ['src/merge/stitch/c.ts'] },
    { name: 'src/merge/x.ts', imports: ['src/merge/stitch/a.ts'] },
  ]
  assert.deepEqual(twoWayPairs(pair), ['src/merge/stitch <-> src/merge/sync'])
  assert.equal(rankOf('src/app.ts') > rankOf('src/api/server.ts'), true)
  assert.equal(rankOf('src/basement/a.ts'), -1)
})
