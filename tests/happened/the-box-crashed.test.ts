// A box killed in the middle of whatever it was writing, and started again. The bounded form of `./ezrec lab crash --points 500`.
// Never chooses its own points: they follow from the seed.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crashScenario } from '../../lab/crash/crash.ts'
import { runScenario } from '../../lab/harness.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { cannotTrace } from '../machine.ts'

test('a box killed at its n-th write, sync, rename, unlink or start of a process heals and publishes', { skip: cannotTrace }, async () => {
  using cache = temporaryFolder()
  const order = { runs: 10, shard: { number: 1, of: 1 }, seed: 1, seconds: undefined, cacheFolder: cache.path }
  const report = await runScenario(crashScenario, order, () => undefined, AbortSignal.timeout(280_000))
  assert.deepEqual(
    report.points.flatMap(({ name, faults }) => faults.map((fault) => `${name}: ${fault}`)),
    [],
  )
  assert.equal(report.points.length, 11)
})
