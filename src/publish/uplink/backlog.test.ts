import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openMatchWithClips } from '../../../tests/a-phone-clip.ts'
import { smallRecording, noon } from '../../../tests/small-recording.ts'
import { temporaryFolder } from '../../../tests/temporary-folder.ts'
import { openDatabase } from '../../adapters/sqlite.ts'
import { clipsToSend, noteClipBegun, noteClipSent } from '../clip-object-store.ts'
import { forgetPart, notePart, openUploadRow, noteBegun, noteFault } from '../stores/s3/upload-ledger.ts'
import { faultOf } from '../stores/s3/fault-policy.ts'
import { noteBody, openVideo } from '../video.ts'
import { uploadStats } from './backlog.ts'
import type { UplinkRules } from './uplink-policy.ts'
import { noteUplink } from './uplink-store.ts'

const free: UplinkRules = { maxRateKbps: undefined, windows: [], pauseWhileRecording: false, viewerRateKbps: 1_000, timeZone: 'UTC' }
const rules = { ...free, place: 'p' }

test('what is on its way is told with bytes, parts, rate, when it will be there and what it waits for', async () => {
  using folder = temporaryFolder()
  // Half of the film is merged: the rest is expected to be as large.
  using box = await smallRecording(folder.path, { seconds: 4, frames: 50 })
  const { db } = box
  const nowMs = noon + 2_000
  assert.deepEqual(uploadStats(db, rules, nowMs), {
    films: [],
    phoneClips: { clips: 0, bytes: 0 },
    leftBytes: 0,
    bytesPerSecond: null,
    limitBytesPerSecond: null,
    pausedBy: null,
    etaMs: null,
    confirmed: { films: 0, bytes: 0 },
  })
  const key = 'u/2026-05-02/r.mp4'
  const video = openVideo(db, { recordingId: 'r', objectKey: key, headerBytes: 1_000 }, noon)
  noteBody(db, video.id, { bytes: 10_000, chunks: 1 }, noon)
  const upload = openUploadRow(db, { filmKey: key, place: 'p', objectKey: key, partBytes: 5_000, headerBytes: 1_000 }, noon)
  const begun = noteBegun(db, upload.id, { uploadId: 'x', checksum: 'etag' })
  const part = { number: 2, firstByte: 5_000, bytes: 5_000, md5: '', sha256: '', crc32: 0, etag: '' }
  notePart(db, begun, part, noon)
  const growing = uploadStats(db, rules, nowMs)
  assert.deepEqual(growing.films, [
    { recordingId: 'r', filmKey: key, bytes: 21_000, sentBytes: 5_000, leftBytes: 16_000, parts: 5, sentParts: 1, fault: null },
  ])
  assert.equal(growing.etaMs, null, 'without a rate nobody can tell')
  noteUplink(db, { atMs: nowMs, bytesPerSecond: 1_000, underWayBytes: 0, limitBytesPerSecond: null, pausedBy: null })
  assert.equal(uploadStats(db, rules, nowMs).etaMs, nowMs + 16_000)
  noteUplink(db, { atMs: nowMs, bytesPerSecond: 1_000, underWayBytes: 6_000, limitBytesPerSecond: null, pausedBy: null })
  assert.equal(uploadStats(db, rules, nowMs).etaMs, nowMs + 10_000, 'what went of parts that have not arrived is not waited for')
  notePart(db, begun, { ...part, number: 3, firstByte: 10_000 }, nowMs + 1)
  assert.equal(uploadStats(db, rules, nowMs + 1).etaMs, nowMs + 1 + 10_000, 'nor counted twice when one of them has')
  forgetPart(db, upload.id, 3)
  assert.equal(uploadStats(db, rules, nowMs + 80_000).etaMs, nowMs + 80_000 + 16_000, 'a worker that is silent has nothing under way')
  noteUplink(db, { atMs: nowMs, bytesPerSecond: 1e6, underWayBytes: 0, limitBytesPerSecond: null, pausedBy: null })
  assert.equal(uploadStats(db, rules, nowMs).etaMs, noon + 4_000, 'no sooner than the match ends')
  assert.equal(uploadStats(db, rules, nowMs + 25 * 3_600_000).bytesPerSecond, null, 'yesterday is not now')
  noteFault(db, begun, faultOf({ action: 'UploadPart', name: 'ExpiredToken' }), nowMs)
  assert.match(uploadStats(db, rules, nowMs).films[0]?.fault?.hint ?? '', /AWS_ACCESS_KEY_ID/)
  box.done('merge')
  const waiting = (name: string, sinceMs: number): number | null => {
    noteFault(db, begun, faultOf({ action: 'UploadPart', name }), sinceMs)
    noteUplink(db, { atMs: nowMs, bytesPerSecond: 1_000, underWayBytes: 0, limitBytesPerSecond: null, pausedBy: null })
    return uploadStats(db, rules, nowMs).etaMs
  }
  assert.equal(waiting('NoSuchBucket', nowMs), null, 'what somebody must mend takes as long as it takes')
  assert.equal(waiting('SlowDown', nowMs - 30_000), nowMs + 6_000, 'what passes by itself is waited for')
  assert.equal(waiting('InternalError', nowMs - 61_000), null, 'but not for ever')
  assert.equal(uploadStats(db, rules, nowMs).films[0]?.bytes, 11_000, 'a film that is merged grows no more')
})

test('clips for phones that wait are counted, and what is left is of both', async () => {
  using folder = temporaryFolder()
  using db = openDatabase(':memory:')
  const match = openMatchWithClips(db, folder.path, { place: 'p', state: 'confirmed' })
  const first = await match.addClip(1_000)
  await match.addClip(4_000)
  noteUplink(db, { atMs: noon, bytesPerSecond: 1_000, underWayBytes: 0, limitBytesPerSecond: null, pausedBy: null })
  const told = (nowMs = noon): unknown[] => {
    const { phoneClips, leftBytes, etaMs } = uploadStats(db, rules, nowMs)
    return [phoneClips, leftBytes, etaMs === null ? null : etaMs - nowMs]
  }
  assert.deepEqual(told(), [{ clips: 2, bytes: 5_000 }, 5_000, 5_000])
  assert.deepEqual(uploadStats(db, { ...free, place: 'elsewhere' }, noon).phoneClips, { clips: 0, bytes: 0 })
  noteUplink(db, { atMs: noon, bytesPerSecond: 1_000, underWayBytes: 3_000, limitBytesPerSecond: null, pausedBy: null })
  assert.deepEqual(told(), [{ clips: 2, bytes: 5_000 }, 5_000, 2_000])
  const [waiting] = clipsToSend(db, 'p')
  assert.equal(waiting?.id, first.id)
  if (waiting) noteClipBegun(db, 'p', first.objectKey, waiting)
  noteClipSent(db, 'p', first.objectKey, 'x', noon + 1)
  assert.deepEqual(told(noon + 1), [{ clips: 1, bytes: 4_000 }, 4_000, 2_000], 'what arrived is not under way any more')
})
