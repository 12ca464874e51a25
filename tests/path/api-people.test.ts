import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { after, before, suite, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { z } from 'zod'
import type { Database } from '../../src/adapters/sqlite.ts'
import { addTransition } from '../../src/adapters/log-tables.ts'
import { copiesOf, copyDatabase } from '../../src/adapters/database-file.ts'
import { createKey } from '../../src/api/people/key-store.ts'
import { userExportSchema } from '../../src/api/people/user-export.ts'
import { erasureSchema } from '../../src/api/routes/user-routes.ts'
import { routeTable } from '../../src/api/route-table.ts'
import { noteBookingMail } from '../../src/booking/booking-mail.ts'
import { noteSeenEntry } from '../../src/booking/bookings-file-store.ts'
import { readCapturePlan } from '../../src/booking/capture-plan.ts'
import { importBookings } from '../../src/booking/import-bookings.ts'
import { storeTake } from '../../src/capture/ledger.ts'
import { setMarker } from '../../src/capture/marker-store.ts'
import { findRecording, findRecordingOf, moveStep } from '../../src/capture/recording-store.ts'
import type { Recording } from '../../src/capture/recording.ts'
import { openSegmentLog } from '../../src/capture/segment-log.ts'
import { chunkFile } from '../../src/merge/chunk-store.ts'
import { writeManifest } from '../../src/publish/manifest.ts'
import { askForPhoneClip, phoneClipFile } from '../../src/publish/clips/phone-clip-store.ts'
import { removeFilm } from '../../src/publish/remove-film.ts'
import { findVideo, openVideo, type Video } from '../../src/publish/video.ts'
import { createShareLink } from '../../src/share/share-link.ts'
import { carryOn, erasureOf, keepErasures, type ErasureOptions } from '../../src/sweep/erasure/keep-erasures.ts'
import { rigEnvironment } from '../real-session.ts'
import { until } from '../until.ts'
import { writeTake, type WrittenTake } from '../written-take.ts'
import { dataOf, landTestChunks, mustHave, openApiBox, openTestRecording, publishTestFilm, type ApiBox } from './api-box.ts'
import { addFilmRow } from './film-row.ts'

const start = Date.parse('2026-05-02T17:30:00Z')
const anna = 'anna@example.org'
const signs = [anna, 'anna_example_org', 'Annas birthday', 'caller-77', 'news@example.org', 'the winning goal']

/** Every value of every row, as one text. */
const allRows = (db: Database): string =>
  db
    .all("select name from sqlite_schema where type = 'table'")
    .map(({ name }) => JSON.stringify(db.all(`select * from "${String(name)}"`)))
    .join('\n')

/** Every file and folder below one, the database, its log and its copies too. */
const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).map((each) => path.join(each.parentPath, each.name))

