// Stores that the Debian of this machine does not have: a newer Swift and Ceph's gateway, in a Debian 13 that is made in the cache. The bounded form
// of `./ezrec lab stores`. Wants root, debootstrap and a mirror of apt that has Debian 13; elsewhere it is skipped with the reason.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runScenario } from '../../lab/harness.ts'
import { storesBounded } from '../../lab/stores/stores.ts'
import { cannotHaveStores } from '../machine.ts'
import { rigEnvironment } from '../real-session.ts'

const { CACHE_DIR: cacheFolder } = rigEnvironment

test(
  "a newer Swift and Ceph's gateway keep what every store promises, and Ceph clears leftovers away by the rule that doctor offers",
  { skip: await cannotHaveStores(cacheFolder) },
  async () => {
    const order = { runs: 1, shard: { number: 1, of: 1 }, seed: 1, seconds: undefined, cacheFolder }
    const report = await runScenario(storesBounded, order, () => undefined, AbortSignal.timeout(600_000))
    assert.deepEqual(
      report.points.flatMap(({ name, faults }) => faults.map((fault) => `${name}: ${fault}`)),
      [],
    )
    assert.equal(report.points.length, 3)
    for (const { figures } of report.points.slice(0, 2)) assert.ok(Number(figures['passed']) > 40 && figures['skipped'] === 0)
  },
)
