import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import type { TestResult } from './result.ts'
import { runGroup } from './run-group.ts'

/** Runs these texts as test files and says how each test came out. */
async function outcomesOf(
  texts: Record<string, string>,
  namePart?: string,
): Promise<{ outcomes: string[]; results: readonly TestResult[]; written: string }> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'group-'))
  try {
    const files = await Promise.all(
      Object.entries(texts).map(async ([name, text]) => {
        const file = path.join(folder, name)
        await writeFile(file, `import { test, describe } from 'node:test'\n${text}`)
        return file
      }),
    )
    const group = { name: 'sample', files, concurrency: 1, timeoutMs: 60_000, ...(namePart === undefined ? {} : { namePart }) }
    const told: TestResult[] = []
    const { results, outputs } = await runGroup(group, {
      signal: new AbortController().signal,
      temporaryFolder: folder,
      onResult: (result) => told.push(result),
    })
    assert.deepEqual(told, results.slice(0, told.length))
    return { outcomes: results.map(({ name, outcome }) => `${outcome} ${name}`), results, written: [...outputs.values()].join('') }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

test('what passes, fails, is skipped and lies within others is counted one by one, with its reason', async () => {
  const { outcomes, results, written } = await outcomesOf({
    'a.test.ts': `
      test('good', () => { console.log('hello from a') })
      test('bad', () => { throw new Error('the reason') })
      test('not now', { skip: true }, () => {})
      test('some day', { todo: true }, () => {})
      describe('suite', () => { test('inner', () => {}); test('inner bad', () => { throw new Error('deep') }) })
      describe.skip('skipped suite', () => { test('never', () => {}) })`,
  })
  assert.deepEqual(outcomes, [
    'passed good',
    'failed bad',
    'skipped not now',
    'skipped some day',
    'passed suite > inner',
    'failed suite > inner bad',
    'skipped skipped suite',
  ])
  assert.match(results[1]?.detail ?? '', /the reason/)
  assert.match(written, /hello from a/)
})

test('a file that cannot be loaded has failed, and so has one without a test', async () => {
  const { outcomes } = await outcomesOf({ 'broken.test.ts': "throw new Error('at load')", 'empty.test.ts': '' })
  assert.equal(outcomes.length, 2)
  assert.ok(outcomes.every((outcome) => outcome.startsWith('failed ')))
})

test('with a part of a name only tests that carry it run, and files without one say nothing', async () => {
  const texts = { 'a.test.ts': "test('back to back (two)', () => {}); test('other', () => {})", 'b.test.ts': "test('third', () => {})" }
  assert.deepEqual((await outcomesOf(texts, 'to back (')).outcomes, ['passed back to back (two)'])
})
