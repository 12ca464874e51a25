// What leaves the box of a published film, and what a crash in the middle leaves: over one home with one film.
// What goes when is asked of retention-policy.ts.

import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { after, before, suite, test } from 'node:test'
import type { Recording } from '../../src/capture/recording.ts'
import { endUse, noteUse } from '../../src/publish/in-use.ts'
import { listSwept, noteSweptAway } from '../../src/publish/swept-store.ts'
import { findVideo, noteChecksum, type Video } from '../../src/publish/video.ts'
import { makeFolder, sha256OfFile } from '../../src/base/files.ts'
import { askForPhoneClip, findPhoneClip, phoneClipFile } from '../../src/publish/clips/phone-clip-store.ts'
import { holdFilm } from '../../src/sweep/delete-film.ts'
import { sayGoing } from '../../src/sweep/sweep-film.ts'
import { sweeperOf, type Freed } from '../../src/sweep/sweeper.ts'
import { askOracles } from '../../src/system/oracle.ts'
import { oracles } from '../../src/system/oracles.ts'
import { landTestChunks, makeTestFilm, openApiBox, openTestRecording, type ApiBox } from './api-box.ts'

const never = new AbortController().signal

suite('what is swept of a published film', () => {
  let box: ApiBox
  let recording: Recording
  let video: Video
  before(async () => {
    box = await openApiBox({ variables: { KEEP_CLIPS_DAYS: '1', KEEP_PUBLISHED_DAYS: '2' } })
    ;({ recording, video } = await makeTestFilm(box.app))
  })
  after(() => box[Symbol.asyncDispose]())

  const sweep = (neededBytes = 1e12): Promise<Freed[]> => sweeperOf(box.app).sweep({ neededBytes }, never)
  const swept = async (): Promise<string[]> => (await sweep()).map(({ class: of }) => of)
  const chunks = (): string => path.join(box.app.settings.paths.recordings, recording.folder, 'chunks')
  const findings = async (): Promise<string[]> => {
    const { takes, recordings, store } = box.app.settings.paths
    const home = { db: box.app.db, takesFolder: takes, recordingsFolder: recordings, storeFolder: store, deep: false }
    return (await askOracles({ ...home, signal: AbortSignal.timeout(60_000) }, oracles)).flatMap((verdict) =>
      verdict.findings.map(({ path: file, fault }) => `${path.basename(file)}: ${fault}`),
    )
  }
  const statusOf = async (where: string): Promise<number> => {
    const answer = await box.ask('GET', where, { key: box.keys.viewer })
    await answer.body?.cancel()
    return answer.status
  }

  test('nothing goes before the film was read back, while it is held, or while somebody watches it', async () => {
    const { db, clock, store } = box.app
    assert.deepEqual(await swept(), [], 'it has no checksum yet')
    noteChecksum(db, video, await sha256OfFile(store.pathOf(video.objectKey)), clock.nowMs())
    holdFilm(db, video.id, 'a dispute', clock.nowMs())
    assert.deepEqual(await swept(), [])
    holdFilm(db, video.id, null, clock.nowMs())
    assert.equal(await statusOf(`/recordings/${recording.id}/live/0.m4s`), 200)
    assert.deepEqual(await swept(), [], 'a player that is paused goes on at the same place')
    endUse(db, recording.id, 'watched')
    noteUse(db, recording.id, 'merged again', clock.nowMs() + 60_000)
    assert.deepEqual(await swept(), [])
    endUse(db, recording.id, 'merged again')
    noteUse(db, recording.id, 'watched', clock.nowMs() - 1)
    assert.equal(existsSync(store.pathOf(video.objectKey)), true)
  })

  test('a film that is not what was published keeps its chunks', async () => {
    box.app.db.run("update video set sha256 = 'another' where id = ?", video.id)
    assert.deepEqual(await swept(), [])
    assert.ok(readdirSync(chunks()).length > 1)
    noteChecksum(box.app.db, video, await sha256OfFile(box.app.store.pathOf(video.objectKey)), box.app.clock.nowMs())
  })

  test('killed between row and file, or between files, the next sweep removes them; at no time is there a file without row or a row without file', async () => {
    const place = { ...box.app, recordingsFolder: box.app.settings.paths.recordings, place: undefined }
    assert.deepEqual(await findings(), [])
    const another = openTestRecording(box.app, { startsAtMs: recording.startsAtMs + 7_200_000, title: 'it grows' })
    await landTestChunks(box.app, another)
    const runs = (): string[] => box.app.db.all('select distinct recording_id as id from chunk_run order by id').map(({ id }) => String(id))
    assert.deepEqual(runs(), [recording.id, another.id])
    noteSweptAway(box.app.db, { recordingId: recording.id, what: 'rendition' }, 1)
    assert.deepEqual(runs(), [recording.id, another.id])
    assert.ok((sayGoing(place, { recordingId: recording.id, what: 'chunks', because: 'a test' }) ?? 0) > 0)
    assert.equal(await statusOf(`/recordings/${recording.id}/live/index.m3u8`), 404, 'from the row on nothing of them is told')
    assert.deepEqual(await findings(), [], 'the row is said, the files are there')
    await writeFile(path.join(chunks(), 'stranger.txt'), 'mine')
    const stranger = await findings()
    assert.match(stranger.join(), /^stranger\.txt: no row names it: it is foreign, or was left over$/)
    assert.deepEqual(await swept(), [], 'it was said before, and is not counted twice')
    assert.deepEqual(readdirSync(chunks()), ['stranger.txt'], 'what is not ours stays')
    assert.deepEqual(await findings(), stranger)
    assert.equal(typeof listSwept(box.app.db, recording.id)[0]?.goneAtMs, 'number')
    assert.deepEqual(runs(), [another.id], 'nothing can be put together of it any more')
    assert.notEqual(box.app.db.get('select 1 from chunk'), undefined, 'the certificate is told from these')
    box.app.db.run('update swept set gone_at_ms = null')
    assert.deepEqual(await swept(), [], 'the files were gone and the row was not ended: the same again')
    assert.deepEqual(await findings(), stranger)
    assert.equal(await statusOf(`/videos/${video.id}/stream`), 200, 'the film itself is there')
    assert.equal(existsSync(box.app.store.pathOf(video.objectKey)), true, 'without a bucket it never goes for room')
  })

  test('a clip for phones goes at its age, not while it is to be made, and with it nothing that it is made of', async () => {
    const { db, clock, settings } = box.app
    const { startsAtMs } = recording
    const order = { fromMs: startsAtMs, toMs: startsAtMs + 2_000, shape: '9:16', label: null, askedBy: 'anna' } as const
    const { id } = askForPhoneClip(db, recording.id, order, clock.nowMs() - 2 * 86_400_000)
    db.run('update video set published_at_ms = published_at_ms - 3 * 86400000')
    assert.deepEqual(await swept(), [], 'the clip and the film that is older than its rule stay until it is made')
    const file = path.join(settings.paths.recordings, recording.folder, phoneClipFile(id))
    await makeFolder(path.dirname(file))
    await writeFile(file, 'a clip')
    db.run("update phone_clip set state = 'made', bytes = 6, sha256 = '', width = 1, height = 1 where id = ?", id)
    noteUse(db, recording.id, 'watched', clock.nowMs() + 60_000)
    assert.deepEqual(await sweep(), [{ class: 'clip', name: id, bytes: 6 }])
    assert.equal(existsSync(file), false)
    assert.equal(findPhoneClip(db, id), undefined)
  })

  test('a film that is older than its rule goes from everywhere, but not while somebody watches it', async () => {
    const { db } = box.app
    assert.deepEqual(await swept(), [])
    endUse(db, recording.id, 'watched')
    assert.deepEqual(await swept(), ['published'])
    assert.equal(findVideo(db, video.id)?.removed?.by, 'retention')
    assert.equal(await statusOf(`/videos/${video.id}/stream`), 404)
  })
})

test('a file that cannot be removed is tried again, frees nothing meanwhile, and is no reason for others to stay', async () => {
  await using box = await openApiBox({ variables: {} })
  const { db, clock, store, settings } = box.app
  const { recording, video } = await makeTestFilm(box.app)
  noteChecksum(db, video, await sha256OfFile(store.pathOf(video.objectKey)), clock.nowMs())
  const sweep = async (): Promise<string[]> => (await sweeperOf(box.app).sweep({ neededBytes: 1e12 }, never)).map(({ class: of }) => of)
  const gone = (): (number | undefined)[] => listSwept(db, recording.id).map(({ goneAtMs }) => goneAtMs)
  const poster = path.join(settings.paths.recordings, recording.folder, 'poster.jpg')
  const log = path.join(settings.paths.logs, 'video_worker.log.1')
  await rm(poster, { force: true })
  await makeFolder(path.join(poster, 'not ours'))
  await makeFolder(path.dirname(log))
  await writeFile(log, 'old')
  assert.deepEqual([await sweep(), gone(), existsSync(log)], [['log'], [undefined], false])
  await rm(poster, { recursive: true })
  assert.deepEqual(await sweep(), [], 'it was said before')
  assert.equal(typeof gone()[0], 'number')
})
