import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { after, before, suite, test } from 'node:test'
import { z } from 'zod'
import type { Database } from '../../src/adapters/sqlite.ts'
import { openRecording } from '../../src/capture/recording-store.ts'
import { companionKey, insertCompanion } from '../../src/publish/companions/companion-store.ts'
import { createShareLink } from '../../src/share/share-link.ts'
import { dataOf, faultOf, landTestChunks, makeTestFilm, mustHave, openApiBox, publishTestFilm, type ApiBox } from './api-box.ts'
import { findRecordingOf } from '../../src/capture/recording-store.ts'
import { newId } from '../../src/base/ids.ts'

const made = z.object({ id: z.string(), url: z.url(), expiresAt: z.iso.datetime(), hasPassword: z.boolean(), maxViews: z.int().nullable() })
const listed = z.object({ id: z.string(), views: z.int(), downloads: z.int(), revokedAt: z.string().nullable() })
const day = 86_400_000
const person = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36' }
const messenger = { 'user-agent': 'WhatsApp/2.23.20.0 A' }

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest()
const allText = (db: Database): string =>
  db
    .all("select name from sqlite_schema where type = 'table'")
    .map(({ name }) => JSON.stringify(db.all(`select * from "${String(name)}"`)))
    .join('\n')

suite('who shares a match', () => {
  let box: ApiBox
  let film: Awaited<ReturnType<typeof makeTestFilm>>
  before(async () => {
    box = await openApiBox({ variables: { TRUSTED_PROXIES: '127.0.0.1' } })
    film = await makeTestFilm(box.app)
  })
  after(() => box[Symbol.asyncDispose]())

  const share = async (body: unknown): Promise<z.infer<typeof made> & { path: string }> => {
    const answer = await box.ask('POST', `/videos/${film.video.id}/share`, { key: box.keys.operator, body })
    assert.equal(answer.status, 201)
    const link = await dataOf(answer, made)
    return { ...link, path: new URL(link.url).pathname }
  }
  const counts = async (id: string): Promise<[number, number]> => {
    const links = await dataOf(await box.ask('GET', '/shares', { key: box.keys.operator }), z.array(listed))
    const { views, downloads } = mustHave(links.find((each) => each.id === id))
    return [views, downloads]
  }
  const get = async (path: string, headers: Record<string, string> = person, method = 'GET'): Promise<Response> => {
    const answer = await box.ask(method, path, { headers })
    return answer
  }
  /** From another address each time: the limits for guessers are tested on their own. */
  let visitor = 0
  const elsewhere = (): Record<string, string> => ({ ...person, 'x-forwarded-for': `198.51.100.${(visitor += 1)}` })

  test('for seven days unless asked otherwise, never for more than thirty', async () => {
    const days = ({ expiresAt }: { expiresAt: string }): number => Math.round((Date.parse(expiresAt) - box.app.clock.nowMs()) / day)
    assert.equal(days(await share({})), 7)
    assert.equal(days(await share({ days: 30 })), 30)
    for (const body of [{ days: 31 }, { days: 0 }, { password: 'short' }, { maxViews: 0 }, { maxViews: 1.5 }])
      assert.equal(
        (await box.ask('POST', `/videos/${film.video.id}/share`, { key: box.keys.operator, body })).status,
        422,
        JSON.stringify(body),
      )
  })

  test('with people counted: no programs, no second bytes of a download', async () => {
    const { id, path } = await share({})
    for (const headers of [person, person, messenger, {}]) assert.equal((await get(path, headers)).status, 200)
    await get(path, person, 'HEAD')
    for (const range of [undefined, 'bytes=0-', 'bytes=100-200', 'bytes=-10'])
      await (await get(`${path}/film?download=1`, { ...person, ...(range ? { range } : {}) })).body?.cancel()
    await (await get(`${path}/film?download=1`, messenger)).body?.cancel()
    await (await get(`${path}/film`)).body?.cancel()
    assert.deepEqual(await counts(id), [2, 2])
  })

  test('with downloads of the smaller version counted like those of the film', async () => {
    const { db, store, clock } = box.app
    const objectKey = companionKey(film.video, 'rendition')
    writeFileSync(store.pathOf(objectKey), 'small')
    const small = { kind: 'rendition', number: 0, objectKey, width: 2, height: 2, bytes: 5, sha256: 'x'.repeat(64) } as const
    insertCompanion(db, film.video.id, small, clock.nowMs())
    const { id, path } = await share({})
    const read = async (query: string, headers: Readonly<Record<string, string>>): Promise<string> =>
      (await get(`${path}/rendition${query}`, { ...person, ...headers })).text()
    assert.deepEqual([await read('?download=1', {}), await read('?download=1', { range: 'bytes=1-2' })], ['small', 'ma'])
    await read('', {})
    assert.deepEqual(await counts(id), [0, 1])
    db.run("delete from companion where kind = 'rendition'")
  })

  test('behind a password: nothing of it is told before, wrong ones are slowed down, and what is let in stays in', async () => {
    const { path, hasPassword } = await share({ password: 'offside' })
    assert.equal(hasPassword, true)
    const page = await get(path)
    assert.equal(page.status, 401)
    const text = await page.text()
    assert.match(text, /This film wants a password/)
    for (const told of ['Court 3', 'og:', '2026', film.video.id]) assert.equal(text.includes(told), false, told)
    for (const below of ['state', 'film', 'poster', 'preview', 'rendition', 'thumbnails/thumbnails.vtt', 'live/index.m3u8'])
      assert.equal((await get(`${path}/${below}`)).status, 401, below)
    const enter = (password: string, headers = elsewhere()): Promise<Response> =>
      box.ask('POST', `${path}/unlock`, { body: { password }, headers })
    const wrong = await enter('onside')
    assert.equal(wrong.status, 401)
    assert.equal(wrong.headers.get('set-cookie'), null)
    const right = await enter('offside')
    assert.equal(right.status, 200)
    const set = right.headers.get('set-cookie') ?? ''
    assert.match(set, /^ezvisit=[\w-]{43}; Path=\/s\/[\w-]{43}; HttpOnly; SameSite=Lax; Max-Age=43200$/)
    const cookie = { ...person, cookie: set.split(';')[0] ?? '' }
    assert.match(await (await get(path, cookie)).text(), /Court 3/)
    assert.equal((await get(`${path}/film`, cookie)).status, 200)
    const other = await share({ password: 'offside' })
    assert.equal((await get(`${other.path}/film`, cookie)).status, 401, 'the cookie of one link opens no other')
    const guesser = { ...person, 'x-forwarded-for': '203.0.113.9' }
    const statuses: number[] = []
    for (let n = 0; n < 6; n += 1) statuses.push((await enter(`guess ${n}`, guesser)).status)
    assert.deepEqual(statuses, [401, 401, 401, 401, 401, 429])
    assert.equal((await enter('offside', guesser)).status, 429, 'nor the right one now')
    assert.equal((await enter('offside')).status, 200, 'but for somebody else')
  })

  test('for so many people: then it opens nothing, but for those who are in; a preview uses up none', async () => {
    const { id, path } = await share({ maxViews: 2 })
    for (const headers of [messenger, person, person, person]) {
      const page = await get(path, headers)
      assert.deepEqual([page.status, page.headers.get('set-cookie')], [200, null])
      const text = await page.text()
      assert.match(text, /<button>Open the film<\/button>/)
      assert.match(text, /<meta property="og:title" content="Court 3, /)
      for (const told of ['<video', '/film"', 'og:image', film.video.id]) assert.equal(text.includes(told), false, told)
    }
    assert.deepEqual(await counts(id), [0, 0], 'whoever looks at the page, a preview that calls itself a browser too, uses up none')
    assert.equal((await get(`${path}/film`)).status, 404, 'nothing behind it without the button')
    const open = (): Promise<Response> => box.ask('POST', `${path}/unlock`, { body: {}, headers: elsewhere() })
    const [first, second, third] = [await open(), await open(), await open()]
    assert.deepEqual([first.status, second.status, third.status], [200, 200, 404])
    const cookie = { ...person, cookie: (second.headers.get('set-cookie') ?? '').split(';')[0] ?? '' }
    assert.match(await (await get(path, cookie)).text(), /<video/)
    assert.equal((await get(`${path}/film`, cookie)).status, 200)
    assert.deepEqual([(await get(path)).status, (await get(`${path}/film`)).status, (await get(path, messenger)).status], [404, 404, 404])
    assert.deepEqual(await counts(id), [2, 0])
    const free = await share({})
    assert.equal((await box.ask('POST', `${free.path}/unlock`, { body: {}, headers: elsewhere() })).status, 404)
  })

  test('behind a password and for so many people: used up it is like one that there never was', async () => {
    const { path } = await share({ maxViews: 1, password: 'offside' })
    const locked = await get(path)
    assert.equal(locked.status, 401)
    assert.match(await locked.text(), /<form id="unlock" method="post"/, 'without its script the password is not in an address')
    assert.equal((await box.ask('POST', `${path}/unlock`, { body: { password: 'offside' }, headers: elsewhere() })).status, 200)
    assert.deepEqual([(await get(path)).status, (await get(`${path}/film`)).status], [404, 404])
  })

  test('revoked at once, also for who is in; unknown, ended, revoked and used up show the same bytes', async () => {
    const { app, keys } = box
    const [revoked, used] = [await share({ password: 'offside' }), await share({ maxViews: 1 })]
    const right = await box.ask('POST', `${revoked.path}/unlock`, { body: { password: 'offside' }, headers: elsewhere() })
    const cookie = { ...elsewhere(), cookie: (right.headers.get('set-cookie') ?? '').split(';')[0] ?? '' }
    assert.equal((await get(`${revoked.path}/film`, cookie)).status, 200)
    assert.equal((await box.ask('DELETE', `/shares/${revoked.id}`, { key: keys.operator })).status, 200)
    assert.equal((await get(`${revoked.path}/film`, cookie)).status, 404)
    assert.equal((await box.ask('POST', `${used.path}/unlock`, { body: {}, headers: elsewhere() })).status, 200)
    const ended = createShareLink(app.db, app.clock, { recordingId: film.recording.id, days: 1 })
    app.db.run('update share_link set expires_at_ms = ? where id = ?', app.clock.nowMs() - 1, ended.id)
    const paths = [
      `/s/${'x'.repeat(43)}`,
      `/s/${ended.token}`,
      revoked.path,
      used.path,
      '/s/x',
      `/s/${'%'.repeat(3)}x`.replaceAll('%', '%25'),
    ]
    const answers = await Promise.all(
      paths.map(async (path) => {
        const answer = await get(path, elsewhere())
        const headers = [...answer.headers].filter(([name]) => name !== 'date').map(([name, value]) => `${name}: ${value}`)
        return `${answer.status}\n${headers.join('\n')}\n\n${await answer.text()}`
      }),
    )
    assert.equal(new Set(answers).size, 1)
    const locked = await Promise.all(
      paths.slice(0, 4).map(async (path) => {
        const answer = await box.ask('POST', `${path}/unlock`, { body: { password: 'offside' }, headers: elsewhere() })
        const { error, message, details } = await faultOf(answer)
        return JSON.stringify([answer.status, error, message, details])
      }),
    )
    assert.equal(new Set(locked).size, 1)
  })

  test('from the booking on: soon, live, nearly ready, ready, by one link whose days count from the end', async () => {
    const { app, keys } = box
    const startsAtMs = app.clock.nowMs() + 60_000
    const { booking } = await app.bookings.create({ startsAtMs, endsAtMs: startsAtMs + 4_000, userId: 'local', title: 'Final' })
    const answer = await box.ask('POST', `/bookings/${booking.id}/share`, { key: keys.operator, body: { days: 2 } })
    assert.equal(answer.status, 201)
    const link = await dataOf(answer, made)
    assert.equal(Date.parse(link.expiresAt), booking.endsAtMs + 2 * day)
    const endOf = (): unknown => app.db.get('select expires_at_ms from share_link where id = ?', link.id)?.['expires_at_ms']
    await app.bookings.change(booking.id, { startsAtMs: startsAtMs + 7 * day, endsAtMs: booking.endsAtMs + 7 * day })
    assert.equal(endOf(), booking.endsAtMs + 9 * day, 'moved by a week, with the link')
    await app.bookings.change(booking.id, { startsAtMs, endsAtMs: booking.endsAtMs })
    assert.equal(endOf(), booking.endsAtMs + 2 * day)
    const { pathname } = new URL(link.url)
    const phase = async (): Promise<string> =>
      (await dataOf(await get(`${pathname}/state`), z.object({ phase: z.string(), title: z.string() }).strip())).phase
    assert.equal(await phase(), 'scheduled')
    const page = await (await get(pathname)).text()
    assert.match(page, /<meta property="og:title" content="Final, /)
    assert.match(page, /<meta property="og:url" content="http:\/\/127\.0\.0\.1:\d+\/s\/[\w-]{43}"/)
    assert.equal((await get(`${pathname}/film`)).status, 404)
    const form = { fps: 25, cameraWidth: 320, cameraHeight: 180, layout: 'side-by-side' } as const
    const window = { startsAtMs: booking.startsAtMs, endsAtMs: booking.endsAtMs }
    const id = newId()
    openRecording(app.db, { id, bookingId: booking.id, rigId: booking.rigId, folder: `2026-05-02/${id}`, ...window, ...form }, startsAtMs)
    const move = (byMs: number): void => {
      for (const table of ['booking', 'recording'])
        app.db.run(
          `update ${table} set starts_at_ms = starts_at_ms - ?, ends_at_ms = ends_at_ms - ? where ${table === 'booking' ? 'id' : 'booking_id'} = ?`,
          byMs,
          byMs,
          booking.id,
        )
    }
    move(61_000)
    assert.equal(await phase(), 'live')
    move(10_000)
    assert.equal(await phase(), 'finishing')
    const recording = mustHave(findRecordingOf(app.db, booking.id))
    await landTestChunks(app, recording)
    await publishTestFilm(app, recording)
    assert.equal(await phase(), 'ready')
    assert.match(await (await get(pathname)).text(), /<meta property="og:image" content="http:\/\/127\.0\.0\.1:\d+\/s\/[\w-]{43}\/preview"/)
    assert.equal((await get(`${pathname}/film`)).status, 200)
    const links = await dataOf(await box.ask('GET', `/shares?booking=${booking.id}`, { key: keys.operator }), z.array(listed))
    assert.deepEqual(
      links.map(({ id: each }) => each),
      [link.id],
    )
    assert.equal((await box.ask('POST', '/bookings/nothing/share', { key: keys.operator })).status, 404)
  })

  test('shown again to an operator, as it was, and written down; not one that is over, nor one that the home’s secret did not make', async () => {
    const { app, keys } = box
    const link = await share({ days: 2 })
    const again = async (id: string, key = keys.operator): Promise<Response> => box.ask('GET', `/shares/${id}/url`, { key })
    assert.equal((await dataOf(await again(link.id), z.looseObject({ url: z.url() }))).url, link.url)
    assert.equal((await again(link.id, keys.viewer)).status, 403)
    assert.equal(allText(app.db).includes(link.path.slice(3)), false, 'no row has the token')
    assert.deepEqual(
      app.db.all("select subject_id, facts from audit where what = 'link.shown'").map((row) => ({ ...row })),
      [{ subject_id: link.id, facts: '{}' }],
    )
    const chance = createShareLink(app.db, app.clock, { recordingId: film.recording.id, days: 1 })
    assert.equal((await again(chance.id)).status, 409)
    await box.ask('DELETE', `/shares/${link.id}`, { key: keys.operator })
    assert.deepEqual([(await again(link.id)).status, (await again('nothing')).status], [404, 404])
  })

  test('brought over from the original: its address of 32 digits opens the film, for thirty days at most', async () => {
    const { app, keys } = box
    const { object_key: videoKey } = mustHave(app.db.get('select object_key from video where id = ?', film.video.id))
    const old = { token: '0123456789abcdef0123456789abcdef', video_key: videoKey, expires_at: '2036-01-01T00:00:00+00:00', access_count: 7 }
    const links = [
      old,
      old,
      { ...old, token: 'f'.repeat(32), revoked: true },
      { ...old, token: 'e'.repeat(32), expires_at: '2020-01-01T00:00:00Z' },
      { ...old, token: 'd'.repeat(32), video_key: 'u/2026-01-01/another.mp4' },
    ]
    const bring = async (key: string, body: unknown): Promise<Response> => box.ask('POST', '/shares/import', { key, body })
    assert.equal((await bring(keys.operator, { links })).status, 403)
    assert.equal((await bring(keys.admin, { links: [{ ...old, token: '../x' }] })).status, 422)
    const outcome = z.object({ imported: z.int(), links: z.array(z.object({ is: z.string() })) })
    const done = await dataOf(await bring(keys.admin, { links }), outcome)
    assert.deepEqual([done.imported, ...done.links.map(({ is }) => is)], [1, 'imported', 'known', 'over', 'over', 'no-film'])
    const led = await fetch(`${box.base}/share/${old.token}`, { headers: person })
    assert.deepEqual([led.status, new URL(led.url).pathname], [200, `/s/${old.token}`])
    assert.equal((await get(`/s/${old.token}/film`)).status, 200)
    const row = mustHave(app.db.get('select expires_at_ms, views from share_link where token_hash = ?', sha256(old.token)))
    assert.ok(Number(row['expires_at_ms']) <= app.clock.nowMs() + 30 * day)
    assert.equal(row['views'], 8)
    assert.equal(allText(app.db).includes(old.token), false)
    const [unknown, ended] = await Promise.all(['c', 'd'].map(async (digit) => (await get(`/s/${digit.repeat(32)}`, elsewhere())).text()))
    assert.equal(unknown, ended)
  })

  test('a booking that was missed, or cancelled, says so', async () => {
    const { app } = box
    const startsAtMs = app.clock.nowMs() + 3_600_000
    const { booking } = await app.bookings.create({ startsAtMs, endsAtMs: startsAtMs + 60_000, userId: 'local' })
    const { token } = createShareLink(app.db, app.clock, { bookingId: booking.id, days: 1 })
    const state = async (): Promise<string> =>
      (await dataOf(await get(`/s/${token}/state`), z.object({ phase: z.string(), sentence: z.string() }).strip())).sentence
    app.db.run(
      'update booking set starts_at_ms = ?, ends_at_ms = ? where id = ?',
      startsAtMs - 2 * 3_600_000,
      startsAtMs - 3_600_000 - 660_000,
      booking.id,
    )
    assert.equal(await state(), 'The film could not be made.')
    app.db.run('update booking set cancelled_at_ms = 1 where id = ?', booking.id)
    assert.equal(await state(), 'This recording was cancelled.')
  })

  test('listed a page at a time, each link once, also when more are made meanwhile; of one booking, too', async () => {
    const { app, keys } = box
    const startsAtMs = app.clock.nowMs() + 9 * 3_600_000
    const { booking } = await app.bookings.create({ startsAtMs, endsAtMs: startsAtMs + 60_000, userId: 'local' })
    const atMs = app.clock.nowMs()
    const make = (ms: number): string => createShareLink(app.db, { nowMs: () => ms }, { bookingId: booking.id, days: 1 }).id
    const ids = [0, 0, 0, 1, 2, 3].map((ms) => make(atMs + ms)) // some at the same moment
    const all = await dataOf(await box.ask('GET', '/shares?limit=500', { key: keys.operator }), z.array(listed))
    const walk = async (where: string | undefined, more = () => {}): Promise<string[]> => {
      const found: string[] = []
      for (; where !== undefined; more()) {
        const answer = await box.ask('GET', where, { key: keys.operator })
        assert.equal(answer.status, 200, where)
        where = /^<([^>]+)>; rel="next"$/.exec(answer.headers.get('link') ?? '')?.[1]
        const page = await dataOf(answer, z.array(listed))
        assert.ok(page.length === 2 || where === undefined)
        found.push(...page.map(({ id }) => id))
      }
      return found
    }
    assert.deepEqual((await walk(`/shares?booking=${booking.id}&limit=2`)).toSorted(), ids.toSorted())
    let later = atMs + 10
    assert.deepEqual(
      await walk('/shares?limit=2', () => void make((later += 1))),
      all.map(({ id }) => id),
    )
    assert.equal((await box.ask('GET', '/shares?after=x', { key: keys.operator })).status, 422)
  })
})

test('a court that has a name is told by it in titles and names of downloads, whatever the booking is called', async () => {
  await using box = await openApiBox({ variables: { COURT_NAME: 'Court "3" & north' } })
  const { app } = box
  const { recording } = await makeTestFilm(app, { title: 'Annas birthday' })
  const when = 'Saturday, 2 May 2026, 19:30:00 to 19:30:04'
  const court = 'Court &quot;3&quot; &amp; north'
  for (const more of [{}, { mostViews: 1 }]) {
    const { url } = createShareLink(app.db, app.clock, { recordingId: recording.id, days: 1, ...more })
    const page = await (await fetch(url(box.base), { headers: person })).text()
    assert.ok(page.includes(`<title>${court}, ${when}</title>`), page)
    assert.ok(page.includes(`<meta property="og:title" content="${court}, ${when}" />`), page)
    assert.ok(page.includes('<h1>Annas birthday</h1>'), page)
  }
  const { url } = createShareLink(app.db, app.clock, { recordingId: recording.id, days: 1 })
  const film = await fetch(`${url(box.base)}/film?download=1`, { method: 'HEAD' })
  assert.match(film.headers.get('content-disposition') ?? '', /filename="Court 3 & north 2026-05-02 19-30\.mp4"/)
  const state = await dataOf(await fetch(`${url(box.base)}/state`), z.looseObject({ court: z.string(), title: z.string() }))
  assert.deepEqual([state.court, state.title], ['Court "3" & north', 'Annas birthday'])
})
