import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { z } from 'zod'
import { readSourceFiles, root } from './source-files.ts'

const listed = z
  .array(z.object({ file: z.string(), name: z.string(), reason: z.string().min(10) }))
  .parse(JSON.parse(readFileSync(path.join(root, 'tests/skips.json'), 'utf8')))

/** Tests that may skip themselves, and by which reason; one of a suite is listed under the suite's name, too. */
const maySkip = readSourceFiles()
  .filter(({ isTest }) => isTest)
  .flatMap(({ name: file, code }) =>
    [...code.matchAll(/\btest\(\s*(['"])((?:(?!\1).)+)\1,\s*\{[^}]*\bskip: (\w+)/g)].map(([, , name = '', why = '']) => ({
      file,
      name,
      why,
    })),
  )

const isListed = ({ file, name }: { readonly file: string; readonly name: string }): boolean =>
  listed.some((each) => each.file === file && (each.name === name || each.name.endsWith(` > ${name}`)))

test('what one test is allowed to be skipped for in tests/skips.json, each one that skips for it is: none is forgotten, none counts as failed by its new name', () => {
  const reasons = new Set(maySkip.filter(isListed).map(({ why }) => why))
  assert.ok(reasons.size > 5)
  assert.deepEqual(
    maySkip.filter((each) => reasons.has(each.why) && !isListed(each)),
    [],
  )
})
