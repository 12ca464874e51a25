import assert from 'node:assert/strict'
import path from 'node:path'
import { test } from 'node:test'
import { startChild } from '../../src/base/process.ts'
import { openDatagramSocket } from '../datagram-socket.ts'
import { repository } from '../house/seed-table.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { until } from '../until.ts'

const watchdogMs = 2_000

test('each service says when it is ready, feeds its watchdog by work, falls silent when it stands still, and says that it ends', async () => {
  using folder = temporaryFolder()
  /** The API writes its heartbeat every ten seconds: the first is enough. */
  const wordsOf = { recorder: 3, worker: 3, api: 1 } as const
  await Promise.all(
    Object.entries(wordsOf).map(async ([verb, enough]) => {
      using socket = openDatagramSocket(folder.file(verb))
      await using service = await startChild(
        process.execPath,
        ['--disable-warning=ExperimentalWarning', path.join(repository, 'bin', 'ezrec.ts'), '--home', folder.file('home'), verb],
        {
          env: {
            NOTIFY_SOCKET: folder.file(verb),
            WATCHDOG_USEC: String(watchdogMs * 1_000),
            CAMERA_LEFT: 'file:/nowhere/left.mp4',
            CAMERA_RIGHT: 'file:/nowhere/right.mp4',
            API_HOST: '127.0.0.1',
          },
        },
      )
      const heard: string[] = []
      const words = (): number => heard.push(...socket.take())
      await until(() => words() >= enough, `${verb} says it ${enough} times`, 60_000)
      service.kill('SIGSTOP')
      await new Promise((resolve) => setTimeout(resolve, 100)) // what it had said already
      const before = words()
      await new Promise((resolve) => setTimeout(resolve, watchdogMs))
      assert.equal(words(), before, `${verb} stands still and says so`)
      service.kill('SIGCONT')
      service.kill('SIGTERM')
      assert.deepEqual(await service.exited, { code: 0, signal: null }, service.stderrTail())
      words()
      // What was under way when it was asked to end may still be told.
      assert.deepEqual([...new Set(heard)], ['READY=1\nWATCHDOG=1', 'STOPPING=1'], verb)
      assert.equal(heard.filter((word) => word === 'STOPPING=1').length, 1, verb)
      assert.doesNotMatch(service.stderrTail(), /claim code of this box: /, 'standard error is the journal')
    }),
  )
})
