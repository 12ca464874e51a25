import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { collectGarbage } from '../../../tests/collect-garbage.ts'
import { freeUplink, openS3Bench } from '../../../tests/s3-bench.ts'
import { cannotServeS3, startSwift, type Swift } from '../../../tests/swift.ts'
import { temporaryFolder } from '../../../tests/temporary-folder.ts'
import { systemClock } from '../../base/clock.ts'
import { openBucket } from '../stores/s3/bucket.ts'
import { mebibyte } from '../stores/s3/part-policy.ts'
import { openUplink } from '../uplink/uplink.ts'
import { sendBeside, type BesideFile } from './send-beside.ts'

let swift: Swift | undefined
before(async () => {
  if (cannotServeS3 === false) swift = await startSwift()
})
after(async () => swift?.[Symbol.asyncDispose]())

const parts = 8

test('what has been sent of a large file is not held in memory', { skip: cannotServeS3 }, async () => {
  if (!swift) throw new Error('there is no S3 server')
  using folder = temporaryFolder()
  await using bench = await openS3Bench(swift, folder.path)
  const bucket = openBucket(swift.options(bench.name, bench.proxy.port))
  const given: WeakRef<Buffer>[] = []
  const held: number[] = []
  const file: BesideFile = {
    ...{ what: 'a large file', type: 'video/mp2t', bytes: parts * 8 * mebibyte, changedAtMs: 1, sha256: undefined },
    read: async (firstByte, bytes) => {
      await collectGarbage()
      held.push(given.filter((each) => each.deref() !== undefined).length)
      const body = Buffer.alloc(bytes, String(firstByte))
      given.push(new WeakRef(body))
      return body
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
  const uplink = openUplink({ db: bench.db, clock: systemClock }, freeUplink)
  try {
    const options = { db: bench.db, clock: systemClock, bucket, uplink }
    await sendBeside(options, { filmKey: 'u/f.mp4', objectKey: 'u/f/track-left-1.ts', file }, new AbortController().signal)
  } finally {
    bucket.close()
  }
  assert.equal(held.length, parts)
  assert.ok(Math.max(...held) < parts / 2, `of the parts before it were held at each: ${held.join(' ')}`)
})
