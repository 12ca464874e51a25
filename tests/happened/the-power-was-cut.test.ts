// The power cut while a match is filmed: the box as it is on its card then, started again. The bounded form of `./ezrec lab powercut --cuts 60`.
// Never stands on the disk of this machine: card and copies are images of its own. Needs root and loop devices; elsewhere it is skipped with the reason.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runScenario } from '../../lab/harness.ts'
import { powercutScenario } from '../../lab/powercut/powercut.ts'
import { cannotMount } from '../machine.ts'
import { rigEnvironment } from '../real-session.ts'

test(
  'after a power cut the box becomes healthy by itself, keeps every word and loses at most seconds of footage',
  { skip: cannotMount },
  async () => {
    const order = { runs: 3, shard: { number: 1, of: 1 }, seed: 2, seconds: undefined, cacheFolder: rigEnvironment.CACHE_DIR }
    const report = await runScenario(powercutScenario, order, () => undefined, AbortSignal.timeout(280_000))
    assert.deepEqual(
      report.points.flatMap(({ name, faults }) => faults.map((fault) => `${name}: ${fault}`)),
      [],
    )
    assert.equal(report.points.length, 4)
  },
)
