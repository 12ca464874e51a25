// What stands in the bucket beside the films, and how much of the uplink it takes: over one real S3 server.
// What goes wrong on the way is asked in src/publish/stores/s3.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { noise, openS3Bench, type S3Bench } from '../s3-bench.ts'
import { cannotServeS3, startSwift, type Swift } from '../swift.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { until } from '../until.ts'

const skip = cannotServeS3
const key = 'u/2026-05-02/01HV000000000000000000FILM.mp4'
const header = Buffer.alloc(4_096, 'H')
const body = noise('bucket', 6) // two parts
const film = Buffer.concat([header, ...body])

let swift: Swift | undefined
before(async () => {
  if (cannotServeS3 === false) swift = await startSwift()
})
after(async () => swift?.[Symbol.asyncDispose]())

async function withBench(use: (bench: S3Bench) => Promise<void>): Promise<void> {
  if (!swift) throw new Error('there is no S3 server')
  using folder = temporaryFolder()
  await using bench = await openS3Bench(swift, folder.path)
  await use(bench)
}

test('with a limit a film takes no more of the uplink than that, and arrives byte for byte', { skip }, () =>
  withBench(async (bench) => {
    const bytesPerSecond = 4e6
    const deposit = await bench
      .store({ uplinkSettings: { maxRateKbps: 32_000 } })
      .deposit(key, { headerBytes: header.length, bodyBytes: 0 })
    const begunMs = performance.now()
    for (const piece of body) await deposit.append(piece)
    await deposit.finish(header)
    const seconds = (performance.now() - begunMs) / 1_000
    await deposit.close()
    assert.ok((await bench.read(key)).equals(film))
    // What may go at once: the burst, a piece, and what the sockets' buffers hold belongs to what was let go.
    assert.ok(seconds >= film.length / bytesPerSecond - 0.3, `${film.length} bytes in ${seconds} s`)
  }),
)

test('while a match is recorded a paused upload sends no part; it goes on when the match is over', { skip }, () =>
  withBench(async (bench) => {
    const said = (doing: string): void => {
      bench.db.run("insert or replace into heartbeat (service, pid, at_ms, doing) values ('dual_recorder', 1, ?, ?)", Date.now(), doing)
    }
    said('recording')
    const deposit = await bench
      .store({ uplinkSettings: { pauseWhileRecording: true } })
      .deposit(key, { headerBytes: header.length, bodyBytes: 0 })
    for (const piece of body) await deposit.append(piece)
    const finished = deposit.finish(header)
    await until(() => bench.proxy.asked.some(({ action }) => action === 'begin'), 'an upload that was begun')
    await new Promise((resolve) => setTimeout(resolve, 300))
    assert.deepEqual(
      bench.proxy.asked.filter(({ action }) => action === 'part'),
      [],
    )
    said('idle')
    await finished
    await deposit.close()
    assert.ok((await bench.read(key)).equals(film))
  }),
)
