import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { after, before, suite, test } from 'node:test'
import { z } from 'zod'
import { openDatabase } from '../../src/adapters/sqlite.ts'
import { findAnswered, mostAnswerBytes, mostKeptEach, noteAnswered, noteBegun } from '../../src/api/repeat/answered-store.ts'
import { listMarkers } from '../../src/capture/marker-store.ts'
import { listClips } from '../../src/publish/clips/clip-store.ts'
import { askForPhoneClip, notePhoneClipMade } from '../../src/publish/clips/phone-clip-store.ts'
import { manifestOf } from '../../src/publish/manifest.ts'
import { parseManifest } from '../../src/publish/stored-manifest.ts'
import { openCourtVisit } from '../../src/share/court-pin.ts'
import { restoreRecording } from '../../src/system/restore/manifest-rows.ts'
import { dataOf, faultOf, makeTestFilm, openApiBox, openTestRecording, type ApiBox, type Ask } from './api-box.ts'

const booked = z.object({ id: z.string(), startsAt: z.iso.datetime(), endsAt: z.iso.datetime() })
const marked = z.object({ id: z.string(), fromSeconds: z.number(), label: z.string().nullable() })
const hour = 3_600_000

suite('who runs a court', () => {
  let box: ApiBox
  before(async () => void (box = await openApiBox()))
  after(() => box[Symbol.asyncDispose]())
  const post = (path: string, body: unknown, once?: string, key = box.keys.operator): Promise<Response> =>
    box.ask('POST', path, { key, body, headers: once === undefined ? {} : { 'idempotency-key': once } })
  const countBookings = (): unknown => box.app.db.get('select count(*) as n from booking')?.['n']

  test('records now; while that runs it is refused with the slot that is free next', async () => {
    const beforeMs = box.app.clock.nowMs()
    const answer = await post('/record-now', { minutes: 30, title: 'Quick match' })
    assert.equal(answer.status, 201)
    const { startsAt, endsAt } = await dataOf(answer, booked)
    assert.ok(Date.parse(startsAt) >= beforeMs)
    assert.equal(Date.parse(endsAt) - Date.parse(startsAt), 30 * 60_000)
    const refused = await post('/record-now', { minutes: 10 })
    assert.equal(refused.status, 409)
    const { details } = await faultOf(refused)
    assert.equal(details['nearestFreeStartsAt'], endsAt)
    assert.equal(Date.parse(String(details['nearestFreeEndsAt'])) - Date.parse(endsAt), 10 * 60_000)
    const taken = await post('/bookings', { start_time: details['nearestFreeStartsAt'], end_time: details['nearestFreeEndsAt'] })
    assert.equal(taken.status, 201, 'what was offered is free')
    for (const body of [{}, { minutes: 0 }, { minutes: 721 }, { minutes: '10' }])
      assert.equal((await post('/record-now', body)).status, 422)
  })

  test('sends a request again with its Idempotency-Key and it is done once', async () => {
    const order = { start_time: '2031-05-02T10:00Z', end_time: '2031-05-02T11:00Z' }
    const first = await post('/bookings', order, 'key-1')
    const before = countBookings()
    const again = await post('/bookings', order, 'key-1')
    assert.equal(again.status, 201)
    assert.equal(again.headers.get('idempotency-replayed'), 'true')
    assert.equal(await again.text(), await first.text(), 'the very same answer')
    assert.equal(countBookings(), before)
    const other = await post('/bookings', { ...order, title: 'other' }, 'key-1')
    assert.equal(other.status, 422)
    assert.match((await faultOf(other)).message, /used for another request/)
    assert.equal((await post('/record-now', { minutes: 1 }, 'key-1')).status, 422, 'another path is another request')
    assert.equal((await post('/bookings', order, 'key-1', box.keys.admin)).status, 409, 'the key of another caller is its own')
    for (const bad of ['x'.repeat(256), 'a b']) assert.equal((await post('/bookings', order, bad)).status, 422, bad.slice(0, 5))
  })

  test('two at the same moment make one booking; a refusal may be tried again with the same key', async () => {
    const order = { start_time: '2031-05-03T10:00Z', end_time: '2031-05-03T11:00Z' }
    const both = await Promise.all([post('/bookings', order, 'key-2'), post('/bookings', order, 'key-2')])
    assert.ok(both.some(({ status }) => status === 201))
    assert.ok(both.every(({ status }) => status === 201 || status === 409))
    const overlapping = { start_time: '2031-05-03T10:30Z', end_time: '2031-05-03T11:30Z' }
    assert.equal((await post('/bookings', overlapping, 'key-3')).status, 409)
    const [standing] = await dataOf(
      await box.ask('GET', '/bookings?from=2031-05-03T09:00Z&to=2031-05-03T12:00Z', { key: box.keys.viewer }),
      z.array(booked),
    )
    await box.ask('DELETE', `/bookings/${standing?.id}`, { key: box.keys.operator })
    assert.equal((await post('/bookings', overlapping, 'key-3')).status, 201)
  })

  test('an extension, a link and an e-mail that are sent again with their key are one', async () => {
    const film = await makeTestFilm(box.app)
    const { id, endsAt } = await dataOf(await post('/bookings', { start_time: '2031-05-04T10:00Z', end_time: '2031-05-04T11:00Z' }), booked)
    const twice = async (path: string, body: unknown): Promise<number[]> => [
      (await post(path, body, `once ${path}`.replaceAll(' ', '-'))).status,
      (await post(path, body, `once ${path}`.replaceAll(' ', '-'))).status,
    ]
    assert.deepEqual(await twice(`/bookings/${id}/extend`, { minutes: 15 }), [200, 200])
    assert.equal(box.app.bookings.get(id).endsAtMs, Date.parse(endsAt) + 15 * 60_000)
    const links = (): unknown => box.app.db.get('select count(*) as n from share_link')?.['n']
    const before = Number(links())
    assert.deepEqual(await twice('/share', { key: film.video.objectKey, user_id: 'local' }), [200, 409])
    assert.equal(links(), before + 1)
    await using postal = await openApiBox({ variables: { EMAIL_HOST: '127.0.0.1', EMAIL_FROM: 'court@example.org' } })
    const { video } = await makeTestFilm(postal.app)
    const mail = (body: object): Promise<Response> =>
      postal.ask('POST', '/send-share-email', {
        key: postal.keys.operator,
        body: { videoId: video.id, ...body },
        headers: { 'idempotency-key': 'mail' },
      })
    const answers = [await mail({ email: 'kim@example.org' }), await mail({ email: 'kim@example.org' })]
    assert.deepEqual(
      answers.map(({ status, headers }) => [status, headers.get('idempotency-replayed')]),
      [
        [200, null],
        [200, 'true'],
      ],
    )
    assert.equal((await mail({ email: 'lee@example.org' })).status, 422, 'another request')
  })

  test('a key of one path with another query is another request', async () => {
    for (const user_id of ['q1', 'q2'])
      await post('/bookings', {
        id: 'same',
        user_id,
        start_time: `2031-05-0${user_id === 'q1' ? 5 : 6}T10:00Z`,
        end_time: `2031-05-0${user_id === 'q1' ? 5 : 6}T11:00Z`,
      })
    assert.equal((await post('/bookings/same/extend?user=q1', { minutes: 5 }, 'key-q')).status, 200)
    assert.equal((await post('/bookings/same/extend?user=q2', { minutes: 5 }, 'key-q')).status, 422)
  })

  test('a touch on the court that is sent again is one, of that phone alone, and is forgotten with its user', async () => {
    await using own = await openApiBox()
    const { app, keys } = own
    const recording = openTestRecording(
      app,
      { startsAtMs: app.clock.nowMs() - 60_000, title: 'Kims birthday' },
      { width: 320, height: 180, fps: 25, seconds: 600 },
    )
    const { bookingId, endsAtMs } = recording
    app.db.run("update booking set user_id = 'kim' where id = ?", bookingId)
    const visit = (): string => openCourtVisit(app.db, bookingId, app.clock.nowMs(), app.clock.nowMs() + hour)
    const [mine, theirs] = [visit(), visit()]
    const touch = async (path: string, body: unknown, cookie: string | undefined, once = 'touch'): Promise<number> => {
      const headers = { 'idempotency-key': `${once}${path}`, ...(cookie === undefined ? {} : { cookie: `ezcourt=${cookie}` }) }
      return (await own.ask('POST', path, { body, headers })).status
    }
    const ends = (): number => (app.bookings.get(bookingId).endsAtMs - endsAtMs) / 60_000
    for (const each of [mine, mine]) {
      assert.equal(await touch('/court/clip', {}, each), 200)
      assert.equal(await touch('/court/extend', { minutes: 10 }, each), 200)
    }
    assert.deepEqual([listClips(app.db, recording.id).length, ends()], [1, 10])
    assert.equal(await touch('/court/extend', { minutes: 10 }, theirs), 200)
    assert.equal(ends(), 20, 'the key of another phone is its own')
    const kept = (): unknown => app.db.get("select count(*) as n from answered_request where asker like 'court %'")?.['n']
    assert.equal(kept(), 3)
    for (const stranger of [undefined, 'A'.repeat(43)]) assert.equal(await touch('/court/extend', { minutes: 10 }, stranger), 404)
    assert.equal(kept(), 3, 'nothing is kept of who is in at nothing')
    assert.equal((await own.ask('DELETE', '/users/kim/data?force=1', { key: keys.admin })).status, 200)
    assert.equal(kept(), 0)
  })

  test('a secret that was shown once is not kept for the next time', async () => {
    const made = await post('/keys', { name: 'site' }, 'key-4', box.keys.admin)
    const { key } = await dataOf(made, z.object({ key: z.string() }))
    const again = await post('/keys', { name: 'site' }, 'key-4', box.keys.admin)
    assert.equal(again.status, 409)
    assert.equal(JSON.stringify(box.app.db.all('select answer from answered_request')).includes(key), false)
  })

  test('what a key was sent with is told apart from another request without a trace of its password', async () => {
    const { video } = await makeTestFilm(box.app)
    const share = (body: unknown): Promise<Response> => post(`/videos/${video.id}/share`, body, 'key-5')
    assert.equal((await share({ password: 'offside' })).status, 201)
    const hashes = (): unknown => box.app.db.all('select request_hash from answered_request where status = 201 and answer is null')
    const kept = hashes()
    const guess = (password: string): Buffer =>
      createHash('sha256')
        .update(`post /videos/${video.id}/share\n${JSON.stringify({ password })}`)
        .digest()
    for (const each of z.array(z.object({ request_hash: z.instanceof(Uint8Array) })).parse(kept))
      assert.equal(guess('offside').equals(each.request_hash), false)
    assert.equal((await share({ password: 'onside' })).status, 409, 'done before')
    assert.equal((await share({ password: 'offside', days: 2 })).status, 422, 'another request')
  })

  test('what a crash left in the middle is not done again, and not told as done', async () => {
    const order = { start_time: '2031-06-02T10:00Z', end_time: '2031-06-02T11:00Z' }
    await post('/bookings', order, 'key-6')
    box.app.db.run('update answered_request set status = null, answer = null where at_ms = (select max(at_ms) from answered_request)')
    const before = countBookings()
    const again = await post('/bookings', order, 'key-6')
    assert.equal(again.status, 409)
    assert.match((await faultOf(again)).message, /perhaps done/)
    assert.equal(countBookings(), before)
  })

  test('an answer is kept for a day, two thousand of each caller, and no large one', () => {
    using db = openDatabase(':memory:')
    const asked = { asker: 'a', key: 'k', request: 'r' }
    const note = (each: typeof asked, answer: string, atMs: number): void => {
      noteBegun(db, each, atMs)
      noteAnswered(db, each, { status: 201, answer })
    }
    note(asked, '{}', 0)
    assert.equal(findAnswered(db, asked, 24 * hour - 1)?.status, 201)
    assert.equal(findAnswered(db, asked, 24 * hour), undefined)
    note({ ...asked, request: 'other' }, '{}', 24 * hour)
    assert.equal(findAnswered(db, asked, 24 * hour)?.isSameRequest, false)
    note({ ...asked, asker: 'b' }, 'x'.repeat(mostAnswerBytes + 1), 24 * hour)
    assert.equal(findAnswered(db, { ...asked, asker: 'b' }, 24 * hour)?.answer, null)
    db.transaction(() => {
      for (let n = 0; n < mostKeptEach + 5; n += 1) note({ ...asked, key: `k${n}` }, '', 24 * hour + n)
    })
    assert.equal(db.get('select count(*) as n from answered_request')?.['n'], mostKeptEach + 1)
    assert.equal(findAnswered(db, { ...asked, key: `k${mostKeptEach + 4}` }, 24 * hour)?.status, 201)
    assert.equal(findAnswered(db, { ...asked, asker: 'b' }, 24 * hour)?.status, 201, 'of another caller')
  })

  test('marks moments of the match that is on, and finds them in the film, its manifest, and after the database was lost', async () => {
    const { app, keys } = box
    const { recording, video } = await makeTestFilm(app)
    const path = `/recordings/${recording.id}/markers`
    for (const body of [{ at: '2026-05-02T17:30:02.500Z', label: 'goal <1>' }, { at: '2026-05-02T19:30:01' }])
      assert.equal((await post(path, body)).status, 201)
    const wanted = [
      [1, null],
      [2.5, 'goal <1>'],
    ]
    const list = await dataOf(await box.ask('GET', path, { key: keys.viewer }), z.array(marked))
    const detail = await dataOf(await box.ask('GET', `/videos/${video.id}`, { key: keys.viewer }), z.object({ markers: z.array(marked) }))
    for (const markers of [list, detail.markers])
      assert.deepEqual(
        markers.map(({ fromSeconds, label }) => [fromSeconds, label]),
        wanted,
      )
    for (const body of [
      { at: '2026-05-02T17:29:59Z' },
      { at: '2026-05-02T17:30:05Z' },
      {},
      { secondsAgo: -1 },
      { label: '' },
      { label: 'a\nb' },
    ])
      assert.equal((await post(path, body)).status, 422, JSON.stringify(body))
    const live = openTestRecording(app, { startsAtMs: app.clock.nowMs() - 60_000 }, { width: 320, height: 180, fps: 25, seconds: 600 })
    const now = await dataOf(await post(`/recordings/${live.id}/markers`, undefined), marked)
    const ago = await dataOf(await post(`/recordings/${live.id}/markers`, { secondsAgo: 30 }), marked)
    assert.ok(now.fromSeconds >= 60 && ago.fromSeconds >= 30 && ago.fromSeconds < now.fromSeconds)
    assert.equal((await post('/recordings/nothing/markers', {})).status, 404)
    const told: unknown = JSON.parse(JSON.stringify(manifestOf(app.db, recording, app.clock.labelOf)))
    using lost = openDatabase(':memory:')
    restoreRecording(lost, { folder: recording.folder, manifest: parseManifest(told), init: undefined, logoFiles: [] }, app.clock.nowMs())
    assert.deepEqual(listMarkers(lost, recording.id), listMarkers(app.db, recording.id))
  })

  test('two who ask for more time from the same end at the same moment extend it once', async () => {
    await using own = await openApiBox()
    const { app, keys } = own
    const { bookingId, endsAtMs } = openTestRecording(
      app,
      { startsAtMs: app.clock.nowMs() - 60_000 },
      { width: 320, height: 180, fps: 25, seconds: 600 },
    )
    const moved = (): number => (app.bookings.get(bookingId).endsAtMs - endsAtMs) / 60_000
    const seenEndsAt = new Date(endsAtMs).toISOString()
    const phone = (): object => ({
      cookie: `ezcourt=${openCourtVisit(app.db, bookingId, app.clock.nowMs(), app.clock.nowMs() + hour)}`,
      'idempotency-key': 'touch',
    })
    const touch = (headers: object, body: object): Promise<Response> =>
      own.ask('POST', '/court/extend', { body: { minutes: 15, ...body }, headers: { ...headers } })
    const [mine, theirs] = [phone(), phone()]
    const both = await Promise.all([touch(mine, { seenEndsAt }), touch(theirs, { seenEndsAt })])
    assert.deepEqual([both.map(({ status }) => status).toSorted((a, b) => a - b), moved()], [[200, 409], 15])
    const [late = assert.fail()] = both.filter(({ status }) => status === 409)
    assert.equal((await faultOf(late)).details['endsAt'], new Date(endsAtMs + 15 * 60_000).toISOString())
    const first = both[0]?.status === 200 ? mine : theirs
    assert.equal((await touch(first, { seenEndsAt })).status, 200, 'sent again it is the same wish, and done')
    assert.equal(moved(), 15)
    for (const [more, minutes] of [
      [{ seenEndsAt: new Date(endsAtMs + 15 * 60_000).toISOString() }, 30],
      [{}, 45], // who names no end means the one that stands
      [{}, 60], // what was refused counts for nothing
    ] as const) {
      assert.equal((await touch(phone(), more)).status, 200)
      assert.equal(moved(), minutes)
    }
    assert.equal((await touch(phone(), { seenEndsAt: 'soon' })).status, 422)
    const extend = async (body: object): Promise<number> =>
      (await own.ask('POST', `/bookings/${bookingId}/extend`, { key: keys.operator, body })).status
    assert.deepEqual([await extend({ minutes: 5, seenEndsAt }), moved()], [409, 60])
    assert.deepEqual([await extend({ minutes: 5, seenEndsAt: new Date(endsAtMs + hour).toISOString() }), moved()], [200, 65])
    assert.equal(await extend({ minutes: 5, seenEndsAt: 'soon' }), 422)
  })

  test('lets the people on the court run their booking by its PIN, and no other', async () => {
    await using own = await openApiBox({ variables: { TRUSTED_PROXIES: '127.0.0.1' } })
    const { app, keys } = own
    const nowMs = app.clock.nowMs()
    const recording = openTestRecording(app, { startsAtMs: nowMs - 60_000 }, { width: 320, height: 180, fps: 25, seconds: 600 })
    const later = (await app.bookings.create({ startsAtMs: nowMs + hour, endsAtMs: nowMs + 2 * hour, userId: 'local' })).booking
    const pinOf = async (id: string): Promise<string> =>
      (await dataOf(await own.ask('POST', `/bookings/${id}/pin`, { key: keys.operator }), z.object({ pin: z.string() }))).pin
    let visitor = 0
    const enter = (pin: string, from = `198.51.100.${(visitor += 1)}`): Promise<Response> =>
      own.ask('POST', '/court/enter', { body: { pin }, headers: { 'x-forwarded-for': from } })
    const [first, laters] = [await pinOf(recording.bookingId), await pinOf(later.id)]
    const pin = await pinOf(recording.bookingId)
    if (first !== pin) assert.equal((await enter(first)).status, 401, 'an earlier PIN opens nothing')
    if (laters !== pin) assert.equal((await enter(laters)).status, 401, 'nor that of a match which is not on')
    const answer = await enter(pin)
    const set = answer.headers.get('set-cookie') ?? ''
    assert.match(set, /^ezcourt=[\w-]{43}; Path=\/court; HttpOnly; SameSite=Strict$/)
    const cookie = { cookie: set.split(';')[0] ?? '' }
    const act = async (path: string, body: unknown = {}): Promise<number> => (await own.ask('POST', path, { body, headers: cookie })).status
    assert.equal(await act('/court/clip'), 200)
    assert.equal(await act('/court/extend', { minutes: 15 }), 200)
    assert.equal(app.bookings.get(recording.bookingId).endsAtMs, recording.endsAtMs + 15 * 60_000)
    for (const minutes of [0, 16, 60, -15, 1.5]) assert.equal(await act('/court/extend', { minutes }), 422, `${minutes}`)
    for (const status of [200, 200, 409]) assert.equal(await act('/court/extend', { minutes: 15 }), status, 'up to the next match')
    await app.bookings.cancel(later.id)
    for (const [minutes, status] of [
      [14, 200],
      [2, 409],
      [1, 200],
      [1, 409],
    ])
      assert.equal(await act('/court/extend', { minutes }), status, 'an hour in all: what was refused before counts for nothing')
    assert.equal(app.bookings.get(recording.bookingId).endsAtMs, recording.endsAtMs + 60 * 60_000)
    for (const path of ['/bookings', '/videos', '/metrics'])
      assert.equal((await own.ask('GET', path, { headers: cookie })).status, 401, path)
    assert.equal(await act('/court/stop'), 200)
    assert.ok(app.bookings.get(recording.bookingId).endsAtMs <= app.clock.nowMs())
    const clips = z.object({ phase: z.string(), clips: z.array(z.object({ state: z.string() })) })
    const told = await dataOf(await own.ask('GET', '/court/state', { headers: cookie }), clips.strip())
    assert.deepEqual([told.phase, told.clips.length], ['over', 1])
    const [saved] = listClips(app.db, recording.id)
    assert.equal(await act('/court/phone-clip', { clip: saved?.id }), 200)
    assert.equal(await act('/court/phone-clip', { clip: 'of-another-match' }), 404)
    const phone = z.object({ clips: z.array(z.object({ phone: z.array(z.object({ shape: z.string(), state: z.string() })) })) })
    const asked = await dataOf(await own.ask('GET', '/court/state', { headers: cookie }), phone)
    assert.deepEqual(asked.clips, [{ phone: [{ shape: '9:16', state: 'pending' }] }])
    const { recording: before } = await makeTestFilm(app)
    const theirs = askForPhoneClip(
      app.db,
      before.id,
      { fromMs: before.startsAtMs, toMs: before.endsAtMs, shape: '9:16', label: null, askedBy: 'court' },
      nowMs,
    )
    const folder = path.join(app.settings.paths.recordings, before.folder, 'clips')
    mkdirSync(folder, { recursive: true })
    writeFileSync(path.join(folder, `${theirs.id}-phone.mp4`), 'film')
    notePhoneClipMade(app.db, theirs, { width: 2, height: 2, bytes: 4, sha256: 'a' }, nowMs)
    const askFor = (where: string, ask: Ask): Promise<Response> => own.ask('GET', where, ask)
    assert.equal((await askFor(`/phone-clips/${theirs.id}/file`, { key: keys.viewer })).status, 200)
    assert.equal((await askFor(`/court/phone-clips/${theirs.id}`, { headers: cookie })).status, 404, 'of another match')
    await pinOf(recording.bookingId)
    assert.equal((await own.ask('GET', '/court/state', { headers: cookie })).status, 404, 'a new PIN lets everybody out')
    const statuses: number[] = []
    for (let n = 0; n < 6; n += 1) statuses.push((await enter(String(n).repeat(6), '203.0.113.9')).status)
    assert.deepEqual(statuses, [401, 401, 401, 401, 401, 429])
    const sheet = await (await own.ask('GET', '/court/sheet', { key: keys.viewer })).text()
    assert.match(sheet, /<svg[^>]*>.*http:\/\/127\.0\.0\.1:\d+\/court/s)
  })
})
