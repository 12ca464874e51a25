// A file system that turns read-only, as ext4 does after an error in its journal: nothing is lost that was durable, capture waits and goes on.

import assert from 'node:assert/strict'
import { mkdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { systemClock } from '../../src/base/clock.ts'
import { appendLinesDurably } from '../../src/base/files.ts'
import { processStartTicks } from '../../src/base/process-look.ts'
import { closeFailedTake } from '../../src/capture/failed-take.ts'
import { endAbandonedTake } from '../../src/capture/recovery.ts'
import { cannotMount } from '../machine.ts'
import { pause, processesOf } from '../real-session.ts'
import { cardDisk, lookInto, memoryDisk, seconds, startCamera, startChain, takesOn, untilTakes } from './failing-disk.ts'

test(
  'a file system that gives up in the middle costs no more than the last seconds; the take is adopted after it was mounted anew',
  { skip: cannotMount },
  async () => {
    await using card = await cardDisk(96)
    {
      await using chain = await startChain(card.path)
      await untilTakes(card.path, ([take]) => (take?.anchors.length ?? 0) >= 5)
      await card.remount('abort')
      await pause(2_000)
      assert.notEqual(processStartTicks(chain.child.pid), undefined, 'it waits for its disk')
      await chain.stop()
      assert.equal(chain.child.stderrTail().includes('camera chain:'), true, 'it says why')
    }
    assert.deepEqual(processesOf(card.path), [])
    await card.mountAnew()
    const [take] = await takesOn(card.path)
    assert.ok(take && !take.ended)
    await endAbandonedTake(take, 'killed')
    const [now] = await takesOn(card.path)
    assert.ok(now)
    const { lost, jumps } = await lookInto(now)
    assert.deepEqual({ lost, jumps, cause: now.ended?.cause }, { lost: 0, jumps: [], cause: 'killed' })
    assert.ok(seconds(now) >= 2, `${seconds(now)} s of at least 5`)
  },
)

test('a card that is read-only when the camera is wanted is tried until it takes something', { skip: cannotMount }, async () => {
  await using card = await cardDisk(96)
  await card.remount('ro')
  await using running = await startCamera(card.path)
  await pause(1_500)
  assert.deepEqual(await takesOn(card.path), [])
  await card.remount('rw')
  await untilTakes(card.path, ([take]) => (take?.segments.length ?? 0) >= 1)
  await running.stop()
  assert.deepEqual(
    (await takesOn(card.path)).map(({ ended }) => ended?.cause),
    ['stopped'],
  )
})

test('the end of a take waits for a disk that takes nothing, unless the stop is asked', { skip: cannotMount }, async () => {
  await using disk = await memoryDisk(1_024)
  const folder = path.join(disk.path, '2026-05-02', '01KQK0M4V0000000000000TAKE-left')
  await mkdir(folder, { recursive: true })
  const begun = { is: 'begun', version: 1, takeId: 'x', rigId: 'rig', camera: 'left', bootId: 'b', atMs: 0, pid: 1, startTicks: 1 }
  await appendLinesDurably(path.join(folder, 'journal.ndjson'), [JSON.stringify(begun)])
  await disk.remount('ro')
  const refused: unknown[] = []
  const close = (stopAsked: AbortSignal): Promise<void> =>
    closeFailedTake({
      ...{ folder, cause: 'disk', detail: 'EROFS', unfinished: [], clock: systemClock, stopAsked },
      onRefused: (error) => refused.push(error),
    })
  await assert.rejects(close(AbortSignal.abort()), { code: 'EROFS' })
  const closed = close(new AbortController().signal)
  await pause(500)
  await disk.remount('rw')
  await closed
  assert.equal(refused.length, 1, 'told once')
  assert.match(await readFile(path.join(folder, 'journal.ndjson'), 'utf8'), /"ended","cause":"disk"/)
})
