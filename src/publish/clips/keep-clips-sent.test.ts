import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { openMatchWithClips, type MatchWithClips } from '../../../tests/a-phone-clip.ts'
import { killedBehind } from '../../../tests/killed-behind.ts'
import { freeUplink, openS3Bench, type S3Bench } from '../../../tests/s3-bench.ts'
import { once, s3Error, type S3Action } from '../../../tests/s3-proxy.ts'
import { cannotServeS3, startSwift, type Swift } from '../../../tests/swift.ts'
import { temporaryFolder } from '../../../tests/temporary-folder.ts'
import { until } from '../../../tests/until.ts'
import { systemClock } from '../../base/clock.ts'
import { silentLogger } from '../../base/logger.ts'
import { clipsToSend, readableClip } from '../clip-object-store.ts'
import { openBucket } from '../stores/s3/bucket.ts'
import { openUplink } from '../uplink/uplink.ts'
import { deletePhoneClip } from './delete-phone-clip.ts'
import { keepClipsSent, settleClips, type KeepClipsSentOptions } from './keep-clips-sent.ts'

const skip = cannotServeS3
const never = new AbortController().signal

let swift: Swift | undefined
before(async () => {
  if (cannotServeS3 === false) swift = await startSwift()
})
after(async () => swift?.[Symbol.asyncDispose]())

type Parts = { readonly bench: S3Bench; readonly options: KeepClipsSentOptions; readonly match: MatchWithClips; readonly place: string }

/** A match whose film a bucket holds. */
async function withMatch(use: (parts: Parts) => Promise<void>): Promise<void> {
  if (!swift) throw new Error('there is no S3 server')
  using folder = temporaryFolder()
  await using bench = await openS3Bench(swift, folder.path)
  const { db } = bench
  const uplink = openUplink({ db, clock: systemClock }, { ...freeUplink, pauseWhileRecording: true })
  const bucket = openBucket({ ...swift.options(bench.name, bench.proxy.port), uplink })
  const recordingsFolder = folder.file('recordings')
  const match = openMatchWithClips(db, recordingsFolder, { place: bucket.place, state: 'confirmed' })
  const options = { db, clock: systemClock, logger: silentLogger(), bucket, uplink, recordingsFolder }
  try {
    await use({ bench, options, match, place: bucket.place })
  } finally {
    bucket.close()
  }
}

const asked = ({ proxy }: S3Bench, action: S3Action): number => proxy.asked.filter((each) => each.action === action).length
const remove = ({ db, clock, recordingsFolder }: KeepClipsSentOptions, id: string): Promise<void> =>
  deletePhoneClip({ db, clock, recordingsFolder }, id)

test('behind whichever write the box is killed, a clip is one object and whole; deleted meanwhile, there is none', { skip }, async () => {
  for (const isDeleted of [false, true]) {
    let wasKilled = true
    for (let writes = 0; wasKilled; writes += 1)
      await withMatch(async ({ bench, options, match, place }) => {
        const { id, objectKey, body } = await match.addClip(100_000)
        const life = killedBehind(bench.db, writes)
        await settleClips({ ...options, db: life.db }, never).catch(() => undefined)
        wasKilled = life.isDead()
        if (isDeleted) await remove(options, id)
        await settleClips(options, never)
        const why = `killed behind ${writes} writes, ${isDeleted ? 'deleted' : 'kept'}`
        assert.deepEqual(await bench.objects(), isDeleted ? [] : [objectKey], why)
        assert.equal(readableClip(bench.db, place, id), isDeleted ? undefined : objectKey, why)
        if (!isDeleted) assert.ok((await bench.read(objectKey)).equals(body), why)
        assert.ok(asked(bench, 'put') <= 2 && writes < 10, why)
        assert.equal(bench.db.all('select 1 from clip_object').length, isDeleted ? 0 : 1, why)
      })
  }
})

