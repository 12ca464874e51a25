import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { after, before, suite, test } from 'node:test'
import { z } from 'zod'
import { homeDatabaseOf } from '../../src/app.ts'
import { openDatabase } from '../../src/adapters/sqlite.ts'
import { bookingSchema } from '../../src/api/routes/booking-form.ts'
import { videoSchema } from '../../src/api/routes/video-form.ts'
import { runChild } from '../../src/base/process.ts'
import { findRecording } from '../../src/capture/recording-store.ts'
import type { Recording } from '../../src/capture/recording.ts'
import { writeManifest } from '../../src/publish/manifest.ts'
import { removeFilm } from '../../src/publish/remove-film.ts'
import { findVideo, findVideoOf, noteChecksum, type Video } from '../../src/publish/video.ts'
import { videosToRemove } from '../../src/publish/removed-video.ts'
import { createShareLink } from '../../src/share/share-link.ts'
import { askOracles } from '../../src/system/oracle.ts'
import { oracles } from '../../src/system/oracles.ts'
import { bringUpToDate } from '../../src/system/restore/bring-up-to-date.ts'
import { dataOf, faultOf, makeTestFilm, mustHave, openApiBox, type ApiBox } from './api-box.ts'
import { addFilmRow } from './film-row.ts'

suite('a film that is removed over HTTP', () => {
  let box: ApiBox
  let recording: Recording
  let video: Video
  let token: string
  before(async () => {
    box = await openApiBox()
    ;({ recording, video } = await makeTestFilm(box.app, { title: 'Final\r\nX-Bad: 1 "q"/../é', lost: true }))
    token = createShareLink(box.app.db, box.app.clock, { recordingId: recording.id, days: 1 }).token
    await manifest()
  })
  after(() => box[Symbol.asyncDispose]())

  const ask = (method: string, where: string, key: string = box.keys.operator, body?: unknown): Promise<Response> =>
    box.ask(method, where, { key, body })
  const statusOf = async (method: string, where: string, key?: string): Promise<number> => {
    const answer = await ask(method, where, key)
    await answer.body?.cancel()
    return answer.status
  }
  const manifest = (): Promise<void> =>
    writeManifest(
      { ...box.app, labelOf: box.app.clock.labelOf, recordingsFolder: box.app.settings.paths.recordings },
      mustHave(findRecording(box.app.db, recording.id)),
    )
  const findings = async (): Promise<string[]> => {
    const { takes, recordings, store } = box.app.settings.paths
    const home = { db: box.app.db, takesFolder: takes, recordingsFolder: recordings, storeFolder: store, deep: false }
    return (await askOracles({ ...home, signal: AbortSignal.timeout(60_000) }, oracles)).flatMap((verdict) =>
      verdict.findings.map(({ path: file, fault }) => `${file}: ${fault}`),
    )
  }
  const remove = (): Promise<void> =>
    removeFilm(
      { ...box.app, recordingsFolder: box.app.settings.paths.recordings, clipsFolder: box.app.settings.paths.clips },
      mustHave(findVideo(box.app.db, video.id)),
    )
  const folder = (): string => path.join(box.app.settings.paths.recordings, recording.folder)

  test('is downloaded under a name for people that breaks no header, whole or in part', async () => {
    const answer = await ask('HEAD', `/videos/${video.id}/download`, box.keys.viewer)
    assert.equal(
      answer.headers.get('content-disposition'),
      `attachment; filename="Final X-Bad 1 q .. _ 2026-05-02 19-30.mp4"; filename*=UTF-8''Final%20X-Bad%201%20q%20..%20%C3%A9%202026-05-02%2019-30.mp4`,
    )
    assert.equal(answer.headers.get('x-bad'), null)
    const etag = answer.headers.get('etag') ?? ''
    const part = (headers: Record<string, string>): Promise<Response> =>
      box.ask('GET', `/videos/${video.id}/download`, { key: box.keys.viewer, headers })
    assert.equal(await (await part({ range: 'bytes=4-7', 'if-range': etag })).text(), 'ftyp')
    assert.equal((await part({ range: 'bytes=4-7', 'if-range': '"other"' })).status, 200)
    assert.equal((await part({ 'if-none-match': etag })).status, 304)
  })

  test('gives parts of itself, from a key frame on, every picture of them whole', async () => {
    const folder = box.app.settings.paths.clips
    const part = (query: string, headers: Record<string, string> = {}): Promise<Response> =>
      box.ask('GET', `/videos/${video.id}/clip?${query}`, { key: box.keys.viewer, headers })
    const [first, again] = await Promise.all([part('from=2.5&to=3.5'), part('from=2.5&to=3.5')])
    assert.equal(first.status, 200)
    assert.match(first.headers.get('content-disposition') ?? '', /filename="Final.* 2s-4s\.mp4"/)
    const bytes = Buffer.from(await first.arrayBuffer())
    assert.deepEqual(Buffer.from(await again.arrayBuffer()), bytes)
    const file = path.join(box.home, 'part.mp4')
    await writeFile(file, bytes)
    const count = ['-v', 'error', '-count_frames', '-show_entries', 'stream=nb_read_frames', '-of', 'csv=p=0', file]
    const { stdout, stderr } = await runChild('ffprobe', count)
    assert.deepEqual([Number(stdout.toString()), stderr], [38, ''], 'from 2.0 s on, where a key frame is, to 3.5 s')
    assert.equal((await part('from=2.5&to=3.5', { range: 'bytes=0-3', 'if-range': first.headers.get('etag') ?? '' })).status, 206)
    assert.deepEqual(readdirSync(folder), [`${video.id}-2500-3500.mp4`])
    for (const query of ['from=3&to=2', 'from=9&to=10', 'from=-1&to=2', 'from=0', 'from=a&to=b', 'from=0&to=NaN', 'from=1e9&to=2e9'])
      assert.equal((await part(query)).status, 422, query)
    assert.equal(readdirSync(folder).length, 1)
  })

  test('is not removed while it is unconfirmed or held, but by an admin who says so', async () => {
    assert.equal(await statusOf('DELETE', `/videos/${video.id}`, box.keys.viewer), 403)
    const unconfirmed = await ask('DELETE', `/videos/${video.id}`)
    assert.equal(unconfirmed.status, 409)
    assert.match((await faultOf(unconfirmed)).message, /not read back/)
    noteChecksum(box.app.db, video, 'f'.repeat(64), 0)
    assert.equal((await ask('PUT', `/videos/${video.id}/hold`, box.keys.operator, { because: 'a dispute' })).status, 200)
    const held = await ask('DELETE', `/videos/${video.id}`, box.keys.admin)
    assert.match((await faultOf(held)).message, /held: a dispute/)
    assert.equal(await statusOf('DELETE', `/videos/${video.id}?force=1`), 403, 'an operator may not')
    assert.equal(await statusOf('DELETE', `/videos/${video.id}/hold`), 200)
    assert.equal(await statusOf('GET', `/videos/${video.id}`), 200)
  })

  test('is gone for everybody at once, and told as removed', async () => {
    const ofBooking = createShareLink(box.app.db, box.app.clock, { bookingId: recording.bookingId, days: 1 }).token
    const clip = 'insert into clip (id, recording_id, from_ms, to_ms, state, asked_by, asked_at_ms) values (?, ?, 1, 2, ?, ?, 1)'
    box.app.db.run(clip, 'kept', recording.id, 'made', 'somebody')
    const clipFile = "insert into clip_file (clip_id, name, frames, bytes, sha256) values ('kept', 'left-1.mp4', 1, 1, 'a')"
    box.app.db.run(clipFile)
    await mkdir(path.join(folder(), 'clips'), { recursive: true })
    await writeFile(path.join(folder(), 'clips', 'kept-left-1.mp4'), 'a')
    assert.equal(await statusOf('GET', '/clips/kept/files/left-1.mp4'), 200)
    const phone = `insert into phone_clip (id, recording_id, from_ms, to_ms, shape, state, asked_by, asked_at_ms, width, height, bytes, sha256)
      values ('phone', ?, ?, ?, '9:16', 'made', 'somebody', 1, 2, 2, 1, 'a')`
    box.app.db.run(phone, recording.id, recording.startsAtMs + 1_000, recording.startsAtMs + 3_000)
    await writeFile(path.join(folder(), 'clips', 'phone-phone.mp4'), 'a')
    const kept = await ask('GET', '/phone-clips/phone/file?download=1')
    assert.match(kept.headers.get('content-disposition') ?? '', / 2026-05-02 19-30 0m01s 9x16\.mp4"/)
    const { links, effect } = await dataOf(await ask('DELETE', `/videos/${video.id}`), z.object({ links: z.int(), effect: z.string() }))
    assert.deepEqual([links, effect], [2, 'removed'])
    for (const where of [
      ...['', '/stream', '/download', '/poster', '/preview', '/thumbnails/thumbnails.vtt'].map((tail) => `/videos/${video.id}${tail}`),
      `/videos/${video.id}/clip?from=2.5&to=3.5`,
      ...['/certificate', '/live/index.m3u8', '/live/init.mp4', '/live/0.m4s'].map((tail) => `/recordings/${recording.id}${tail}`),
      ...['', '/state', '/film', '/poster', '/live/0.m4s'].map((tail) => `/s/${token}${tail}`),
      ...[
        `/recordings/${recording.id}/clips`,
        '/clips/kept/files/left-1.mp4',
        '/phone-clips/phone',
        '/phone-clips/phone/file',
        `/s/${ofBooking}`,
      ],
    ])
      assert.equal(await statusOf('GET', where), 404, where)
    assert.equal((await ask('POST', `/videos/${recording.id}/share`, box.keys.operator, {})).status, 404, 'nor is a new link made')
    assert.deepEqual(await dataOf(await ask('GET', '/videos'), z.array(videoSchema)), [])
    const booking = await dataOf(await ask('GET', `/bookings/${recording.bookingId}`), bookingSchema)
    assert.deepEqual([booking.videoId, booking.live, typeof booking.filmRemovedAt], [null, null, 'string'])
    assert.equal((await dataOf(await ask('DELETE', `/videos/${video.id}`), z.object({ effect: z.string() }))).effect, 'none')
  })

  test('leaves nothing behind, also when its removal was cut short', async () => {
    const store = path.dirname(box.app.store.pathOf(video.objectKey))
    assert.ok(existsSync(box.app.store.pathOf(video.objectKey)), 'the row goes first')
    assert.deepEqual(await findings(), [], 'files on their way out are known')
    const stranger = path.join(store, path.basename(video.objectKey, '.mp4'), 'stranger.txt')
    await writeFile(stranger, 'mine')
    await writeFile(path.join(folder(), 'clips', 'wedding.mp4'), 'mine, too')
    const cut = {
      ...box.app.store,
      discard: (key: string) => (key.endsWith('.jpg') ? Promise.reject(new Error('power')) : box.app.store.discard(key)),
    }
    await assert.rejects(
      removeFilm(
        { ...box.app, store: cut, recordingsFolder: box.app.settings.paths.recordings, clipsFolder: box.app.settings.paths.clips },
        mustHave(findVideo(box.app.db, video.id)),
      ),
    )
    assert.equal(videosToRemove(box.app.db).length, 1)
    await remove()
    assert.deepEqual(videosToRemove(box.app.db), [])
    assert.deepEqual(readdirSync(box.app.settings.paths.clips), [], 'nor is a part of it kept')
    assert.deepEqual(
      readdirSync(store, { recursive: true, encoding: 'utf8' }).toSorted(),
      [recording.id, `${recording.id}/stranger.txt`],
      'what is not ours stays',
    )
    assert.deepEqual(
      readdirSync(folder())
        .filter((name) => name !== 'recording.json')
        .toSorted(),
      ['clips', 'recording.completed'],
    )
    assert.deepEqual(readdirSync(path.join(folder(), 'clips')), ['wedding.mp4'])
    await rm(path.join(folder(), 'clips'), { recursive: true })
    assert.match((await findings()).join(), /^[^,]*stranger\.txt: no row names it: it is foreign, or was left over$/)
    await remove()
  })

  test('is passed over by the list, which is filtered, sorted and walked page by page', async () => {
    const days = [3, 1, 2].map((n) => ({ n, startsAtMs: Date.parse(`2026-06-0${n}T18:00:00Z`), bytes: 10 - n, atMs: n === 1 ? 9 : n }))
    const names = new Map(days.map((each) => [addFilmRow(box.app, { ...each, status: each.n === 2 ? 'partial' : 'complete' }), each.n]))
    const walk = async (query: string): Promise<unknown[]> => {
      const seen: unknown[] = []
      for (let where: string | undefined = `/videos?limit=1&${query}`; where !== undefined && seen.length < 5;) {
        const answer: Response = await ask('GET', where)
        where = /^<([^>]+)>; rel="next"$/.exec(answer.headers.get('link') ?? '')?.[1]
        seen.push(...(await dataOf(answer, z.array(videoSchema))).map(({ id }) => names.get(id)))
      }
      return seen
    }
    assert.deepEqual(await walk(''), [1, 3, 2], 'newest published first')
    assert.deepEqual(await walk('sort=starts'), [1, 2, 3])
    assert.deepEqual(await walk('sort=bytes'), [3, 2, 1])
    assert.deepEqual(await walk('status=partial'), [2])
    assert.deepEqual(await walk('from=2026-06-01T19:00:00Z&to=2026-06-03T00:00:00Z'), [2])
    assert.deepEqual(await walk('user=nobody'), [])
    box.app.db.run('delete from video where id <> ?', video.id)
  })

  test('does not come back with an older copy of the database, nor when it is lost', async () => {
    const { app } = box
    await manifest()
    assert.deepEqual(readdirSync(folder()), ['recording.json'])
    assert.deepEqual(
      z
        .object({ video: z.null(), removed: z.object({ videoId: z.string() }) })
        .parse(JSON.parse(await readFile(path.join(folder(), 'recording.json'), 'utf8'))).removed.videoId,
      video.id,
    )
    const home = homeDatabaseOf(app.settings, app)
    using lost = openDatabase(':memory:')
    await bringUpToDate(lost, home, { anew: true, facts: {} })
    assert.ok(findVideoOf(lost, recording.id)?.removed)
    assert.ok(
      findRecording(lost, recording.id)?.steps.every(({ state }) => state === 'done'),
      'it is not merged again',
    )
    app.db.run('update video set removed_at_ms = null, gone_at_ms = null where id = ?', video.id)
    assert.ok(findVideo(app.db, video.id)?.published)
    await bringUpToDate(app.db, home, { anew: false, facts: {} })
    assert.equal(findVideo(app.db, video.id)?.published, undefined)
    assert.equal(videosToRemove(app.db).length, 1)
    app.db.run('update video set removed_at_ms = null, published_at_ms = null where id = ?', video.id) // a copy from before the film
    await bringUpToDate(app.db, home, { anew: false, facts: {} })
    assert.ok(findVideo(app.db, video.id)?.removed)
    assert.equal(videosToRemove(app.db).length, 1)
  })
})
