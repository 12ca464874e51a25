import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { fakeClock } from '../../../../tests/fake-clock.ts'
import { openS3Bench } from '../../../../tests/s3-bench.ts'
import { s3Error } from '../../../../tests/s3-proxy.ts'
import { cannotServeS3, startSwift, type Swift } from '../../../../tests/swift.ts'
import { temporaryFolder } from '../../../../tests/temporary-folder.ts'
import type { Clock } from '../../../base/clock.ts'
import { silentLogger } from '../../../base/logger.ts'
import { openBucket } from './bucket.ts'
import { keepTidy } from './keep-tidy.ts'
import { giveUp, listUnwanted, noteBegun, openUploadRow, type UploadRow } from './upload-ledger.ts'

let swift: Swift | undefined
before(async () => {
  if (cannotServeS3 === false) swift = await startSwift()
})
after(async () => swift?.[Symbol.asyncDispose]())

test(
  'an upload that cannot be aborted is asked for ever more rarely, and the others do not wait with it',
  { skip: cannotServeS3 },
  async () => {
    if (!swift) throw new Error('there is no S3 server')
    using folder = temporaryFolder()
    await using bench = await openS3Bench(swift, folder.path)
    const { db, proxy } = bench
    const bucket = openBucket(swift.options(bench.name, proxy.port))
    const end = new AbortController()
    const begin = async (key: string): Promise<UploadRow> => {
      const row = openUploadRow(db, { filmKey: key, place: bucket.place, objectKey: key, partBytes: 5, headerBytes: 1 }, 1)
      return noteBegun(db, row.id, await bucket.begin(key, 'video/mp4', 'etag', end.signal))
    }
    const time = fakeClock(0)
    const askedAtSeconds: number[] = []
    proxy.behave(({ action, key }) => {
      if (action !== 'abort' || !key.endsWith('u/refused.mp4')) return 'pass'
      askedAtSeconds.push(time.monotonicUs() / 1e6 - 1)
      return s3Error(403, 'AccessDenied')
    })
    const refused = await begin('u/refused.mp4')
    const other = await begin('u/other.mp4')
    giveUp(db, refused, 'abandoned', 'for the test', 1)
    const twoHours = (2 * 3_600) / 30
    let looks = 0
    const clock: Clock = {
      ...time,
      sleep: async (ms, signal) => {
        looks += 1
        assert.equal(ms, 30_000, 'the look itself never rests')
        const left = listUnwanted(db, bucket.place).map(({ objectKey }) => objectKey)
        if (looks === twoHours) giveUp(db, other, 'abandoned', 'for the test', 1)
        if (looks === twoHours + 1) assert.deepEqual(left, ['u/refused.mp4'], 'what came later is gone at the next look')
        if (looks > twoHours) end.abort()
        await time.sleep(ms, signal)
      },
    }
    try {
      await keepTidy({ db, clock, logger: silentLogger(), bucket }, end.signal)
    } finally {
      bucket.close()
    }
    assert.equal(looks, twoHours + 1)
    assert.deepEqual(askedAtSeconds, [0, 60, 180, 420, 900, 1_860, 3_780])
  },
)
