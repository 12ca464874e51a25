// Somebody holds the database's write lock and stands still: a capture ends when its booking does, and the film comes when the lock is gone.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import path from 'node:path'
import { test } from 'node:test'
import { z } from 'zod'
import { openSettings } from '../../config/settings.ts'
import { openDatabase } from '../../src/adapters/sqlite.ts'
import { startChild } from '../../src/base/process.ts'
import { openSegmentLog } from '../../src/capture/segment-log.ts'
import { findRecordingOf } from '../../src/capture/recording-store.ts'
import { findVideoOf } from '../../src/publish/video.ts'
import { openHome, pause } from '../real-session.ts'

test('a capture ends with its booking while the database is locked by a process that stands still', async () => {
  await using home = await openHome()
  const up = await home.start(['up'])
  const startMs = Date.now() + 13_000
  const endMs = startMs + 5_000
  const added = await home.run([
    'booking',
    'add',
    '--start',
    new Date(startMs).toISOString(),
    '--end',
    new Date(endMs).toISOString(),
    '--json',
  ])
  assert.equal(added.code, 0, added.stderr)
  const { id } = z.object({ id: z.string() }).parse(JSON.parse(added.stdout))
  const { paths, camera } = openSettings(home.folder).settings

  await pause(Math.max(0, startMs + 1_000 - Date.now()))
  const holds = path.join(import.meta.dirname, '../programs/holds-a-lock.ts')
  await using holder = await startChild(process.execPath, ['--disable-warning=ExperimentalWarning', holds, paths.database], {
    stdin: 'pipe',
    stdout: 'pipe',
  })
  await once(holder.stdout ?? assert.fail(), 'data')
  holder.kill('SIGSTOP')

  const log = openSegmentLog({ takesFolder: paths.takes, rigId: camera.rigId, sinceMs: startMs - 60_000, keepUntrusted: true })
  for (let waited = 0; waited < 30_000 && log.takes.filter(({ ended }) => ended).length < 2; waited += 100) {
    await pause(100)
    await log.refresh()
  }
  assert.deepEqual(log.takes.map(({ camera: side, ended }) => `${side} ${ended?.cause}`).toSorted(), ['left stopped', 'right stopped'])
  const tailMs = camera.tailSeconds * 1_000
  for (const { ended } of log.takes) {
    const late = (ended?.atMs ?? 0) - endMs - tailMs
    assert.ok(late >= 0 && late < 5_000, `the capture ended ${late} ms after its window`)
  }
  using db = openDatabase(paths.database)
  assert.notEqual(findRecordingOf(db, id)?.steps.find(({ name }) => name === 'publish')?.state, 'done') // the lock was really held

  holder.kill('SIGKILL')
  await holder.exited
  let status: string | undefined
  for (let waited = 0; waited < 60_000 && status === undefined; waited += 200) {
    await pause(200)
    const recording = findRecordingOf(db, id)
    status = recording && findVideoOf(db, recording.id)?.published?.status
  }
  assert.equal(status, 'complete')
  up.child.kill('SIGINT')
  assert.equal((await up.ended).code, 0)
})