suite('the data of a user', () => {
  let box: ApiBox
  let recording: Recording
  let lost: Recording
  let video: Video
  let take: WrittenTake
  let token: string
  let annasKey: string
  let ben = ''
  let coming = ''
  let phoneClip = ''
  const entry = { id: 'caller-78', start_time: '2031-05-02T19:30', end_time: '2031-05-02T21:00', user_id: anna, title: 'Annas birthday' }
  before(async () => {
    box = await openApiBox()
    const { db, clock, bookings, settings } = box.app
    recording = openTestRecording(box.app, { startsAtMs: start, title: 'Annas birthday' })
    db.run('update booking set user_id = ?, caller_id = ? where id = ?', anna, 'caller-77', recording.bookingId)
    await landTestChunks(box.app, recording)
    video = await publishTestFilm(box.app, recording)
    for (const [table, id] of [
      ['booking', recording.bookingId],
      ['recording', recording.id],
    ] as const)
      db.run(`update ${table} set starts_at_ms = ? where id = ?`, start - 16_000, id)
    setMarker(db, mustHave(findRecording(db, recording.id)), { atMs: start, label: 'the winning goal', setBy: 'x' }, clock.nowMs())
    noteBookingMail(db, recording.bookingId, 'news@example.org')
    const goal = { fromMs: start - 10_000, toMs: start - 8_000, shape: '9:16', label: 'the winning goal', askedBy: 'x' } as const
    phoneClip = askForPhoneClip(db, recording.id, goal, clock.nowMs()).id
    const folder = path.join(settings.paths.recordings, recording.folder)
    await mkdir(path.join(folder, 'clips'), { recursive: true })
    await writeFile(path.join(folder, phoneClipFile(phoneClip)), 'the winning goal')
    token = createShareLink(db, clock, { recordingId: recording.id, days: 1 }).token
    annasKey = createKey(db, clock, { name: 'Annas birthday', role: 'operator', userId: anna }).key
    // A recording of hers that came to nothing, with what was made of it.
    lost = openTestRecording(box.app, { startsAtMs: start - 3_600_000, title: 'Annas birthday' })
    db.run('update booking set user_id = ? where id = ?', anna, lost.bookingId)
    for (const name of ['capture', 'check', 'merge', 'publish'] as const) {
      moveStep(db, { recordingId: lost.id, name, to: 'working', nowMs: 1 })
      moveStep(db, { recordingId: lost.id, name, to: 'failed', nowMs: 1, failed: { code: 'canceled', message: 'x' } })
    }
    openVideo(db, { recordingId: lost.id, objectKey: `anna_example_org/${lost.folder}.mp4`, headerBytes: 1 }, 1)
    await mkdir(path.join(settings.paths.recordings, lost.folder, 'chunks'), { recursive: true })
    await writeFile(path.join(settings.paths.recordings, lost.folder, chunkFile(0)), 'x')
    // Ben plays right behind her.
    ben = addFilmRow(box.app, { startsAtMs: start + 4_000, bytes: 4, atMs: 1, status: 'complete' })
    db.run(
      "update booking set user_id = 'ben' where id = (select booking_id from recording where id = ?)",
      mustHave(findVideo(db, ben)).recordingId,
    )
    const at = clock.nowMs() + 86_400_000
    coming = (await bookings.create({ startsAtMs: at, endsAtMs: at + 3_600_000, userId: anna, title: 'Annas birthday' })).booking.id
    const { start_time: from, end_time: to, title } = entry
    const content = { start: from, end: to, title, cancelled: false, record: true, emailHash: null }
    noteSeenEntry(db, { userId: anna, entryId: entry.id }, { content, bookingId: coming }, clock.nowMs())
    db.run(
      `insert into answered_request (asker, key_hash, request_hash, status, answer, at_ms) values ('x', x'01', x'02', 201, ?, ?)`,
      ...[JSON.stringify({ id: phoneClip, label: 'the winning goal' }), clock.nowMs()],
    )
    db.run("update step set failed_message = ? where recording_id = ? and name = 'publish'", `no room for ${video.objectKey}`, recording.id)
    db.run(
      "insert into alert (check_name, subject, status, message, since_ms, raised_at_ms) values ('uplink', 'box', 'degraded', ?, 1, 1)",
      video.objectKey,
    )
    const moved = { from: video.objectKey, to: video.objectKey.replace('.mp4', '-2.mp4'), cause: 'a link was revoked' }
    addTransition(db, { atMs: 1, subject: 'upload', subjectId: 'an upload', ...moved })
    take = writeTake(settings.paths.takes, { fromMs: start - 16_000, segments: 6, monotonicUs: 5e8 })
    const log = openSegmentLog({ takesFolder: settings.paths.takes, rigId: 'rig', sinceMs: 0 })
    await log.refresh()
    for (const each of log.takes) storeTake(db, { ...each, rigId: settings.camera.rigId }, 0, settings.paths.takes)
    db.run('update booking set rig_id = ?', settings.camera.rigId)
    db.run('update recording set rig_id = ?', settings.camera.rigId)
    await manifests()
  })
  after(() => box[Symbol.asyncDispose]())

  const options = (): ErasureOptions => erasureOf(box.app)
  const soon = (): AbortSignal => AbortSignal.timeout(60_000)
  const manifests = async (): Promise<void> => {
    const { app } = box
    for (const { id } of [recording, lost])
      await writeManifest(
        { ...app, labelOf: app.clock.labelOf, recordingsFolder: app.settings.paths.recordings },
        mustHave(findRecording(app.db, id)),
      )
  }
  const waiting = (): unknown => box.app.db.get('select waits_for from erasure')?.['waits_for']
  const erase = (key: string, user = anna): Promise<Response> => box.ask('DELETE', `/users/${encodeURIComponent(user)}/data`, { key })

  test('is exported whole, for an admin or the user’s own key, with no secret in it', async () => {
    const where = `/users/${encodeURIComponent(anna)}/data`
    for (const key of [box.keys.viewer, box.keys.operator]) assert.equal((await box.ask('GET', where, { key })).status, 403)
    const answer = await box.ask('GET', where, { key: annasKey })
    const text = await answer.clone().text()
    const data = await dataOf(answer, userExportSchema)
    assert.equal(data.bookings.length, 3)
    const told = mustHave(data.bookings.find(({ id }) => id === recording.bookingId))
    assert.equal(told.film?.download, `/videos/${video.id}/download`)
    assert.deepEqual([told.title, told.email, told.markers[0]?.label], ['Annas birthday', 'news@example.org', 'the winning goal'])
    assert.equal(told.links.length, 1)
    assert.deepEqual(
      told.clips.map(({ id, label }) => [id, label]),
      [[phoneClip, 'the winning goal']],
    )
    for (const secret of [token, annasKey, 'hash']) assert.equal(text.includes(secret), false, secret)
    assert.equal((await box.ask('GET', '/users/ben/data', { key: annasKey })).status, 403, 'nobody else’s')
    assert.equal((await box.ask('GET', '/users/nobody/data', { key: box.keys.admin })).status, 404)
  })

  test('is not removed by who may not, nor while a film of it is held', async () => {
    const { db } = box.app
    for (const key of [box.keys.viewer, box.keys.operator]) assert.equal((await erase(key)).status, 403)
    assert.equal((await erase(annasKey, 'ben')).status, 403)
    assert.equal((await box.ask('POST', '/delete-user-data?user_id=ben', { key: annasKey })).status, 403)
    assert.equal((await box.ask('POST', '/delete-user-data?user_id=ben', { key: box.keys.operator })).status, 403)
    assert.equal((await box.ask('POST', '/delete-user-data?user_id=..%2Frecordings', { key: box.keys.admin })).status, 404)
    assert.equal((await erase(box.keys.admin, box.app.settings.booking.userId)).status, 409, 'all that names nobody')
    db.run("update video set held_because = 'a dispute' where id = ?", video.id)
    assert.equal((await erase(box.keys.admin)).status, 409)
    db.run('update video set held_because = null where id = ?', video.id)
    assert.equal(db.get('select count(*) as n from erasure')?.['n'], 0)
    assert.equal(db.get("select count(*) as n from audit where what = 'user.exported'")?.['n'], 1)
  })

  test('goes at once from what is told and served: bookings are nobody’s, links and keys open nothing, what was to come is cancelled', async () => {
    const { app, keys } = box
    const begun = await dataOf(
      await box.ask('POST', `/delete-user-data?user_id=${encodeURIComponent(anna)}`, { key: annasKey }),
      erasureSchema,
    )
    const { booking: bookings, link, key, clip, answer, entry: entries } = begun.removed
    assert.deepEqual([begun.doneAt, bookings, link, key, clip, answer, entries], [null, 3, 1, 1, 1, 1, 1])
    assert.equal((await box.ask('GET', `/s/${token}`)).status, 404)
    assert.equal((await box.ask('GET', '/me', { key: annasKey })).status, 401)
    assert.equal((await box.ask('GET', `/videos/${video.id}`, { key: keys.admin })).status, 404)
    const booking = mustHave(app.db.get('select * from booking where id = ?', coming))
    assert.equal(typeof booking['cancelled_at_ms'], 'number')
    assert.deepEqual((await readCapturePlan(app.settings.paths.plan))?.windows, [], 'with the answer: the recorder stops at once')
    assert.equal((await erase(keys.admin)).status, 404, 'nothing is theirs any more')
    assert.equal((await box.ask('GET', `/videos/${ben}`, { key: keys.admin })).status, 200)
  })

  test('is carried on after a life that was cut short, and leaves nothing of the person anywhere; another’s footage stays', async () => {
    const { app } = box
    const cut = { ...options(), store: { ...app.store, discard: () => Promise.reject(new Error('power')) } }
    // The film's files are the worker's; the other recording is where this life ends.
    await assert.rejects(carryOn(cut, soon()), /power/)
    assert.equal(app.db.get('select count(*) as n from erasure where done_at_ms is null')?.['n'], 1)
    await carryOn(options(), soon())
    assert.match(String(waiting()), /the files of a film/)
    await removeFilm(
      { ...app, recordingsFolder: app.settings.paths.recordings, clipsFolder: app.settings.paths.clips },
      mustHave(findVideo(app.db, video.id)),
    )
    await carryOn(options(), soon())
    assert.match(String(waiting()), /recording\.json/, 'it still names her')
    await manifests()
    await carryOn(options(), soon())
    assert.match(String(waiting()), /the film of another booking/)
    assert.ok(existsSync(take.file(0)))
    const { database } = app.settings.paths
    for (const copy of [1, 2]) assert.ok('bytes' in (await copyDatabase(database)), `copy ${copy}`)
    const aside = `${database}.damaged-2026-05-02`
    await writeFile(aside, 'Annas birthday')
    app.db.run("update step set state = 'done' where recording_id = ?", mustHave(findVideo(app.db, ben)).recordingId)
    await carryOn(options(), soon())
    assert.equal(waiting(), 'the next copy of the database')
    assert.ok('bytes' in (await copyDatabase(database)))
    await carryOn(options(), soon())
    assert.match(String(waiting()), /^ezrec\.sqlite\.damaged-2026-05-02: /)
    assert.deepEqual(copiesOf(database).map(existsSync), [true, false], 'the copy before told of her')
    await rm(aside)
    await carryOn(options(), soon())
    assert.equal(typeof app.db.get('select done_at_ms from erasure')?.['done_at_ms'], 'number')
    assert.deepEqual(
      [0, 1, 2, 3, 4, 5].map((number) => existsSync(take.file(number))),
      [false, false, false, false, true, true],
      'what may hold pictures of the booking behind it stays',
    )
    assert.equal(existsSync(path.join(app.settings.paths.recordings, lost.folder, 'chunks')), false)
    const rows = allRows(app.db)
    for (const sign of signs) assert.equal(rows.includes(sign), false, `a row tells of ${sign}`)
    for (const file of filesBelow(box.home)) {
      for (const sign of signs) assert.equal(file.includes(sign), false, `${file} bears ${sign}`)
      if (statSync(file).isFile())
        for (const sign of signs) assert.equal(readFileSync(file).includes(sign), false, `${file} tells of ${sign}`)
    }
    assert.deepEqual(
      (await readCapturePlan(app.settings.paths.plan))?.windows.map(({ bookingId }) => bookingId),
      [],
    )
  })

  test('leaves a proof that says what was removed and when, to admins, and for ever', async () => {
    const { keys, home } = box
    const [one] = await dataOf(await box.ask('GET', '/erasures', { key: keys.admin }), z.array(erasureSchema))
    const id = mustHave(one).id
    assert.equal((await box.ask('GET', `/erasures/${id}`, { key: keys.operator })).status, 403)
    const answer = await box.ask('GET', `/erasures/${id}`, { key: keys.admin })
    const { items } = await dataOf(
      answer,
      erasureSchema.extend({ items: z.array(z.object({ kind: z.string(), id: z.string(), pieces: z.int() })) }),
    )
    const of = (kind: string): unknown => items.filter((each) => each.kind === kind).map((each) => [each.id, each.pieces])
    assert.deepEqual(of('film'), [[video.id, 1]])
    assert.deepEqual(of('recording'), [[lost.id, 1]])
    assert.deepEqual(of('footage'), [[take.id, 4]])
    assert.deepEqual(of('marker'), [[recording.id, 1]])
    const proof = readFileSync(path.join(home, 'erasures', `${id}.json`), 'utf8')
    assert.match(proof, /"doneAt": "20/)
    assert.ok(proof.includes(recording.bookingId))
    const audit = await (await box.ask('GET', '/audit', { key: keys.admin })).text()
    assert.match(audit, /"what":"user\.erased","subject":"01/)
    assert.equal((await box.ask('GET', '/audit', { key: keys.operator })).status, 403)
  })

  test('is not booked again by the file that still names it; an entry that says something else is', async () => {
    const { app } = box
    const { db, clock, bookings, settings } = app
    const options = { db, bookings, clock, timeZone: 'Europe/Berlin', userId: 'house', rigId: settings.camera.rigId }
    const { reports, changed } = await importBookings([entry], options)
    assert.deepEqual([changed, reports[0]?.is], [0, 'passed'])
    const later = await importBookings(
      [{ ...entry, start_time: '2031-05-03T19:30', end_time: '2031-05-03T21:00', user_id: 'ben', title: null }],
      options,
    )
    assert.equal(later.changed, 1)
  })

  test('goes once more when an older database is put back', async () => {
    const { app } = box
    app.db.run('delete from erasure_item')
    app.db.run('delete from erased_entry')
    app.db.run('update booking set erasure_id = null, user_id = ?, title = ? where erasure_id is not null', anna, 'Annas birthday')
    app.db.run('delete from erasure')
    const end = new AbortController()
    const clock = { ...app.clock, sleep: async () => end.abort() }
    await keepErasures({ ...options(), clock }, end.signal)
    await manifests()
    await carryOn(options(), soon())
    assert.equal(typeof app.db.get('select done_at_ms from erasure')?.['done_at_ms'], 'number')
    assert.equal(allRows(app.db).includes('nnas birthday'), false)
    assert.equal(findRecordingOf(app.db, coming), undefined)
  })
})

suite('a key of one user', () => {
  let box: ApiBox
  let mine: string
  let reads: string
  const ids = { video: '', own: '', recording: '', booking: '', objectKey: '', share: '', token: '' }
  before(async () => {
    box = await openApiBox()
    const { db, clock } = box.app
    const film = (userId: string, atMs: number): Video => {
      const video = mustHave(findVideo(db, addFilmRow(box.app, { startsAtMs: start + atMs, bytes: 4, atMs: 1, status: 'complete' })))
      db.run('update booking set user_id = ? where id = (select booking_id from recording where id = ?)', userId, video.recordingId)
      return video
    }
    ids.own = film('anna', 0).id
    const bens = film('ben', 60_000)
    const link = createShareLink(db, clock, { recordingId: bens.recordingId, days: 1 })
    Object.assign(ids, { video: bens.id, recording: bens.recordingId, objectKey: bens.objectKey, share: link.id, token: link.token })
    ids.booking = mustHave(findRecording(db, bens.recordingId)).bookingId
    db.run(
      "insert into clip (id, recording_id, from_ms, to_ms, state, asked_by, asked_at_ms) values ('bens', ?, 1, 2, 'made', 'somebody', 1)",
      bens.recordingId,
    )
    db.run(
      "insert into phone_clip (id, recording_id, from_ms, to_ms, shape, state, asked_by, asked_at_ms) values ('bens-too', ?, 1, 2, '9:16', 'pending', 'somebody', 1)",
      bens.recordingId,
    )
    mine = createKey(db, clock, { name: 'annas app', role: 'operator', userId: 'anna' }).key
    reads = createKey(db, clock, { name: 'annas screen', role: 'viewer', userId: 'anna' }).key
  })
  after(() => box[Symbol.asyncDispose]())

  /** What names another's, for each route that such a key may ask. */
  const theirs: Readonly<Record<string, { readonly at: () => string; readonly body?: unknown; readonly key?: true }>> = {
    'post /bookings': { at: () => '/bookings', body: { start_time: '2031-05-02T19:30', end_time: '2031-05-02T21:00', user_id: 'ben' } },
    'post /api/bookings': {
      at: () => '/api/bookings',
      body: { start_time: '2031-05-02T19:30', end_time: '2031-05-02T21:00', user_id: 'ben' },
    },
    'get /bookings': { at: () => '/bookings?user=ben' },
    'get /api/bookings': { at: () => '/api/bookings?user=ben' },
    'put /bookings/{id}': { at: () => `/bookings/${ids.booking}`, body: { start_time: '2031-05-02T19:30', end_time: '2031-05-02T21:00' } },
    'patch /bookings/{id}': { at: () => `/bookings/${ids.booking}`, body: { title: 'x' } },
    'post /bookings/{id}/extend': { at: () => `/bookings/${ids.booking}/extend`, body: { minutes: 5 } },
    'post /record-now': { at: () => '/record-now', body: { minutes: 5, user_id: 'ben' } },
    'post /recordings/{id}/clips': { at: () => `/recordings/${ids.recording}/clips`, body: {} },
    'post /videos/{id}/phone-clips': { at: () => `/videos/${ids.video}/phone-clips`, body: { from: 0, to: 2 } },
    'get /phone-clips/{id}': { at: () => '/phone-clips/bens-too' },
    'get /phone-clips/{id}/file': { at: () => '/phone-clips/bens-too/file' },
    'delete /phone-clips/{id}': { at: () => '/phone-clips/bens-too' },
    'delete /clips/{id}': { at: () => '/clips/bens' },
    'get /clips/{id}/files/{name}': { at: () => '/clips/bens/files/left-1.mp4' },
    'get /videos': { at: () => '/videos?user=ben' },
    'get /videos/{id}/clip': { at: () => `/videos/${ids.video}/clip?from=0&to=1` },
    'get /videos/{id}/thumbnails/{name}': { at: () => `/videos/${ids.video}/thumbnails/thumbnails.vtt` },
    'get /recordings/{id}/live/{name}': { at: () => `/recordings/${ids.recording}/live/index.m3u8` },
    'delete /shares/{id}': { at: () => `/shares/${ids.share}` },
    'get /shares': { at: () => `/shares?booking=${ids.booking}` },
    'get /recordings': { at: () => '/recordings?user_id=ben' },
    'get /api/recordings': { at: () => '/api/recordings?user_id=ben' },
    'get /stream': { at: () => `/stream?key=${encodeURIComponent(ids.objectKey)}` },
    'get /signed-url': { at: () => `/signed-url?key=${encodeURIComponent(ids.objectKey)}` },
    'delete /delete-video': { at: () => '/delete-video', body: {}, key: true },
    'post /share': { at: () => '/share', body: { user_id: 'ben' }, key: true },
    'get /share/analytics/{user_id}': { at: () => '/share/analytics/ben' },
    'post /share/{token}/revoke': { at: () => `/share/${ids.token}/revoke`, body: {} },
    'post /send-share-email': {
      at: () => '/send-share-email',
      get body() {
        return { email: 'a@example.org', videoId: ids.video }
      },
    },
    'get /users/{user}/data': { at: () => '/users/ben/data' },
    'delete /users/{user}/data': { at: () => '/users/ben/data' },
    'post /delete-user-data': { at: () => '/delete-user-data?user_id=ben' },
  }
  const byId: Readonly<Record<string, () => string>> = {
    bookings: () => ids.booking,
    videos: () => ids.video,
    recordings: () => ids.recording,
    shares: () => ids.share,
  }

  test('is refused by every route that is not made for it, and finds nothing of another’s by those that are', async () => {
    for (const { method, path: where, needs, ofUser } of routeTable) {
      if (needs === 'open' || ['/logout', '/me'].includes(where)) continue
      const name = `${method} ${where}`
      const [, kind = ''] = where.split('/')
      const plain = where.replace('{id}', byId[kind]?.() ?? 'x').replaceAll(/\{\w+\}/g, 'x')
      const example = theirs[name]
      const answer = await box.ask(method.toUpperCase(), example?.at() ?? plain, {
        key: mine,
        body: example?.key ? { ...z.looseObject({}).parse(example.body), key: ids.objectKey } : example?.body,
      })
      await answer.body?.cancel()
      const wanted = ofUser !== true || where.includes('user') ? [403, 404] : [404]
      assert.ok(wanted.includes(answer.status), `${name}: ${answer.status}`)
      if (ofUser !== true) assert.equal(answer.status, 403, name)
    }
    const { db } = box.app
    assert.equal(db.get('select count(*) as n from share_link where revoked_at_ms is null')?.['n'], 1)
    assert.equal(db.get('select count(*) as n from booking')?.['n'], 2)
    assert.equal(db.get('select count(*) as n from erasure')?.['n'], 0)
    assert.equal(db.get('select count(*) as n from phone_clip')?.['n'], 1)
  })

  test('sees its own user’s, books for that user alone, and is told of a taken time without whose it is', async () => {
    const list = async (where: string, key = mine): Promise<unknown[]> =>
      await dataOf(await box.ask('GET', where, { key }), z.array(z.looseObject({})))
    assert.deepEqual((await list('/videos')).length, 1)
    assert.equal((await list('/videos', reads)).length, 1)
    assert.equal((await list('/recordings', reads)).length, 1)
    assert.equal((await list('/shares')).length, 0)
    assert.equal((await box.ask('GET', `/videos/${ids.own}`, { key: reads })).status, 200)
    const order = { id: 'a-1', start_time: '2031-05-02T19:30', end_time: '2031-05-02T21:00' }
    const made = await dataOf(
      await box.ask('POST', '/bookings', { key: mine, body: order }),
      z.looseObject({ id: z.string(), userId: z.string() }),
    )
    assert.equal(made.userId, 'anna')
    assert.equal((await box.ask('GET', '/bookings/a-1', { key: reads })).status, 200, 'by the caller’s own id')
    const other = {
      key: box.keys.operator,
      body: { ...order, id: 'b-1', start_time: '2031-05-03T19:30', end_time: '2031-05-03T21:00', user_id: 'ben' },
    }
    const { id: bens } = await dataOf(await box.ask('POST', '/bookings', other), z.looseObject({ id: z.string() }))
    for (const body of [
      { ...order, id: 'a-2', start_time: '2031-05-03T20:30', end_time: '2031-05-03T22:00' },
      [{ ...order, id: 'a-2', start_time: '2031-05-03T20:30', end_time: '2031-05-03T22:00' }],
    ]) {
      const taken = await box.ask('POST', '/bookings', { key: mine, body })
      const text = await taken.text()
      assert.equal(taken.status, 409)
      assert.equal(text.includes(bens), false)
      assert.match(text, /nearest free time/)
    }
    const moved = await box.ask('PATCH', '/bookings/a-1', {
      key: mine,
      body: { start_time: '2031-05-03T18:30', end_time: '2031-05-03T20:00' },
    })
    assert.equal(moved.status, 409)
    assert.equal((await moved.text()).includes(bens), false)
    assert.equal((await list('/bookings', reads)).length, 2)
  })

  test('is no admin’s', async () => {
    const body = { name: 'x', role: 'admin', userId: 'anna' }
    assert.equal((await box.ask('POST', '/keys', { key: box.keys.admin, body })).status, 422)
    const made = await box.ask('POST', '/keys', { key: box.keys.admin, body: { ...body, role: 'viewer' } })
    assert.deepEqual((await dataOf(made, z.looseObject({ userId: z.string() }))).userId, 'anna')
    assert.match(String(box.app.db.get("select facts from audit where what = 'key.made'")?.['facts']), /"bound":true/)
  })
})

suite('a look at the empty court', () => {
  let box: ApiBox
  before(async () => {
    box = await openApiBox({ variables: { ...rigEnvironment, LIVE_PREVIEW: 'true' } })
  })
  after(() => box[Symbol.asyncDispose]())

  const look = (key: string, method = 'GET'): Promise<Response> => box.ask(method, '/cameras/left/preview', { key })
  const audited = (): unknown => box.app.db.get("select count(*) as n from audit where what = 'preview.seen'")?.['n']

  test('is for operators, shows a still of that camera, keeps nothing of it, and is written down', async () => {
    const { keys, home } = box
    assert.equal((await look(keys.viewer)).status, 403)
    const before = filesBelow(home).length
    const answer = await look(keys.operator)
    assert.deepEqual(
      [answer.status, answer.headers.get('content-type'), answer.headers.get('cache-control')],
      [200, 'image/jpeg', 'no-store'],
    )
    const jpeg = Buffer.from(await answer.arrayBuffer())
    assert.deepEqual([...jpeg.subarray(0, 2), ...jpeg.subarray(-2)], [0xff, 0xd8, 0xff, 0xd9])
    assert.ok(jpeg.length > 5_000, `${jpeg.length} bytes are no picture of a court`)
    assert.equal(filesBelow(home).length, before)
    assert.equal(audited(), 1)
  })

  test('the original’s way to it is the same look, under the same conditions', async () => {
    const { keys, app } = box
    const old = (key: string): Promise<Response> => box.ask('GET', '/live-preview', { key })
    assert.equal((await old(keys.viewer)).status, 403)
    const answer = await old(keys.operator)
    assert.deepEqual([answer.status, answer.headers.get('content-type')], [200, 'image/jpeg'])
    assert.match(answer.headers.get('link') ?? '', /successor-version/)
    assert.ok((await answer.arrayBuffer()).byteLength > 5_000)
    assert.equal(app.db.get('select subject_id from audit order by id desc limit 1')?.['subject_id'], 'left')
  })

  test('is refused, and called off, as soon as a booking is near or on, also one that is not recorded, and while the recorder has the cameras', async () => {
    const { app, keys } = box
    const { bookings, clock, db } = app
    const startsAtMs = clock.nowMs() + 110_000
    const looking = look(keys.operator)
    await until(() => audited() === 3, 'the look is written down')
    await setTimeout(400) // the camera is being started
    const { booking } = await bookings.create({ startsAtMs, endsAtMs: startsAtMs + 60_000, userId: 'u', record: false })
    assert.equal((await looking).status, 409)
    assert.equal((await look(keys.operator)).status, 409)
    await bookings.cancel(booking.id)
    db.run(
      "insert into take (id, rig_id, camera, folder, boot_id, begun_at_ms) values ('t', ?, 'left', 'x', 'b', 1)",
      app.settings.camera.rigId,
    )
    assert.equal((await look(keys.operator)).status, 409)
    assert.equal(audited(), 5, 'a look that was called off may have shown something')
  })

  test('is off unless the settings allow it', async () => {
    await using shut = await openApiBox()
    assert.equal((await shut.ask('GET', '/cameras/left/preview', { key: shut.keys.admin })).status, 403)
    assert.equal(shut.app.db.get('select count(*) as n from audit')?.['n'], 0)
  })
})
