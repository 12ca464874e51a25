// A service whose process lives and does nothing: it is ended and started again, and nobody else is.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { keepServices } from '../../services/parent.ts'
import { systemClock } from '../../src/base/clock.ts'
import { openLogger } from '../../src/base/logger.ts'
import { openHome, pause, processesOf, rigEnvironment, waitForProcess } from '../real-session.ts'

test('a service that stands still is killed and started again, the others are left alone', async () => {
  await using home = await openHome()
  const stop = new AbortController()
  const logs = path.join(home.folder, 'parent-logs')
  const kept = keepServices(
    {
      home: home.folder,
      services: ['worker', 'recorder'],
      variables: { ...rigEnvironment, CLOCK_TRUST: 'always' },
      clock: systemClock,
      logger: openLogger({ service: 'parent', folder: logs, level: 'INFO', stderr: false }),
      silenceMs: 10_000,
    },
    stop.signal,
  )
  const worker = await waitForProcess(home.folder, / worker --under-parent/)
  const recorder = await waitForProcess(home.folder, / recorder --under-parent/)
  await pause(2_000)
  process.kill(worker, 'SIGSTOP')
  for (let waited = 0; waited < 60_000 && processesOf(home.folder).includes(worker); waited += 200) await pause(200)
  const next = await waitForProcess(home.folder, / worker --under-parent/)
  assert.notEqual(next, worker)
  assert.ok(processesOf(home.folder).includes(recorder))
  assert.match(readFileSync(path.join(logs, 'parent.log'), 'utf8'), /"unit":"worker".*stands still/)
  stop.abort()
  await kept
})
