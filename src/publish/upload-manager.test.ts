import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { fragmentedFilm, framesOf, smallFilm } from '../../tests/media/test-films.ts'
import { landFilm, noon, smallRecording, type SmallRecording } from '../../tests/small-recording.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { systemClock } from '../base/clock.ts'
import { silentLogger } from '../base/logger.ts'
import { chunkFile } from '../merge/chunk-store.ts'
import { beginAnew } from '../merge/film-encoder.ts'
import { localFolderStore } from './stores/local-folder.ts'
import { publishRecording, type PublishOptions } from './upload-manager.ts'
import { findVideoOf, openVideo } from './video.ts'

const optionsFor = ({ db }: SmallRecording, folder: string, longestMs = 60_000): PublishOptions => ({
  db,
  clock: { ...systemClock, nowMs: () => noon + 5_000 },
  logger: silentLogger(),
  store: localFolderStore(path.join(folder, 'store')),
  recordingsFolder: folder,
  chunkSeconds: 2,
  longestMs,
})
const never = new AbortController().signal

test('a merged recording becomes one film, decoded as its chunks are, told once', async () => {
  using folder = temporaryFolder()
  using small = await smallRecording(folder.path)
  small.done('capture', 'merge')
  const options = optionsFor(small, folder.path)
  await publishRecording(options, 'r', never)
  await publishRecording(options, 'r', never)
  const video = findVideoOf(small.db, 'r')
  assert.equal(video?.objectKey, 'u___/2026-05-02/r.mp4')
  const { frames, width, height, fps, status, bytes } = video.published ?? assert.fail()
  assert.deepEqual([frames, width, height, fps, status], [50, 160, 90, 25, 'complete'])
  const file = options.store.pathOf(video.objectKey)
  assert.equal(readFileSync(file).length, bytes)
  assert.deepEqual(await framesOf(file), await framesOf(await fragmentedFilm(50)))
  assert.equal(small.db.all("select * from outbox where kind = 'video.published'").length, 1)
})

test('a booking that grew past what the header has room for is still published, its body begun anew', async () => {
  using folder = temporaryFolder()
  using small = await smallRecording(folder.path)
  const options = optionsFor(small, folder.path)
  openVideo(small.db, { recordingId: 'r', objectKey: 'k/r.mp4', headerBytes: 4_096 }, noon) // planned when another booking stood behind it
  const stop = new AbortController()
  const running = publishRecording(options, 'r', stop.signal)
  small.db.run('update recording set ends_at_ms = starts_at_ms + 3600000')
  small.done('capture', 'merge')
  await running
  const video = findVideoOf(small.db, 'r')
  assert.ok(video?.published && video.headerBytes > 360_000)
  assert.equal((await framesOf(options.store.pathOf(video.objectKey))).length, 50)
})

test('a film that was begun anew while it was published is the new one alone', async () => {
  using folder = temporaryFolder()
  using small = await smallRecording(folder.path)
  const { db } = small
  const options = optionsFor(small, folder.path)
  const running = publishRecording(options, 'r', never)
  while ((findVideoOf(db, 'r')?.bodyChunks ?? 0) < 5) await systemClock.sleep(5)
  beginAnew(db, 'r', 'it broke', noon)
  await landFilm(small, await fragmentedFilm(50, { ...smallFilm, crf: 40 }))
  small.done('capture', 'merge')
  await running
  const video = findVideoOf(db, 'r')
  assert.ok(video?.published)
  assert.deepEqual(
    await framesOf(options.store.pathOf(video.objectKey)),
    await framesOf(await fragmentedFilm(50, { ...smallFilm, crf: 40 })),
  )
})

test('a chunk that is not what was verified is not published', async () => {
  using folder = temporaryFolder()
  using small = await smallRecording(folder.path)
  small.done('capture', 'merge')
  const file = path.join(small.folder, chunkFile(2))
  const bytes = readFileSync(file)
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
  writeFileSync(file, bytes)
  await assert.rejects(publishRecording(optionsFor(small, folder.path), 'r', never), { code: 'media_unreadable', facts: { chunk: 2 } })
  assert.equal(findVideoOf(small.db, 'r')?.published, undefined)
})

test('a film with a gap, an interrupted end or a black view is told as partial, with the reason', async () => {
  for (const spoil of [
    "insert into gap (recording_id, camera, first_frame, frames, cause) values ('r', 'left', 0, 5, 'killed')",
    'update booking set interrupted_at_ms = 1',
    "insert into picture_fault (recording_id, camera, fault, first_frame, frames) values ('r', 'right', 'black', 0, 50)",
  ]) {
    using folder = temporaryFolder()
    using small = await smallRecording(folder.path)
    small.done('capture', 'merge')
    small.db.run(spoil)
    await publishRecording(optionsFor(small, folder.path), 'r', never)
    const published = findVideoOf(small.db, 'r')?.published
    assert.deepEqual([published?.status, published?.verdict?.partialBecause?.length], ['partial', 1])
  }
})
