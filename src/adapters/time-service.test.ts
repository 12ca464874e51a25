import assert from 'node:assert/strict'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { until } from '../../tests/until.ts'
import { systemClock } from '../base/clock.ts'
import { askTimeService, synchronizedIn } from './time-service.ts'

test('what systemd says of the clock is yes, no or nothing', () => {
  assert.deepEqual(['yes\n', 'no\n', '', 'Failed to connect to bus\n'].map(synchronizedIn), [true, false, undefined, undefined])
})

test('a service that may not ask the kernel learns from systemd that the clock was set, and asks no more once it ends', async (t) => {
  using folder = temporaryFolder()
  writeFileSync(folder.file('timedatectl'), `#!/bin/sh\necho "$*" >> ${folder.file('asked')}\ncat ${folder.file('answer')}\n`)
  chmodSync(folder.file('timedatectl'), 0o755)
  writeFileSync(folder.file('answer'), 'no\n')
  const path = process.env['PATH']
  process.env['PATH'] = `${folder.path}:${path}`
  t.after(() => {
    process.env['PATH'] = path
  })
  const clock = { ...systemClock, sleep: (_: number, signal?: AbortSignal) => systemClock.sleep(20, signal) }
  const service = askTimeService(clock)
  assert.equal(service.synchronized(), undefined)
  await until(() => service.synchronized() === false, 'it says that nobody keeps the clock')
  writeFileSync(folder.file('answer'), 'yes\n')
  await until(() => service.synchronized() === true, 'it says that the clock was set')
  await service[Symbol.asyncDispose]()
  const asked = readFileSync(folder.file('asked'), 'utf8').split('\n').length
  await systemClock.sleep(100)
  assert.equal(readFileSync(folder.file('asked'), 'utf8').split('\n').length, asked)
})
