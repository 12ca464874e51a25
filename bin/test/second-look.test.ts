import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestGroup } from './plan.ts'
import type { TestResult } from './result.ts'
import { lookAgain, mostSecondLooks } from './second-look.ts'

const group: TestGroup = { name: 'whole path', files: ['a.test.ts', 'b.test.ts'], concurrency: 3, timeoutMs: 1, secondLook: true }

const result = (file: string, name: string, outcome: TestResult['outcome']): TestResult => ({
  kind: 'test',
  file,
  name,
  outcome,
  durationMs: 1,
  ...(outcome === 'failed' ? { detail: 'too late' } : {}),
})

/** What is run again, and how it all came out, where everything alone ends as told. */
async function again(
  results: readonly TestResult[],
  alone: readonly TestResult[],
  of = group,
): Promise<{ ran: unknown[]; came: string[] }> {
  const ran: unknown[] = []
  const looked = await lookAgain(of, { results, outputs: new Map() }, async ({ files, concurrency, namePart }) => {
    ran.push([files, concurrency, namePart])
    return { results: alone, outputs: new Map() }
  })
  return { ran, came: looked.results.map(({ name, outcome, unsteady = false }) => `${name} ${outcome}${unsteady ? ' unsteady' : ''}`) }
}

test('a failure of the whole path is run once more, alone; when it passes it is unsteady, with the reason of the first time', async () => {
  const first = [result('a.test.ts', 'one', 'passed'), result('b.test.ts', 'suite > two', 'failed')]
  const { ran, came } = await again(first, [result('b.test.ts', 'suite > two', 'passed')])
  assert.deepEqual(ran, [[['b.test.ts'], 1, 'two']])
  assert.deepEqual(came, ['one passed', 'suite > two passed unsteady'])
})

test('what fails again, is skipped or does not run at all has failed', async () => {
  const first = [result('b.test.ts', 'two', 'failed')]
  for (const alone of [[result('b.test.ts', 'two', 'failed')], [result('b.test.ts', 'two', 'skipped')], []])
    assert.deepEqual((await again(first, alone)).came, ['two failed'])
})

test('nothing is run again among quick tests, when the runner itself died, or when too much failed', async () => {
  const { secondLook: _, ...quick } = group
  const failed = [result('b.test.ts', 'two', 'failed')]
  assert.deepEqual((await again(failed, [], quick)).ran, [])
  assert.deepEqual((await again([...failed, result('whole path', 'the test runner ended well', 'failed')], [])).ran, [])
  const many = Array.from({ length: mostSecondLooks + 1 }, (_unused, n) => result('a.test.ts', `${n}`, 'failed'))
  assert.deepEqual((await again(many, [])).ran, [])
})
