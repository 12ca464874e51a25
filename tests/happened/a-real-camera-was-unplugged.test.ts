// A real device of Video4Linux, opened by the real recorder in a guest machine, is unplugged and comes back. The bounded form of `./ezrec lab cameras`.
// Never touches a device of this machine. Wants QEMU on an x86-64 processor and, once, Debian's kernel from apt; elsewhere it is skipped with the reason.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { camerasBounded } from '../../lab/cameras/cameras.ts'
import { runScenario } from '../../lab/harness.ts'
import { cannotHaveGuest } from '../machine.ts'
import { rigEnvironment } from '../real-session.ts'

const { CACHE_DIR: cacheFolder } = rigEnvironment

test(
  'a camera of the kernel that is unplugged is noticed, recorded again after its return, and the other one misses no frame',
  { skip: await cannotHaveGuest(cacheFolder) },
  async () => {
    const order = { runs: 1, shard: { number: 1, of: 1 }, seed: 1, seconds: undefined, cacheFolder }
    const report = await runScenario(camerasBounded, order, () => undefined, AbortSignal.timeout(600_000))
    assert.deepEqual(
      report.points.flatMap(({ name, faults }) => faults.map((fault) => `${name}: ${fault}`)),
      [],
    )
    assert.deepEqual(
      report.points.map(({ name, figures }) => [name, figures['cause'] ?? figures['accidents']]),
      [
        ['1: unplug of left', 'camera-ended'],
        ['all accidents', 1],
      ],
    )
  },
)
