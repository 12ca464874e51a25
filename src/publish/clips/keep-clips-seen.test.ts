import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import pino from 'pino'
import { openMatchWithClips } from '../../../tests/a-phone-clip.ts'
import { freeUplink, openS3Bench } from '../../../tests/s3-bench.ts'
import { s3Error } from '../../../tests/s3-proxy.ts'
import { cannotServeS3, startSwift, type Swift } from '../../../tests/swift.ts'
import { temporaryFolder } from '../../../tests/temporary-folder.ts'
import { until } from '../../../tests/until.ts'
import { systemClock } from '../../base/clock.ts'
import { clipsToSend, readableClip } from '../clip-object-store.ts'
import { openBucket } from '../stores/s3/bucket.ts'
import { openUplink } from '../uplink/uplink.ts'
import { keepClipsSeen } from './keep-clips-seen.ts'
import { settleClips } from './keep-clips-sent.ts'

let swift: Swift | undefined
before(async () => {
  if (cannotServeS3 === false) swift = await startSwift()
})
after(async () => swift?.[Symbol.asyncDispose]())

test(
  'a clip that was sent by a key which may only write has its address when the key may read; each is asked for in turn, and told of once',
  { skip: cannotServeS3 },
  async () => {
    if (!swift) throw new Error('there is no S3 server')
    using folder = temporaryFolder()
    await using bench = await openS3Bench(swift, folder.path)
    const { db, proxy } = bench
    const bucket = openBucket(swift.options(bench.name, proxy.port))
    const lines: string[] = []
    const logger = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) })
    const match = openMatchWithClips(db, folder.file('recordings'), { place: bucket.place, state: 'confirmed' })
    const uplink = openUplink({ db, clock: systemClock }, freeUplink)
    const options = { db, clock: systemClock, logger, bucket, uplink, recordingsFolder: match.recordingsFolder }
    const forbidden = s3Error(403, 'AccessDenied')
    proxy.behave(({ action }) => (action === 'head' ? forbidden : 'pass'))
    const clips = [await match.addClip(), await match.addClip(), await match.addClip()]
    const keys = clips.map(({ objectKey }) => objectKey).toSorted()
    const end = new AbortController()
    await settleClips(options, end.signal)
    assert.deepEqual([clipsToSend(db, bucket.place), (await bench.objects()).toSorted()], [[], keys], 'sent, and not to be sent again')

    const rests: number[] = []
    const sleep = (ms: number, signal?: AbortSignal): Promise<void> => systemClock.sleep(Math.min(5, rests.push(ms)), signal)
    const before = proxy.asked.length
    const kept = keepClipsSeen({ db, clock: { sleep }, logger, bucket }, end.signal)
    try {
      await until(() => rests.length >= 8, 'it was asked for again and again')
      const looked = proxy.asked.slice(before, before + 6).map(({ action, key }) => [action, key.slice(key.indexOf('u/'))])
      assert.deepEqual(
        looked,
        [...keys, ...keys].map((key) => ['head', key]),
        'one at a time, each in its turn',
      )
      assert.deepEqual(
        rests.slice(0, 8),
        [10, 20, 40, 80, 160, 300, 300, 300].map((seconds) => seconds * 1_000),
      )
      assert.equal(lines.length, 1)
      assert.match(lines[0] ?? '', /allow s3:GetObject/)

      const [gone = assert.fail()] = clips
      proxy.behave(({ action, key }) => (action === 'head' && key.endsWith(gone.objectKey) ? s3Error(404, 'NoSuchKey') : 'pass'))
      const isSettled = (): boolean =>
        clips.every(({ id }) =>
          id === gone.id ? clipsToSend(db, bucket.place)[0]?.id === id : readableClip(db, bucket.place, id) !== undefined,
        )
      await until(isSettled, 'the addresses')
      proxy.behave(() => 'pass')
      await settleClips(options, end.signal)
      assert.equal(readableClip(db, bucket.place, gone.id), gone.objectKey, 'what somebody removed is sent anew')
      const quiet = proxy.asked.length
      const looks = rests.length
      await until(() => rests.length >= looks + 3, 'it looks for more')
      assert.deepEqual([proxy.asked.length, rests.at(-1)], [quiet, 5_000], 'what is seen is not asked for again')
    } finally {
      end.abort()
      await kept
      bucket.close()
    }
  },
)
