// A worker that the kernel gives no more memory (RLIMIT_DATA, put on it while it works): it dies of it, another one goes on, and the film is whole.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { holdLimit } from '../held-limit.ts'
import { cannotLimit } from '../machine.ts'
import { openHome, processesOf, waitForProcess } from '../real-session.ts'
import { bookAhead, booking, judgeFilm, untilPictures } from '../running-box.ts'
import { until } from '../until.ts'

/** What a busy machine costs is not what is asked here. */
const lost = (causes: readonly string[]): string[] => causes.filter((cause) => !['late-start', 'frames-dropped'].includes(cause))

test('the worker has no more memory: another one goes on, and no picture is lost', { skip: cannotLimit }, async () => {
  await using home = await openHome()
  await home.start(['up'])
  const { id, startMs } = await bookAhead(home)
  await untilPictures(home, 0, { fromMs: startMs + 1_000 })
  const worker = await waitForProcess(home.folder, / worker --under-parent/)
  {
    await using _held = await holdLimit(home, 'data', [worker])
    await until(() => !processesOf(home.folder).includes(worker), 'it ends for want of memory', 120_000)
  }
  await waitForProcess(home.folder, / worker --under-parent/)
  await untilPictures(home, 0, { fromMs: Date.now() + 1_000 })
  await booking(home, 'stop', id)
  const { causes } = await judgeFilm(home, id)
  assert.deepEqual([...lost(causes.left), ...lost(causes.right)], [])
})
