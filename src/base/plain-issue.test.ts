import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { plainIssue } from './plain-issue.ts'

const fault = (schema: z.ZodType, value: unknown): string | undefined =>
  schema
    .safeParse(value, { error: plainIssue })
    .error?.issues.map(({ message }) => message)
    .join('; ')

test('what is wrong is told in plain words', () => {
  const minutes = z.coerce.number().positive().max(720)
  assert.equal(fault(minutes, 'abc'), 'must be a number')
  assert.equal(fault(minutes, 721), 'must be at most 720')
  assert.equal(fault(minutes, 0), 'must be more than 0')
  assert.equal(fault(z.int(), 1.5), 'must be a whole number')
  assert.equal(fault(z.string().min(1).max(3), 'four'), 'must have at most 3 characters')
  assert.equal(fault(z.string().min(1), ''), 'must not be empty')
  assert.equal(fault(z.array(z.string()).max(1), ['a', 'b']), 'must have at most 1 entries')
  assert.equal(fault(z.string(), undefined), 'is needed')
  assert.equal(fault(z.enum(['left', 'right']), 'up'), 'must be one of left, right')
})

test("a schema's own words come first, and no value is told", () => {
  assert.equal(fault(z.string().regex(/^x$/, 'must be an x'), 'secret'), 'must be an x')
  assert.doesNotMatch(fault(z.object({ a: z.number() }), { a: 'hunter22' }) ?? '', /hunter22/)
})
