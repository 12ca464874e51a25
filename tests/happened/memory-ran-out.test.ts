// Memory that is refused to a process (RLIMIT_DATA, put on it while it works), and a process that the kernel kills for its memory (a control group):
// it dies, another one goes on, and only what a camera showed meanwhile is lost.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { holdLimit } from '../held-limit.ts'
import { cannotCage, cannotLimit } from '../machine.ts'
import { openCage } from '../memory-cage.ts'
import { openHome, processesOf, waitForProcess } from '../real-session.ts'
import { bookAhead, booking, judgeFilm, untilPictures } from '../running-box.ts'
import { until } from '../until.ts'

/** What a busy machine costs is not what is asked here. */
const lost = (causes: readonly string[]): string[] => causes.filter((cause) => !['late-start', 'frames-dropped'].includes(cause))

test(
  'worker and a chain get no more memory: whoever dies of it is replaced, what that costs is told, and the other camera loses nothing',
  { skip: cannotLimit },
  async () => {
    await using home = await openHome()
    await home.start(['up'])
    const { id, startMs } = await bookAhead(home)
    await untilPictures(home, 0, { fromMs: startMs + 1_000 })
    const worker = await waitForProcess(home.folder, / worker --under-parent/)
    const chain = await waitForProcess(home.folder, /camera-chain\.ts .*-left/)
    {
      await using _held = await holdLimit(home, 'data', [worker, chain])
      const isOver = isLater(10_000) // what they have already may last for longer
      await until(() => isOver() || !processesOf(home.folder).includes(worker), 'it has worked for long, or has ended', 120_000)
      await untilPictures(home, 0, { fromMs: Date.now() + 2_000 })
    }
    await waitForProcess(home.folder, / worker --under-parent/)
    await untilPictures(home, 0, { fromMs: Date.now() + 1_000 })
    const chainDied = !processesOf(home.folder).includes(chain)
    await booking(home, 'stop', id)
    const { causes } = await judgeFilm(home, id)
    assert.deepEqual([lost(causes.left).length <= (chainDied ? 1 : 0), lost(causes.right)], [true, []])
  },
)

/** Whether so long has passed since. */
function isLater(ms: number): () => boolean {
  const fromMs = performance.now()
  return () => performance.now() - fromMs > ms
}

test(
  'the kernel kills a chain for its memory: its camera records again, and the other one loses nothing',
  { skip: cannotCage },
  async () => {
    await using home = await openHome()
    await home.start(['up'])
    const { id, startMs } = await bookAhead(home)
    await untilPictures(home, 0, { fromMs: startMs + 1_000 })
    const chain = await waitForProcess(home.folder, /camera-chain\.ts .*-left/)
    const caughtMs = Date.now()
    {
      await using cage = openCage()
      cage.take(chain)
      await until(() => !processesOf(home.folder).includes(chain), 'it is killed', 60_000)
      assert.equal(cage.killed(), 1)
    }
    await untilPictures(home, caughtMs, { of: ['left'], fromMs: Date.now() + 1_000 })
    await booking(home, 'stop', id)
    const { causes, stretches } = await judgeFilm(home, id)
    assert.deepEqual(lost(causes.left), ['killed'])
    assert.equal(stretches.left, 2)
    assert.deepEqual(lost(causes.right), [])
  },
)
