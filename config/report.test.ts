import assert from 'node:assert/strict'
import { test } from 'node:test'
import { variables } from './env.ts'
import { reportSettings, type ReportLine } from './report.ts'
import { examineSettings } from './settings.ts'

const report = (env: Record<string, string>): readonly ReportLine[] =>
  reportSettings(examineSettings(env, { home: '/srv/box', cwd: '/srv' }))
const lineOf = (env: Record<string, string>, name: string): ReportLine | undefined => report(env).find((line) => line.name === name)

test('every variable has a line, in the order of the groups', () => {
  assert.deepEqual(
    report({}).map(({ name }) => name),
    variables.map(({ name }) => name),
  )
})

test('a line tells the value in use, its unit, and whether it was set', () => {
  assert.deepEqual(lineOf({}, 'RECORDING_FPS'), {
    group: 'camera',
    name: 'RECORDING_FPS',
    value: '25',
    unit: 'frames per second',
    given: false,
  })
  assert.deepEqual(lineOf({ RECORDING_FPS: '30' }, 'RECORDING_FPS')?.value, '30')
  assert.equal(lineOf({ RECORDING_FPS: '30' }, 'RECORDING_FPS')?.given, true)
  assert.equal(lineOf({}, 'RECORDINGS_DIR')?.value, '/srv/box/recordings')
  assert.equal(lineOf({ DEBUG: 'true' }, 'LOG_LEVEL')?.value, 'DEBUG')
  assert.equal(lineOf({}, 'SHARE_BASE_URL')?.value, 'not set')
  assert.equal(lineOf({}, 'TRUSTED_PROXIES')?.value, 'not set')
})

test('a line tells what this version does not use yet', () => {
  assert.equal(lineOf({}, 'AWS_USER_MEDIA_BUCKET')?.later, 'used when logos are fetched from a bucket')
  assert.equal(lineOf({}, 'S3_BUCKET')?.later, undefined)
})

test('with faults, what was given is shown', () => {
  assert.equal(lineOf({ RECORDING_FPS: 'fast' }, 'RECORDING_FPS')?.value, 'fast')
  assert.equal(lineOf({ RECORDING_FPS: 'fast' }, 'LOG_DIR')?.value, '<home>/logs')
})

test('a secret is set or not set, faulty or not', () => {
  for (const value of ['AKIA0000EXAMPLE', 'x']) {
    assert.equal(lineOf({ AWS_ACCESS_KEY_ID: value }, 'AWS_ACCESS_KEY_ID')?.value, 'set')
    assert.ok(!JSON.stringify(report({ AWS_ACCESS_KEY_ID: `${value}hunter2` })).includes('hunter2'))
  }
  assert.equal(lineOf({}, 'AWS_ACCESS_KEY_ID')?.value, 'not set')
  const whole = { AWS_ACCESS_KEY_ID: 'AKIA0000EXAMPLE', AWS_SECRET_ACCESS_KEY: 'hunter2hunter2', S3_BUCKET: 'films' }
  assert.ok(!JSON.stringify(report(whole)).includes('hunter2'))
})

test('the password of a camera is cut out of its address', () => {
  assert.equal(lineOf({ CAMERA_LEFT: 'rtsp://eve:p@ss:w@10.0.0.9/1' }, 'CAMERA_LEFT')?.value, 'rtsp://[redacted]@10.0.0.9/1')
})
