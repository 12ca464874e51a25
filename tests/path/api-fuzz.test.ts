// `lab fuzz`, short: an API in a process of its own, some thousands of requests of every kind by eleven principals, and bytes that are no HTTP.

import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { fuzzHome } from '../../lab/fuzz/fuzz-home.ts'
import { seededRandom } from '../../src/capture/pitch/random.ts'
import { makeTestFilm, openApiBox } from './api-box.ts'

test('whatever is sent, by whomever: no fault of the box, nothing told, nothing changed by who may not, and the API lives on', async () => {
  await using box = await openApiBox()
  const { recording } = await makeTestFilm(box.app)
  await box.stop()
  const folder = await mkdtemp(path.join(os.tmpdir(), 'ezrec-fuzz-'))
  try {
    const said: string[] = []
    const order = { home: box.home, film: recording.id, folder, requests: 2_000, seed: 7, random: seededRandom(7), withSlow: false }
    const faults: string[] = []
    let requests = 0
    for await (const point of fuzzHome({ ...order, say: (line) => said.push(line), signal: AbortSignal.timeout(120_000) })) {
      faults.push(...point.faults.map((fault) => `${point.name}: ${fault}`))
      requests += Number(point.figures['requests'] ?? 0)
    }
    assert.deepEqual(faults, [], said.join('\n'))
    assert.ok(requests >= 2_000, `${requests} requests were made`)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
