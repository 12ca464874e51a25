import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judgeLifecycle, lifecycleOffer, type LifecycleRule } from './lifecycle-policy.ts'

const rule = (abortAfterDays: number | undefined, change: Partial<LifecycleRule> = {}): LifecycleRule => ({
  enabled: true,
  prefix: '',
  abortAfterDays,
  ...change,
})

test('leftovers of uploads go by themselves, and not before a box that was offline for a week has come back', () => {
  assert.equal(judgeLifecycle([]), 'none')
  assert.equal(judgeLifecycle([rule(undefined)]), 'none')
  assert.equal(judgeLifecycle([rule(7)]), 'good')
  assert.equal(judgeLifecycle([rule(30, { enabled: false })]), 'none')
  assert.equal(judgeLifecycle([rule(30, { prefix: 'other/' })]), 'none')
  assert.equal(judgeLifecycle([rule(30), rule(1, { prefix: 'club/' })]), 'too-soon')
  assert.equal(judgeLifecycle([rule(30), rule(6, { prefix: undefined })]), 'too-soon')
})

test('the rule that is offered is JSON, and would be good', () => {
  const [, json = ''] = /'(\{.*\})'/.exec(lifecycleOffer('films')) ?? []
  assert.deepEqual(JSON.parse(json).Rules[0].AbortIncompleteMultipartUpload, { DaysAfterInitiation: 7 })
})
