import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdirSync, readlinkSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { after, before, suite, test } from 'node:test'
import { z } from 'zod'
import { videoDetailSchema } from '../../src/api/routes/video-form.ts'
import { certificateSchema } from '../../src/publish/certificate-form.ts'
import { writeManifest } from '../../src/publish/manifest.ts'
import { findRecording } from '../../src/capture/recording-store.ts'
import { dataOf, makeTestFilm, mustHave, openApiBox, openTestRecording, type ApiBox } from './api-box.ts'
import { videosWithoutRendition, type Video } from '../../src/publish/video.ts'

suite('a published film over HTTP', () => {
  let box: ApiBox
  let video: Video
  let file: Buffer
  let where: string
  before(async () => {
    box = await openApiBox()
    ;({ video } = await makeTestFilm(box.app, { title: 'Court 3: finals "A/B"', lost: true }))
    file = await readFile(box.app.store.pathOf(video.objectKey))
    where = `/videos/${video.id}/stream`
  })
  after(() => box[Symbol.asyncDispose]())

  const get = (headers: Record<string, string> = {}, method = 'GET', at = where): Promise<Response> =>
    box.ask(method, at, { key: box.keys.viewer, headers })
  const bytesOf = async (answer: Response): Promise<Buffer> => Buffer.from(await answer.arrayBuffer())

  test('comes whole, byte for byte, with its length, a strong tag and the offer of ranges', async () => {
    const answer = await get()
    assert.equal(answer.status, 200)
    assert.equal(answer.headers.get('content-length'), String(file.length))
    assert.equal(answer.headers.get('accept-ranges'), 'bytes')
    assert.equal(answer.headers.get('content-type'), 'video/mp4')
    assert.match(answer.headers.get('etag') ?? '', /^"[\w-]+"$/)
    assert.equal(answer.headers.get('content-disposition'), null)
    assert.equal(sha256(await bytesOf(answer)), sha256(file))
  })

  test('has a certificate that recording.json tells alike; a film that is still being made has none', async () => {
    const { app } = box
    const recording = mustHave(findRecording(app.db, video.recordingId))
    await writeManifest({ ...app, labelOf: app.clock.labelOf, recordingsFolder: app.settings.paths.recordings }, recording)
    const manifest: unknown = JSON.parse(
      await readFile(path.join(app.settings.paths.recordings, recording.folder, 'recording.json'), 'utf8'),
    )
    const answer = await get({}, 'GET', `/recordings/${recording.id}/certificate`)
    const told = await dataOf(answer, certificateSchema)
    assert.deepEqual(z.object({ certificate: certificateSchema }).parse(manifest).certificate, told)
    assert.equal(told.cameras.left.coverage, 0.75)
    assert.deepEqual(
      told.cameras.left.gaps.map(({ from, seconds, cause }) => ({ from, seconds, cause })),
      [{ from: '2026-05-02T17:30:01.000Z', seconds: 1, cause: 'camera-ended' }],
    )
    const open = openTestRecording(app, { startsAtMs: Date.parse('2026-05-03T17:30:00Z') })
    assert.equal((await get({}, 'GET', `/recordings/${open.id}/certificate`)).status, 409)
    assert.equal((await get({}, 'GET', '/recordings/none/certificate')).status, 404)
  })

  test('each good range is exactly those bytes', async () => {
    const size = file.length
    const cases: [string, number, number][] = [
      ['bytes=0-0', 0, 0],
      ['bytes=0-', 0, size - 1],
      ['bytes=100-199', 100, 199],
      ['bytes=-1', size - 1, size - 1],
      ['bytes=-500', size - 500, size - 1],
      [`bytes=-${size * 2}`, 0, size - 1],
      [`bytes=${size - 1}-`, size - 1, size - 1],
      [`bytes=5-${size * 9}`, 5, size - 1],
      ['BYTES=7-9', 7, 9],
    ]
    for (const [range, first, last] of cases) {
      const answer = await get({ range })
      assert.equal(answer.status, 206, range)
      assert.equal(answer.headers.get('content-range'), `bytes ${first}-${last}/${size}`, range)
      assert.equal(answer.headers.get('content-length'), String(last - first + 1), range)
      assert.ok((await bytesOf(answer)).equals(file.subarray(first, last + 1)), range)
    }
  })

  test('a range that the film has not is refused with its size', async () => {
    for (const range of ['bytes=-0', `bytes=${file.length}-`, 'bytes=999999999999-', 'bytes=99999999999999999-999999999999999999']) {
      const answer = await get({ range })
      assert.equal(answer.status, 416, range)
      assert.equal(answer.headers.get('content-range'), `bytes */${file.length}`)
      await answer.body?.cancel()
    }
  })

  test('abuse of ranges costs no more than the film itself', async () => {
    const thousand = `bytes=${Array.from({ length: 1_000 }, (_, n) => `${n}-${n}`).join(',')}`
    const odd = [
      thousand,
      'bytes=0-10,5-20',
      'bytes=9-3',
      'bytes=',
      'bytes=-',
      'bytes=a-b',
      'bytes=0x1-0x2',
      'lines=1-2',
      'bytes=1-2,',
      'bytes=1.5-2',
      'bytes=--5',
    ]
    for (const range of odd) {
      const answer = await get({ range })
      assert.equal(answer.status, 200, range.slice(0, 30))
      assert.equal((await bytesOf(answer)).length, file.length)
    }
  })

  test('HEAD tells the same without a body, of a range too', async () => {
    const whole = await get({}, 'HEAD')
    assert.equal(whole.status, 200)
    assert.equal(whole.headers.get('content-length'), String(file.length))
    assert.equal((await bytesOf(whole)).length, 0)
    const part = await get({ range: 'bytes=10-19' }, 'HEAD')
    assert.equal(part.status, 206)
    assert.equal(part.headers.get('content-length'), '10')
  })

  test('If-Range serves the part only of the film that the client began with', async () => {
    const etag = (await get({}, 'HEAD')).headers.get('etag') ?? ''
    const status = async (ifRange: string): Promise<number> => {
      const answer = await get({ range: 'bytes=1-2', 'if-range': ifRange })
      await answer.body?.cancel()
      return answer.status
    }
    assert.equal(await status(etag), 206)
    assert.equal(await status('"another"'), 200)
    assert.equal(await status(`W/${etag}`), 200)
    assert.equal(await status('Sat, 02 May 2026 17:30:00 GMT'), 200)
    assert.equal((await get({ 'if-none-match': etag })).status, 304)
  })

  test('a download is named for people, in plain and in full letters', async () => {
    const answer = await get({}, 'HEAD', `${where}?download=1`)
    assert.equal(
      answer.headers.get('content-disposition'),
      `attachment; filename="Court 3 finals A B 2026-05-02 19-30.mp4"; filename*=UTF-8''Court%203%20finals%20A%20B%202026-05-02%2019-30.mp4`,
    )
  })

  test('a client that goes away leaves no file open', async () => {
    const openFilms = (): number => readdirSync('/proc/self/fd').filter((fd) => linkOf(fd).endsWith('.mp4')).length
    for (let n = 0; n < 20; n += 1) {
      const stop = new AbortController()
      const answer = await fetch(box.base + where, { headers: { authorization: `Bearer ${box.keys.viewer}` }, signal: stop.signal })
      if (n % 2 === 0) await answer.body?.getReader().read()
      stop.abort()
      const none = new AbortController()
      const early = fetch(box.base + where, { headers: { authorization: `Bearer ${box.keys.viewer}` }, signal: none.signal })
      setImmediate(() => none.abort())
      await early.catch(() => undefined) // gone before the answer came, or just after
      await get({}, 'HEAD')
    }
    for (let n = 0; n < 200 && openFilms() > 0; n += 1) await new Promise((resolve) => setTimeout(resolve, 25))
    assert.equal(openFilms(), 0)
  })

  test('its facts say what is missing of it', async () => {
    const answer = await box.ask('GET', `/videos/${video.id}`, { key: box.keys.viewer })
    const data = await dataOf(answer, videoDetailSchema)
    assert.equal(data.status, 'partial')
    assert.deepEqual(data.coverage, { left: 0.75, right: 1 })
    assert.deepEqual(data.gaps, [{ camera: 'left', fromSeconds: 1, seconds: 1, cause: 'camera-ended' }])
    assert.equal(data.frames, 100)
    assert.equal(data.bytes, file.length)
  })

  test('its poster is a JPEG', async () => {
    const answer = await get({}, 'GET', `/videos/${video.id}/poster`)
    assert.equal(answer.headers.get('content-type'), 'image/jpeg')
    assert.equal((await bytesOf(answer)).subarray(0, 3).toString('hex'), 'ffd8ff')
  })

  test('its preview, its thumbnails and what was found of it are told and served; a smaller version of a small film is not needed', async () => {
    const data = await dataOf(await box.ask('GET', `/videos/${video.id}`, { key: box.keys.viewer }), videoDetailSchema)
    assert.deepEqual(data.verdict, {
      framesExpected: 100,
      framesDecoded: 100,
      uniformTimes: true,
      alive: { left: 0.75, right: 1 },
      blackSeconds: 0,
      coveredSeconds: 0,
      frozenSeconds: 0,
      partialBecause: ['the left camera gave no picture for 1 s'],
    })
    assert.deepEqual([data.loudness, data.rendition], [null, null])
    const preview = await bytesOf(await get({}, 'GET', mustHave(data.preview ?? undefined)))
    assert.deepEqual(jpegSize(preview), { width: 1_200, height: 630 })
    assert.ok(preview.length < 300_000)
    const list = await get({}, 'GET', mustHave(data.thumbnails ?? undefined))
    assert.equal(list.headers.get('content-type'), 'text/vtt; charset=utf-8')
    assert.equal(await list.text(), 'WEBVTT\n\n00:00:00.000 --> 00:00:04.000\nthumbnails-1.jpg#xywh=0,0,240,66\n')
    const sheet = await get({}, 'GET', `/videos/${video.id}/thumbnails/thumbnails-1.jpg`)
    assert.deepEqual(jpegSize(await bytesOf(sheet)), { width: 240, height: 66 })
    assert.equal((await get({}, 'GET', `/videos/${video.id}/thumbnails/thumbnails-2.jpg`)).status, 404)
    assert.equal((await get({}, 'GET', `/videos/${video.id}/thumbnails/..%2Fpreview.jpg`)).status, 422)
    const asked = await box.ask('POST', `/videos/${video.id}/rendition`, { key: box.keys.operator })
    assert.deepEqual(await dataOf(asked, z.object({ state: z.string() })), { state: 'not-needed' })
    assert.equal((await box.ask('POST', `/videos/${video.id}/rendition`, { key: box.keys.viewer })).status, 403)
    box.app.db.run('update video set width = 2560 where id = ?', video.id)
    const waits = await box.ask('POST', `/videos/${video.id}/rendition`, { key: box.keys.operator })
    assert.deepEqual(await dataOf(waits, z.object({ state: z.string() })), { state: 'waiting' })
    assert.deepEqual(
      videosWithoutRendition(box.app.db, { width: 1_920, sinceMs: Number.MAX_SAFE_INTEGER }).map(({ id }) => id),
      [video.id],
      'asked for, however old it is',
    )
    box.app.db.run('update video set width = 640 where id = ?', video.id)
  })

  test('the live playlist of its chunks is a film that ffmpeg would call complete', async () => {
    const live = `/recordings/${video.recordingId}/live`
    const playlist = await (await get({}, 'GET', `${live}/index.m3u8`)).text()
    assert.match(playlist, /#EXT-X-PLAYLIST-TYPE:EVENT[\s\S]*#EXT-X-MAP:URI="init.mp4"[\s\S]*\n0\.m4s\n[\s\S]*\n1\.m4s\n#EXT-X-ENDLIST\n$/)
    const parts = ['init.mp4', '0.m4s', '1.m4s'].map(async (name) => bytesOf(await get({}, 'GET', `${live}/${name}`)))
    const boxes = (await Promise.all(parts)).map((part) => part.toString('latin1', 4, 8))
    assert.equal(boxes[0], 'ftyp')
    assert.ok(
      boxes.slice(1).every((type) => type === 'moof' || type === 'styp'),
      boxes.join(),
    )
    assert.equal((await get({}, 'GET', `${live}/2.m4s`)).status, 404)
    assert.equal((await get({}, 'GET', `${live}/..%2F..%2Fezrec.sqlite`)).status, 422)
  })
})

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

/** As its frame header tells it (ITU-T T.81, B.2.2). */
function jpegSize(bytes: Buffer): { width: number; height: number } {
  assert.equal(bytes.readUInt16BE(0), 0xffd8)
  for (let at = 2; at + 9 < bytes.length; at += 2 + bytes.readUInt16BE(at + 2))
    if (bytes.readUInt16BE(at) === 0xffc0) return { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) }
  throw new Error('no JPEG')
}

/** Empty for a descriptor that was closed meanwhile. */
function linkOf(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`)
  } catch {
    return ''
  }
}
