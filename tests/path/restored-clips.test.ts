import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { openDatabase, type Database } from '../../src/adapters/sqlite.ts'
import { silentLogger } from '../../src/base/logger.ts'
import { readableClip } from '../../src/publish/clip-object-store.ts'
import { deletePhoneClip } from '../../src/publish/clips/delete-phone-clip.ts'
import { settleClips } from '../../src/publish/clips/keep-clips-sent.ts'
import { askForPhoneClip, listPhoneClips, notePhoneClipMade, phoneClipFile } from '../../src/publish/clips/phone-clip-store.ts'
import { manifestOf, writeManifest } from '../../src/publish/manifest.ts'
import { parseManifest } from '../../src/publish/stored-manifest.ts'
import { openBucket } from '../../src/publish/stores/s3/bucket.ts'
import { openUplink } from '../../src/publish/uplink/uplink.ts'
import { deleteFilm } from '../../src/sweep/delete-film.ts'
import { bringUpToDate } from '../../src/system/restore/bring-up-to-date.ts'
import { restoreRecording } from '../../src/system/restore/manifest-rows.ts'
import { addUpload } from '../a-phone-clip.ts'
import { freeUplink, openS3Bench } from '../s3-bench.ts'
import { s3Error } from '../s3-proxy.ts'
import { cannotServeS3, startSwift, type Swift } from '../swift.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { makeTestFilm, openApiBox } from './api-box.ts'

let swift: Swift | undefined
before(async () => {
  if (cannotServeS3 === false) swift = await startSwift()
})
after(async () => swift?.[Symbol.asyncDispose]())

const never = new AbortController().signal

test(
  'clips of a database that was lost are known again: they have their addresses, and leave the bucket when they are deleted or with their film',
  { skip: cannotServeS3 },
  async () => {
    if (!swift) throw new Error('there is no S3 server')
    using folder = temporaryFolder()
    await using bench = await openS3Bench(swift, folder.path)
    await using box = await openApiBox()
    const { app } = box
    const { clock, settings } = app
    const { recording, video } = await makeTestFilm(app)
    const bucket = openBucket(swift.options(bench.name, bench.proxy.port))
    const recordingsFolder = settings.paths.recordings
    const settle = (db: Database): Promise<void> =>
      settleClips({ db, clock, logger: silentLogger(), bucket, uplink: openUplink({ db, clock }, freeUplink), recordingsFolder }, never)
    const addClip = async (fromMs: number): Promise<string> => {
      const order = { fromMs, toMs: fromMs + 1_000, shape: '9:16', label: 'A goal', askedBy: 'court' } as const
      const clip = askForPhoneClip(app.db, recording.id, order, clock.nowMs())
      const body = randomBytes(1_000)
      const file = path.join(recordingsFolder, recording.folder, phoneClipFile(clip.id))
      await mkdir(path.dirname(file), { recursive: true })
      await writeFile(file, body)
      const sha256 = createHash('sha256').update(body).digest('hex')
      notePhoneClipMade(app.db, clip, { width: 90, height: 160, bytes: body.length, sha256 }, clock.nowMs())
      return clip.id
    }
    const lose = (db: Database): Database => {
      const told: unknown = JSON.parse(JSON.stringify(manifestOf(db, recording, clock.labelOf)))
      const lost = openDatabase(':memory:')
      restoreRecording(lost, { folder: recording.folder, manifest: parseManifest(told), init: undefined, logoFiles: [] }, clock.nowMs())
      return lost
    }
    const keyOf = (id: string): string => `${video.objectKey.replace('.mp4', '')}/phone-${id}.mp4`
    const objects = async (): Promise<string[]> => (await bench.objects()).toSorted()
    try {
      addUpload(app.db, video.objectKey, { place: bucket.place, state: 'confirmed' })
      const [first, second, third] = [
        await addClip(recording.startsAtMs),
        await addClip(recording.startsAtMs + 1_000),
        await addClip(recording.startsAtMs + 2_000),
      ]
      await settle(app.db)
      await deletePhoneClip({ db: app.db, clock, recordingsFolder }, third)
      bench.proxy.behave(({ action }) => (action === 'delete' ? s3Error(503, 'SlowDown') : 'pass'))
      await assert.rejects(settle(app.db), { code: 'rate_limited' })
      assert.deepEqual(await objects(), [first, second, third].map(keyOf).toSorted(), 'the deleted one waits for its removal')
      bench.proxy.behave(() => 'pass')

      using lost = lose(app.db)
      assert.deepEqual(listPhoneClips(lost, recording.id), listPhoneClips(app.db, recording.id))
      await settle(lost)
      assert.deepEqual(await objects(), [first, second].map(keyOf).toSorted(), 'what was deleted before goes')
      assert.equal(readableClip(lost, bucket.place, first), keyOf(first))
      await deletePhoneClip({ db: lost, clock, recordingsFolder }, first)
      await settle(lost)
      assert.deepEqual(await objects(), [keyOf(second)])

      deleteFilm(lost, { id: video.id, by: 'anna', nowMs: clock.nowMs(), force: true })
      using again = lose(lost)
      await settle(again)
      assert.deepEqual(await objects(), [], 'also where the film was removed, and the database lost before the clip had gone')
    } finally {
      bucket.close()
    }
  },
)

test('a copy of the database that is older than a clip learns of it from the manifest, and of nothing that it knows', async () => {
  await using box = await openApiBox()
  const { app, home } = box
  const { clock, db, store } = app
  const { paths, booking, camera } = app.settings
  const { recording } = await makeTestFilm(app)
  const ask = (fromMs: number): string => {
    const order = { fromMs, toMs: fromMs + 1_000, shape: '9:16', label: null, askedBy: 'court' } as const
    const clip = askForPhoneClip(db, recording.id, order, clock.nowMs())
    notePhoneClipMade(db, clip, { width: 90, height: 160, bytes: 1, sha256: 'a' }, clock.nowMs())
    return clip.id
  }
  const options = { db, clock, logger: silentLogger(), recordingsFolder: paths.recordings, labelOf: clock.labelOf }
  const known = ask(recording.startsAtMs)
  await writeManifest(options, recording)
  const file = path.join(home, 'older.sqlite')
  db.run('vacuum into ?', file)
  const late = ask(recording.startsAtMs + 1_000)
  await writeManifest(options, recording)
  using older = openDatabase(file)
  assert.deepEqual(
    listPhoneClips(older, recording.id).map(({ id }) => id),
    [known],
  )
  const places = { recordingsFolder: paths.recordings, takesFolder: paths.takes, planFile: paths.plan, store }
  await bringUpToDate(older, { ...places, rigId: camera.rigId, userId: booking.userId, clock }, { anew: true, facts: {} })
  assert.deepEqual(
    listPhoneClips(older, recording.id).map(({ id }) => id),
    [known, late],
  )
})
