import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { temporaryFolder } from '../../../../tests/temporary-folder.ts'
import { buildModule, moduleFiles } from './build.ts'
import { bestForm } from './open-kernel.ts'

for (const file of ['warp.wasm', 'warp.relaxed.wasm'] as const)
  test(`the committed ${file} is what its source makes`, async () => {
    using folder = temporaryFolder()
    await buildModule(file, folder.path)
    const [committed, built] = await Promise.all([readFile(path.join(import.meta.dirname, file)), readFile(folder.file(file))])
    assert.ok(committed.equals(built), `build it anew: node src/merge/stitch/kernel/build.ts (${moduleFiles[file]})`)
  })

test('the Node that we ship has relaxed SIMD', () => {
  assert.equal(bestForm(), 'relaxed')
})