test(
  'a deleted clip goes from the bucket with all its versions; a removal that fails is tried again, one that is refused is told',
  { skip },
  () =>
    withMatch(async ({ bench, options, match }) => {
      await bench.keepVersions()
      const [first, second] = [await match.addClip(), await match.addClip()]
      await settleClips(options, never)
      assert.deepEqual((await bench.objects()).toSorted(), [first.objectKey, second.objectKey].toSorted())
      await remove(options, first.id)
      bench.proxy.behave(({ action }) => (action === 'delete' ? s3Error(503, 'SlowDown') : 'pass'))
      const third = await match.addClip()
      await assert.rejects(settleClips(options, never), { code: 'rate_limited' }, 'a removal that fails is told')
      assert.ok((await bench.objects()).includes(third.objectKey), 'and holds up no clip')
      bench.proxy.behave(() => 'pass')
      await settleClips(options, never)
      assert.deepEqual(
        (await bench.versions()).toSorted(),
        [second.objectKey, third.objectKey].toSorted(),
        'not even a marker of it is left',
      )
      await remove(options, second.id)
      bench.proxy.behave(({ action }) => (action === 'delete' ? s3Error(403, 'AccessDenied') : 'pass'))
      await settleClips(options, never)
      const left = bench.db.all("select subject_id from event where kind = 'upload.left'").map((row) => row['subject_id'])
      assert.deepEqual(left, [second.objectKey])
    }),
)

test('what fails is tried again by itself, ever more rarely, and the next clip at once', { skip }, () =>
  withMatch(async ({ bench, options, match, place }) => {
    const rests: number[] = []
    const sleep = (ms: number, signal?: AbortSignal): Promise<void> => systemClock.sleep(Math.min(5, rests.push(ms)), signal)
    bench.proxy.behave(once('put', s3Error(503, 'SlowDown'), 3))
    await match.addClip()
    const end = new AbortController()
    const kept = keepClipsSent({ ...options, clock: { ...systemClock, sleep } }, end.signal)
    const areThere = (): boolean => clipsToSend(bench.db, place).length === 0
    await until(areThere, 'the clip')
    await match.addClip()
    await until(areThere, 'the next clip').finally(() => end.abort())
    await kept
    assert.deepEqual(rests.slice(0, 4), [2_000, 4_000, 8_000, 1_000])
    assert.equal(asked(bench, 'put'), 5)
  }),
)

test('a clip whose file is damaged is told and not sent; the next one is', { skip }, () =>
  withMatch(async ({ bench, options, match }) => {
    const [damaged, sound] = [await match.addClip(), await match.addClip()]
    await writeFile(damaged.file, 'something else')
    await assert.rejects(settleClips(options, never), { code: 'media_unreadable' })
    assert.deepEqual(await bench.objects(), [sound.objectKey])
  }),
)

test('a key that may only write suffices; then there is no address to give', { skip }, () =>
  withMatch(async ({ bench, options, match, place }) => {
    bench.proxy.behave(({ action }) => (action === 'head' ? s3Error(403, 'AccessDenied') : 'pass'))
    const { id, objectKey } = await match.addClip()
    await settleClips(options, never)
    assert.deepEqual([await bench.objects(), clipsToSend(bench.db, place)], [[objectKey], []])
    assert.equal(readableClip(bench.db, place, id), undefined)
  }),
)

test('while uploads are paused no clip is sent, and what is to go still goes', { skip }, () =>
  withMatch(async ({ bench, options, match }) => {
    const sent = await match.addClip()
    await settleClips(options, never)
    const beat = "insert or replace into heartbeat (service, pid, at_ms, doing) values ('dual_recorder', 1, ?, ?)"
    bench.db.run(beat, Date.now(), 'recording')
    const uplink = openUplink({ db: bench.db, clock: systemClock }, { ...freeUplink, pauseWhileRecording: true })
    const waiting = await match.addClip()
    await remove(options, sent.id)
    await settleClips({ ...options, uplink }, never)
    assert.deepEqual(await bench.objects(), [])
    bench.db.run(beat, Date.now(), 'idle')
    await settleClips({ ...options, uplink: openUplink({ db: bench.db, clock: systemClock }, freeUplink) }, never)
    assert.deepEqual(await bench.objects(), [waiting.objectKey])
  }),
)
