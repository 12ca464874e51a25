import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestResult } from './result.ts'
import { judgeResults, slowest } from './verdict.ts'

const result = (name: string, outcome: TestResult['outcome'], durationMs = 1): TestResult => ({
  kind: 'test',
  file: 'a.test.ts',
  name,
  outcome,
  durationMs,
})

test('all passed ends with 0, one failure with 1', () => {
  const good = judgeResults([result('a', 'passed'), result('b', 'passed')], [])
  assert.deepEqual([good.closingLine, good.exitCode], ['2 passed, 0 failed', 0])
  const bad = judgeResults([result('a', 'passed'), result('b', 'failed')], [])
  assert.deepEqual([bad.closingLine, bad.exitCode], ['1 passed, 1 failed', 1])
})

test('a skip is counted as one only when its file and name are listed with a reason', () => {
  const results = [result('a', 'passed'), result('b', 'skipped')]
  const allow = (file: string, name: string, reason: string): string => judgeResults(results, [{ file, name, reason }]).closingLine
  assert.equal(allow('a.test.ts', 'b', 'no camera here'), '1 passed, 0 failed, 1 skipped')
  assert.equal(allow('a.test.ts', 'b', ' '), '1 passed, 1 failed')
  assert.equal(allow('a.test.ts', 'c', 'no camera here'), '1 passed, 1 failed')
  assert.equal(allow('c.test.ts', 'b', 'no camera here'), '1 passed, 1 failed')
  assert.match(judgeResults(results, []).failed[0]?.detail ?? '', /skips\.json/)
})

test('a run of nothing has failed, and so has one of skips alone', () => {
  assert.deepEqual([judgeResults([], []).closingLine, judgeResults([], []).exitCode], ['0 passed, 0 failed', 1])
  assert.equal(judgeResults([result('b', 'skipped')], [{ file: 'a.test.ts', name: 'b', reason: 'r' }]).exitCode, 1)
})

test('what passed only alone has passed, and is told', () => {
  const verdict = judgeResults([result('a', 'passed'), { ...result('b', 'passed'), unsteady: true, detail: 'too late' }], [])
  assert.deepEqual([verdict.closingLine, verdict.exitCode], ['2 passed, 0 failed, 1 unsteady', 0])
  assert.deepEqual(
    verdict.unsteady.map(({ name, detail }) => [name, detail]),
    [['b', 'too late']],
  )
})

test('the slowest come first', () => {
  const results = [result('a', 'passed', 5), result('b', 'passed', 9), result('c', 'passed', 7)]
  assert.deepEqual(
    slowest(results, 2).map(({ name }) => name),
    ['b', 'c'],
  )
})
