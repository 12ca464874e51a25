import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noon, smallRecording } from '../../tests/small-recording.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import {
  findVideo,
  findVideoOf,
  listVideos,
  noteBody,
  noteChecksum,
  notePublished,
  openVideo,
  restartBody,
  videosWithoutChecksum,
} from './video.ts'

const told = { width: 160, height: 90, fps: 25, frames: 5, bytes: 99, status: 'complete' as const }

test('a recording has one film: opening it again finds it as it is', async () => {
  using folder = temporaryFolder()
  using small = await smallRecording(folder.path, { frames: 1 })
  const first = openVideo(small.db, { recordingId: 'r', objectKey: 'k', headerBytes: 10 }, noon)
  noteBody(small.db, first.id, { bytes: 7, chunks: 1 }, noon)
  const again = openVideo(small.db, { recordingId: 'r', objectKey: 'other', headerBytes: 20 }, noon)
  assert.deepEqual(again, { ...first, bodyBytes: 7, bodyChunks: 1 })
  assert.deepEqual(findVideo(small.db, first.id), again)
  restartBody(small.db, first.id, 30, 0)
  assert.deepEqual(findVideoOf(small.db, 'r'), { ...first, headerBytes: 30 })
})

test('a film is told once: row, transition, event and outbox together; a second word changes nothing', async () => {
  using folder = temporaryFolder()
  using small = await smallRecording(folder.path, { frames: 1 })
  const video = openVideo(small.db, { recordingId: 'r', objectKey: 'k', headerBytes: 10 }, noon)
  assert.deepEqual(listVideos(small.db), [])
  notePublished(small.db, video, told, noon + 1)
  notePublished(small.db, video, { ...told, status: 'partial' }, noon + 2)
  assert.deepEqual(findVideo(small.db, video.id)?.published, { atMs: noon + 1, sha256: null, ...told, verdict: null, loudness: null })
  for (const [table, where] of [
    ['transition', "subject = 'video' and to_state = 'published' and cause = 'complete'"],
    ['event', "kind = 'video.published'"],
    ['outbox', "kind = 'video.published'"],
  ] as const)
    assert.equal(small.db.all(`select * from ${table} where ${where}`).length, 1, table)
  assert.deepEqual(
    listVideos(small.db).map(({ id }) => id),
    [video.id],
  )
})

test('a film waits for its checksum once it is published, and no longer than until it has it', async () => {
  using folder = temporaryFolder()
  using small = await smallRecording(folder.path, { frames: 1 })
  const video = openVideo(small.db, { recordingId: 'r', objectKey: 'k', headerBytes: 10 }, noon)
  assert.deepEqual(videosWithoutChecksum(small.db), [])
  notePublished(small.db, video, told, noon)
  assert.deepEqual(
    videosWithoutChecksum(small.db).map(({ id }) => id),
    [video.id],
  )
  noteChecksum(small.db, video, 'abc', noon)
  assert.deepEqual(videosWithoutChecksum(small.db), [])
  assert.equal(findVideo(small.db, video.id)?.published?.sha256, 'abc')
})
