import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EzrecError, type ErrorCode } from '../../base/errors.ts'
import { fileError, makeFolder } from '../../base/files.ts'
import { HttpFault, problemOf, statusOf } from './problem.ts'

const secret = '/opt/ezrec-backend/store/local/x.mp4'
const codes = Object.keys(statusOf)

test('a fault of the box is told without its words: they name paths and programs', () => {
  const faults: unknown[] = [
    new Error(`ENOENT ${secret}`),
    secret,
    undefined,
    { stack: secret },
    ...(
      [
        'internal',
        'disk_full',
        'media_unreadable',
        'program_missing',
        'upstream_unavailable',
        'timeout',
        'camera_missing',
        'canceled',
      ] satisfies ErrorCode[]
    ).map((code) => new EzrecError(code, secret, { hint: secret, facts: { path: secret }, cause: new Error(secret) })),
  ]
  for (const fault of faults) {
    const problem = problemOf(fault)
    assert.ok(problem.status >= 500 && codes.includes(problem.code))
    assert.ok(!JSON.stringify(problem).includes('/opt'), problem.code)
  }
})

test('what the disk refuses this box is no mistake of the caller, nor are its rights told as his', async () => {
  const faults = ['EACCES', 'EROFS', 'ENOTDIR', 'ENAMETOOLONG'].map((code) => fileError(Object.assign(new Error(code), { code }), secret))
  for (const fault of [...faults, await makeFolder('/proc/opt/x').catch((error: unknown) => error)]) {
    const problem = problemOf(fault)
    assert.deepEqual([problem.code, problem.status], ['internal', 500])
    assert.ok(!JSON.stringify(problem).includes('/opt'))
  }
})

test('a mistake of the caller comes with its mend and its facts, but never with its cause', () => {
  const fault = new EzrecError('conflict', 'the rig is taken', {
    hint: 'choose another time',
    facts: { conflictsWith: 'b1' },
    cause: new Error(secret),
  })
  assert.deepEqual(problemOf(fault), {
    code: 'conflict',
    status: 409,
    message: 'the rig is taken',
    details: { hint: 'choose another time', conflictsWith: 'b1' },
    headers: {},
  })
})

test('who must wait is told how long, who must say who he is is told how', () => {
  const wait = new EzrecError('rate_limited', 'too many', { hint: 'wait', facts: { retryAfterSeconds: 59.2 } })
  assert.deepEqual(problemOf(wait).headers, { 'retry-after': '60' })
  assert.match(problemOf(new EzrecError('unauthorized', 'no', { hint: 'key' })).headers['www-authenticate'] ?? '', /^Bearer/)
})

test('a refusal that only HTTP knows keeps its headers', () => {
  const fault = new HttpFault('range_not_satisfiable', 'no such bytes', 'it has 5', { 'content-range': 'bytes */5' })
  assert.deepEqual([problemOf(fault).status, problemOf(fault).headers], [416, { 'content-range': 'bytes */5' }])
})
