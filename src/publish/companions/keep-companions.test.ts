import assert from 'node:assert/strict'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { noon, smallRecording } from '../../../tests/small-recording.ts'
import { temporaryFolder } from '../../../tests/temporary-folder.ts'
import { systemClock, type Clock } from '../../base/clock.ts'
import { makeFolder } from '../../base/files.ts'
import { silentLogger } from '../../base/logger.ts'
import { runChild } from '../../base/process.ts'
import { stepNames } from '../../capture/recording.ts'
import { addSmallPictures, hasSmallPictures } from '../../merge/preview/small-picture-store.ts'
import type { SmallPicture } from '../../merge/preview/small-pictures.ts'
import { localFolderStore } from '../stores/local-folder.ts'
import { findVideo, notePublished, openVideo, type Video } from '../video.ts'
import { companionKey, listCompanions } from './companion-store.ts'
import { keepCompanions, type CompanionOptions } from './keep-companions.ts'
import { makePreviews } from './make-previews.ts'
import { makeRendition } from './make-rendition.ts'

const frames = 10
const never = new AbortController().signal

type Box = AsyncDisposable & Omit<CompanionOptions, 'clock'> & { readonly clock: Clock; readonly video: Video; finishAll(): void }

/** A wide film in its store, published; its recording's steps are still open. */
async function openBox(): Promise<Box> {
  const folder = temporaryFolder()
  const small = await smallRecording(folder.file('recordings'), { frames: 1 })
  const store = localFolderStore(folder.file('store'))
  const opened = openVideo(small.db, { recordingId: 'r', objectKey: 'u/2026-05-02/r.mp4', headerBytes: 10 }, noon)
  const file = store.pathOf(opened.objectKey)
  await makeFolder(path.dirname(file))
  const source = `testsrc2=size=2000x64:rate=25:duration=${frames / 25}`
  const made = await runChild('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', source, '-pix_fmt', 'yuv420p', '-preset', 'ultrafast', file])
  assert.equal(made.code, 0, made.stderr)
  notePublished(small.db, opened, { width: 2_000, height: 64, fps: 25, frames, bytes: 1, status: 'complete' }, Date.now())
  const video = findVideo(small.db, opened.id)
  assert.ok(video)
  return {
    db: small.db,
    clock: systemClock,
    logger: silentLogger(),
    store,
    rigId: 'rig',
    maxRateKbps: 6_000,
    recordingsFolder: folder.file('recordings'),
    clipsFolder: folder.file('clips'),
    hasRoom: () => Promise.resolve(true),
    video,
    finishAll: () => small.done(...stepNames),
    [Symbol.asyncDispose]: async () => {
      small[Symbol.dispose]()
      folder[Symbol.dispose]()
      await Promise.resolve()
    },
  }
}

const smallPicture = (kind: SmallPicture['kind'], frame: number, bytes = 240 * 8 * 1.5): SmallPicture => ({
  kind,
  frame,
  lost: 0,
  width: 240,
  height: 8,
  data: Buffer.alloc(bytes, 90),
})

test('after a film its previews are made, even while the next is recorded; its smaller version only then', async () => {
  await using box = await openBox()
  const { db, video, store } = box
  addSmallPictures(db, 'r', [smallPicture('thumbnail', 0), smallPicture('preview', 0)], 25)
  const end = new AbortController()
  let looks = 0
  const clock: Clock = {
    ...systemClock,
    sleep: async (_ms, signal) => {
      looks += 1
      if (looks === 5) {
        assert.deepEqual(
          listCompanions(db, video.id).map(({ kind, width, height }) => `${kind} ${width}x${height}`),
          ['preview 1200x630', 'sheet 240x8', 'thumbnails nullxnull'],
        )
        box.finishAll()
      }
      if (listCompanions(db, video.id).some(({ kind }) => kind === 'rendition')) {
        assert.ok(looks > 5, 'it was made while a recording was open')
        end.abort()
      }
      assert.ok(looks < 1_000)
      await systemClock.sleep(10, signal)
    },
  }
  await keepCompanions({ ...box, clock }, end.signal)
  const rendition = listCompanions(db, video.id).find(({ kind }) => kind === 'rendition')
  assert.ok(rendition)
  const probed = await runChild('ffprobe', [
    ...['-v', 'error', '-count_frames', '-show_entries', 'stream=width,height,nb_read_frames,level', '-of', 'csv=p=0'],
    store.pathOf(rendition.objectKey),
  ])
  assert.equal(probed.stdout.toString().trim(), `1920,62,31,${frames}`)
  assert.equal((await store.find(rendition.objectKey))?.bytes, rendition.bytes)
  assert.deepEqual(readdirSync(path.dirname(store.pathOf(rendition.objectKey))), [
    'preview.jpg',
    'rendition.mp4',
    'thumbnails-1.jpg',
    'thumbnails.vtt',
  ])
})

test('a smaller version that lacks a picture, of a film that is damaged, or that was stopped leaves nothing behind', async () => {
  await using box = await openBox()
  const { video, store } = box
  assert.ok(video.published)
  const file = store.pathOf(companionKey(video, 'rendition'))
  const left = (): readonly string[] => (existsSync(path.dirname(file)) ? readdirSync(path.dirname(file)) : [])
  const longer = { ...video, published: { ...video.published, frames: frames + 1 } }
  await assert.rejects(makeRendition(box, longer, never), { code: 'media_unreadable', message: /10 of 11 pictures/ })
  assert.deepEqual(left(), [])
  await assert.rejects(makeRendition(box, video, AbortSignal.abort()), { code: 'canceled' })
  assert.deepEqual(left(), [])
  writeFileSync(`${file}.1.abc.tmp`, 'of a life that was killed')
  writeFileSync(store.pathOf(video.objectKey), 'no film')
  await assert.rejects(makeRendition(box, video, never), { code: 'media_unreadable' })
  assert.deepEqual(left(), [])
  assert.deepEqual(listCompanions(box.db, video.id), [])
})

test('pictures of which no preview can be made are given up in the end, and take no room for ever', async () => {
  await using box = await openBox()
  addSmallPictures(box.db, 'r', [smallPicture('preview', 0, 7)], 25)
  let nowMs = noon
  const end = new AbortController()
  const clock: Clock = {
    ...systemClock,
    nowMs: () => nowMs,
    sleep: async () => {
      nowMs += 3_600_000
      if (!hasSmallPictures(box.db, 'r')) end.abort()
      assert.ok(nowMs < noon + 100 * 3_600_000)
      await Promise.resolve()
    },
  }
  await keepCompanions({ ...box, clock, hasRoom: () => Promise.resolve(false) }, end.signal)
  assert.deepEqual(listCompanions(box.db, box.video.id), [])
})

test('a preview of rain stays small enough for every messenger', async () => {
  await using box = await openBox()
  let seed = 1
  const data = Buffer.alloc((1_200 * 630 * 3) / 2, 128)
  for (let n = 0; n < 1_200 * 630; n += 1) data[n] = (seed = (seed * 48_271) % 2_147_483_647) & 255
  addSmallPictures(box.db, 'r', [{ kind: 'preview', frame: 0, lost: 0, width: 1_200, height: 630, data }], 25)
  await makePreviews(box, box.video, never)
  const [preview] = listCompanions(box.db, box.video.id)
  assert.ok(preview && preview.kind === 'preview' && preview.bytes <= 300_000, String(preview?.bytes))
})
