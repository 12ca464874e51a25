import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { systemClock } from '../src/base/clock.ts'
import { silentLogger } from '../src/base/logger.ts'
import { openHome, rigEnvironment, waitForProcess } from '../tests/real-session.ts'
import { apiMemory } from './api-memory.ts'
import { keepServices } from './parent.ts'

test('the API alone is held small', async () => {
  await using home = await openHome()
  const stop = new AbortController()
  const { folder } = home
  const kept = keepServices(
    { home: folder, services: ['worker', 'api'], variables: { ...rigEnvironment }, clock: systemClock, logger: silentLogger() },
    stop.signal,
  )
  try {
    const worker = await waitForProcess(folder, / worker --under-parent/)
    const api = await waitForProcess(folder, / api --under-parent/)
    const given = (pid: number, what: 'cmdline' | 'environ'): string[] => readFileSync(`/proc/${pid}/${what}`, 'utf8').split('\0')
    const wanted = Object.entries(apiMemory.env).map(([name, value]) => `${name}=${value}`)
    const [words, variables] = [given(api, 'cmdline'), given(api, 'environ')]
    assert.deepEqual(
      [words.slice(1, 1 + apiMemory.flags.length), wanted.filter((each) => variables.includes(each))],
      [apiMemory.flags, wanted],
    )
    assert.deepEqual(
      [...given(worker, 'cmdline'), ...given(worker, 'environ')].filter((each) => /^--max-|^MALLOC_/.test(each)),
      [],
    )
  } finally {
    stop.abort()
    await kept
  }
})
