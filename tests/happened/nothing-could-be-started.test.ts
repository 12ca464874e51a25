// A box that can have no descriptor, or no process and no thread any more, in the middle of a match: what runs goes on, what cannot be
// started is tried again without haste, and all is as before once the limit is gone.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cpuSecondsOf } from '../../lab/process-cpu.ts'
import { holdLimit } from '../held-limit.ts'
import { cannotBecomeSomebody, cannotLimit, nobodyElse } from '../machine.ts'
import { bookAhead, booking, judgeFilm, untilPictures } from '../running-box.ts'
import { kill, openHome, pause, processesOf, waitForProcess } from '../real-session.ts'

/** Longer than a segment: each camera wants a new file meanwhile. */
const heldMs = 6_000

test(
  'no descriptor can be had: nobody dies of it or spins, and the cameras record again once there are some',
  { skip: cannotLimit },
  async () => {
    await using home = await openHome()
    await home.start(['up'])
    const { id, startMs } = await bookAhead(home)
    await untilPictures(home, 0, { fromMs: startMs + 1_000 })
    const recorder = await waitForProcess(home.folder, / recorder --under-parent/)
    const services = [recorder, await waitForProcess(home.folder, / worker --under-parent/), await waitForProcess(home.folder, / up$| up /)]
    const chain = await waitForProcess(home.folder, /camera-chain\.ts \/.*-left/)
    {
      await using held = await holdLimit(home, 'nofile')
      kill(chain)
      const before = cpuSecondsOf(recorder)
      await pause(heldMs)
      assert.ok(cpuSecondsOf(recorder) - before < heldMs / 2_000, 'the recorder does not spin')
      const alive = processesOf(home.folder)
      assert.deepEqual(
        services.filter((pid) => !alive.includes(pid)),
        [],
        'the services live',
      )
      await held.lift()
    }
    await untilPictures(home, 0, { fromMs: Date.now() + 1_000 })
    await booking(home, 'stop', id)
    const film = await judgeFilm(home, id)
    assert.ok(film.stretches.left >= 2, 'the left camera has pictures before and after')
  },
)

test(
  'no process can be had: the camera and the worker that end meanwhile are started as soon as one can',
  { skip: cannotBecomeSomebody },
  async () => {
    await using home = await openHome({ asUser: nobodyElse })
    await home.start(['up'])
    const { id, startMs } = await bookAhead(home)
    await untilPictures(home, 0, { fromMs: startMs + 1_000 })
    const worker = await waitForProcess(home.folder, / worker --under-parent/)
    const services = [await waitForProcess(home.folder, / recorder --under-parent/), await waitForProcess(home.folder, / up$| up /)]
    const chain = await waitForProcess(home.folder, /camera-chain\.ts \/.*-left/)
    {
      await using held = await holdLimit(home, 'nproc')
      for (const pid of [chain, worker]) kill(pid)
      const before = services.map((pid) => cpuSecondsOf(pid))
      await pause(heldMs)
      for (const [n, pid] of services.entries()) assert.ok(cpuSecondsOf(pid) - (before[n] ?? 0) < heldMs / 2_000, 'nobody spins')
      assert.ok(!processesOf(home.folder).includes(worker))
      await held.lift()
    }
    await untilPictures(home, 0, { fromMs: Date.now() + 1_000 })
    await waitForProcess(home.folder, / worker --under-parent/)
    await booking(home, 'stop', id)
    const film = await judgeFilm(home, id)
    assert.ok(film.stretches.left >= 2, 'the left camera has pictures before and after')
    const lost = film.causes.right.filter((cause) => !['late-start', 'frames-dropped'].includes(cause)) // a busy machine's
    assert.deepEqual(lost, [], 'the right camera lost nothing')
  },
)
