import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseSource, readSourceFiles } from './source-files.ts'
import { bannedIn } from './words.ts'

// The samples below would be offences themselves.
const samples = 'tests/house/words.test.ts'

test('no word stands where it does not belong', () => {
  assert.deepEqual(
    readSourceFiles()
      .filter(({ name }) => name !== samples)
      .flatMap(bannedIn),
    [],
  )
})

test('each offence is seen, and only where it is one', () => {
  const seen = (name: string, text: string): string[] => bannedIn(parseSource(name, text)).map((line) => line.replace(`${name}: `, ''))
  assert.deepEqual(seen('src/base/a.ts', 'process.exit(1)'), ['process.exit outside bin'])
  assert.deepEqual(seen('bin/a.ts', 'process.exit(1)'), [])
  assert.deepEqual(seen('src/base/a.ts', '// never process.exit(1)'), [])
  assert.deepEqual(seen('bin/a.ts', "process.env['HOME']"), ['the environment read outside config/env.ts'])
  assert.deepEqual(seen('bin/a.ts', "import { env } from 'node:process'"), ['the environment read outside config/env.ts'])
  assert.deepEqual(seen('config/env.ts', "process.env['HOME']"), [])
  assert.deepEqual(seen('src/a.ts', 'const a = b as any'), ['a cast to any'])
  assert.deepEqual(seen('src/a.ts', 'export const enum Color {}'), ['an enum'])
  assert.deepEqual(seen('src/a.ts', 'try { b() } catch {}'), ['an empty catch'])
  assert.deepEqual(seen('src/a.ts', 'try { b() } catch (error) {\n}'), ['an empty catch'])
  assert.deepEqual(seen('src/a.ts', 'export default 1'), ['a default export'])
  assert.deepEqual(seen('src/a.ts', 'export { a as default }'), ['a default export'])
  assert.deepEqual(seen('src/a.ts', '// TODO later'), ['work left for later in a comment'])
  assert.deepEqual(seen('src/a.ts', '// FIXME'), ['work left for later in a comment'])
  assert.deepEqual(seen('src/a.test.ts', "test.only('a', b)"), ['a test that silences the others'])
})
