// The worker stands still and is killed, the API is flooded, the database is locked: the cameras lose nothing by it.
// The bounded form of `./ezrec bench capture`, without its timings.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { disturbed } from '../../lab/capture/capture.ts'
import { runScenario, type Scenario } from '../../lab/harness.ts'
import { rigEnvironment } from '../real-session.ts'

test('whatever another part of the box does, the film has every picture of both cameras', async () => {
  const scenario: Scenario = {
    kind: 'bench',
    name: 'capture',
    summary: '',
    run: (context) => disturbed(context, { worker: 3, flood: 2, lock: 3 }),
  }
  const order = { runs: 1, shard: { number: 1, of: 1 }, seed: 1, seconds: undefined, cacheFolder: rigEnvironment.CACHE_DIR }
  const report = await runScenario(scenario, order, () => undefined, AbortSignal.timeout(240_000))
  assert.deepEqual(
    report.points.flatMap(({ name, faults }) => faults.map((fault) => `${name}: ${fault}`)),
    [],
  )
  assert.equal(report.points.length, 5)
})
