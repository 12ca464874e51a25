import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { startChild } from '../../src/base/process.ts'
import { endLeftProcesses } from './leftovers.ts'

test('a process that still carries the folder of the run is named and ended, any other lives on', async () => {
  const [ours, theirs] = await Promise.all(['ours-', 'theirs-'].map((name) => mkdtemp(path.join(os.tmpdir(), name))))
  assert.ok(ours !== undefined && theirs !== undefined)
  try {
    await using left = await startChild('sleep', ['600'], { env: { TMPDIR: ours } })
    await using other = await startChild('sleep', ['601'], { env: { TMPDIR: theirs } })
    assert.deepEqual(await endLeftProcesses(ours, 0), [{ pid: left.pid, commandLine: 'sleep 600' }])
    assert.equal((await left.exited).signal, 'SIGKILL')
    assert.deepEqual(await endLeftProcesses(ours, 0), [])
    assert.deepEqual(await endLeftProcesses(theirs, 0), [{ pid: other.pid, commandLine: 'sleep 601' }])
  } finally {
    await Promise.all([ours, theirs].map((folder) => rm(folder, { recursive: true, force: true })))
  }
})
