import assert from 'node:assert/strict'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { after, before, suite, test } from 'node:test'
import { z } from 'zod'
import { changesBetween, fingerprint } from '../../lab/fuzz/fingerprint.ts'
import { addAudit } from '../../src/api/guard/audit.ts'
import { routeTable } from '../../src/api/route-table.ts'
import { oldRoutes } from '../../src/api/compat/old-routes.ts'
import { findVideo } from '../../src/publish/video.ts'
import { countView, createShareLink, findLiveShareLink, revokeShareLink } from '../../src/share/share-link.ts'
import { dataOf, mustHave, openApiBox, type ApiBox } from './api-box.ts'
import { addFilmRow } from './film-row.ts'

const root = path.join(import.meta.dirname, '..', '..')

test('no route is lost and none comes unseen: each stands in routes.txt with who may ask', async () => {
  const listed = (await readFile(path.join(import.meta.dirname, 'routes.txt'), 'utf8')).trim().split('\n')
  const there = routeTable.map(({ method, path: where, needs }) => `${method.toUpperCase()} ${where} ${needs}`)
  assert.deepEqual(there.toSorted(), listed.toSorted(), 'mend tests/path/routes.txt where the change is meant')
})

test('every route of the original has its row in docs/ref/seed.md', async () => {
  const seed = await readFile(path.join(root, 'docs', 'ref', 'seed.md'), 'utf8')
  for (const { method, path: where } of oldRoutes) assert.ok(seed.includes(`\`${method.toUpperCase()} ${where}\``), `${method} ${where}`)
})

suite('the routes of the original, attacked as the original could be', () => {
  let box: ApiBox
  let film: string
  let key: string
  const origin = 'https://book.example.org'
  before(async () => {
    box = await openApiBox({ variables: { CORS_ORIGINS: origin } })
    film = addFilmRow(box.app, { startsAtMs: Date.parse('2026-05-02T17:30:00Z'), bytes: 4, atMs: 1, status: 'complete' })
    key = mustHave(findVideo(box.app.db, film)).objectKey
    const file = box.app.store.pathOf(key)
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, 'film')
  })
  after(() => box[Symbol.asyncDispose]())
  const ask = (method: string, where: string, body?: unknown, role: 'viewer' | 'operator' | 'admin' = 'admin'): Promise<Response> =>
    box.ask(method, where, { key: box.keys[role], body })
  const statusOf = async (asked: Promise<Response>): Promise<number> => {
    const answer = await asked
    await answer.body?.cancel()
    return answer.status
  }

  test('nothing of it is open to strangers but life, and what a link opens', async () => {
    for (const { method, path: where, needs } of oldRoutes) {
      const status = await statusOf(box.ask(method.toUpperCase(), where.replaceAll(/\{\w+\}/g, 'x')))
      assert.equal(status === 401, needs !== 'open', `${method} ${where}: ${status}`)
    }
  })

  test('each attack on the original, as it was written, is refused to strangers and changes nothing', async () => {
    const before = fingerprint(box.home)
    const quoted = encodeURIComponent(key)
    for (const [method, where, status, body] of [
      ['GET', `/signed-url?key=${quoted}`, 401],
      ['GET', '/signed-url?key=anything', 401],
      ['DELETE', '/delete-video', 401, { key, user_id: 'local' }],
      ['GET', `/stream?key=${quoted}`, 401],
      ['GET', '/media/presign?key=anything&operation=put', 401],
      ['GET', '/media/presign?filename=../../x&user_id=local', 401],
      ['POST', '/media/notify', 401, { user_id: 'local', filename: '../x' }],
      ['POST', '/delete-user-data?user_id=../recordings', 401],
      ['POST', '/delete-user-data', 401, { user_id: '../recordings' }],
      ['GET', '/share/analytics/local', 401],
      ['GET', '/share/analytics/popular', 401],
      ['POST', '/share', 401, { key, user_id: 'local' }],
      ['POST', `/share/${'a'.repeat(32)}/revoke`, 401, { user_id: 'local' }],
      ['PUT', '/bookings', 405, []],
      ['DELETE', '/bookings', 405],
      ['POST', '/bookings', 401, { start_time: '2031-05-02T19:30Z', end_time: '2031-05-02T20:30Z' }],
      ['DELETE', '/bookings/anything', 401],
      ['GET', '/bookings', 401],
      ['GET', '/recordings', 401],
      ['POST', '/system', 401, { main_logo_path: '/etc/passwd' }],
      ['POST', '/send-share-email', 401, { email: 'a@b.example', link: 'https://evil.example', videoId: film }],
      ['GET', '/live-preview?token=changeme', 401],
      ['GET', '/status/cpu', 401],
      ['GET', '/../../etc/passwd', 404],
      ['GET', '/static/..%2f..%2fconfig%2fenv.ts', 404],
      ['GET', `/videos/${film}/stream`, 401],
    ] as const)
      assert.equal(await statusOf(box.ask(method, where, { body })), status, `${method} ${where}`)
    assert.deepEqual(changesBetween(before, fingerprint(box.home)), [])
  })

  test('a key names a film of this box and nothing else: no path, no other object, no other user’s', async () => {
    assert.equal(await (await ask('GET', `/stream?key=${encodeURIComponent(key)}`, undefined, 'viewer')).text(), 'film')
    const names = [
      '../ezrec.sqlite',
      `../store/${key}`,
      `/${key}`,
      `./${key}`,
      `${key}/../${path.basename(key)}`,
      '/etc/passwd',
      '..%2f..%2fetc%2fpasswd',
      `${key}\0`,
      '%00',
      key.toUpperCase(),
      "' or 1=1 --",
    ]
    for (const name of names)
      for (const where of ['/stream', '/signed-url'])
        assert.equal(await statusOf(ask('GET', `${where}?key=${encodeURIComponent(name)}`)), 404, `${where} ${name}`)
    for (const name of names) {
      assert.equal(await statusOf(ask('DELETE', '/delete-video', { key: name })), 404, name)
      assert.equal(await statusOf(ask('POST', '/share', { key: name, user_id: 'local' })), 404, name)
    }
    assert.equal(await statusOf(ask('DELETE', '/delete-video', { key, user_id: 'somebody else' })), 404)
    assert.equal(await statusOf(ask('POST', '/share', { key, user_id: 'somebody else' })), 404)
    assert.equal(await statusOf(ask('DELETE', '/delete-video', { key }, 'viewer')), 403)
    assert.ok(existsSync(path.join(box.home, 'ezrec.sqlite')) && existsSync(box.app.store.pathOf(key)))
    assert.ok(findVideo(box.app.db, film)?.published)
  })

  test('what wrote anywhere, read any path and removed any folder does so no more', async () => {
    const before = fingerprint(box.home)
    for (const [method, where, body, status] of [
      ['GET', '/media/presign?key=../../secret&operation=put', undefined, 404],
      ['GET', '/media/presign?key=somebody/logo/logo.png&operation=put', undefined, 404],
      ['POST', '/media/notify', { user_id: '../..', action: 'delete', s3_key: 'x' }, 404],
      ['POST', '/system', { main_logo_path: '/etc/passwd' }, 404],
      ['GET', '/live-preview?token=changeme', undefined, 403],
    ] as const)
      assert.equal(await statusOf(ask(method, where, body)), status, where)
    assert.deepEqual(changesBetween(before, fingerprint(box.home)), [])
    assert.equal(await statusOf(ask('POST', '/share/x/download')), 404)
    assert.equal(await statusOf(ask('POST', '/delete-user-data?user_id=../recordings')), 404, 'a user, never a folder')
    assert.ok(existsSync(box.app.settings.paths.recordings))
  })

  test('a link of ours is mailed to who is named, never one that is given, and not without end', async () => {
    assert.equal(
      (await box.ask('POST', '/send-share-email', { key: box.keys.operator, body: { email: 'a@b.example', videoId: film } })).status,
      409,
    )
    await using mailing = await openApiBox({ variables: { EMAIL_HOST: '127.0.0.1', EMAIL_FROM: 'court@example.org' } })
    const { db, clock } = mailing.app
    const own = addFilmRow(mailing.app, { startsAtMs: Date.parse('2026-05-02T17:30:00Z'), bytes: 4, atMs: 1, status: 'complete' })
    const send = async (email: string, key = mailing.keys.operator): Promise<number> =>
      (await mailing.ask('POST', '/send-share-email', { key, body: { email, videoId: own, link: 'https://evil.example' } })).status
    assert.equal(await send('a@b.example', mailing.keys.viewer), 403)
    assert.equal(await send('a@b.example\r\nBcc: c@d.example'), 422)
    assert.equal(await send('a@b.example'), 200)
    assert.equal(await send('c@d.example'), 409, 'one is on its way')
    const rows = JSON.stringify(db.all('select * from mail'))
    assert.ok(rows.includes('a@b.example') && !rows.includes('evil'))
    db.run("update mail set state = 'sent', sent_at_ms = 1")
    assert.equal(await send('c@d.example'), 200)
    for (let n = 0; n < 98; n += 1) addAudit(db, { atMs: clock.nowMs(), who: 'x', what: 'link.mailed', subjectId: null, facts: {} })
    db.run("update mail set state = 'sent', sent_at_ms = 1")
    assert.equal(await send('e@f.example'), 429)
  })

  test('links are made for a film’s own user, told without their tokens, ended, and led on to their page', async () => {
    const { url } = await dataOf(await ask('POST', '/share', { key, user_id: 'local' }), z.object({ url: z.url() }))
    const token = /\/s\/([\w-]{43})$/.exec(url)?.[1] ?? assert.fail(url)
    const told = await (await ask('GET', '/share/analytics/local')).text()
    assert.match(told, /"total_links":1,"active_links":1/)
    assert.ok(!told.includes(token))
    assert.match(await (await ask('GET', '/share/analytics/somebody')).text(), /"total_links":0/)
    const lead = await fetch(`${box.base}/share/${token}`, { redirect: 'manual' })
    assert.deepEqual([lead.status, lead.headers.get('location')], [308, `/s/${token}`])
    const evil = await fetch(`${box.base}/share/%2f%2fevil.example%0d%0aset-cookie:a=b`, { redirect: 'manual' })
    assert.deepEqual(
      [evil.headers.get('location'), evil.headers.get('set-cookie')],
      ['/s/%2F%2Fevil.example%0D%0Aset-cookie%3Aa%3Db', null],
    )
    assert.match(await (await fetch(`${box.base}/share/${token}/download_url`)).text(), /film\?download=1/)
    const counted = await fetch(`${box.base}/share/${token}/download`, { method: 'POST' })
    assert.match(await counted.text(), /"status":"ok","download_count":0/)
    assert.match(counted.headers.get('link') ?? '', /^<\/[^>]+>; rel="successor-version"$/)
    assert.equal(await statusOf(ask('POST', `/share/${token}/revoke`, { user_id: 'whoever' }, 'viewer')), 403)
    assert.equal(await statusOf(ask('POST', `/share/${token}/revoke`, {}, 'operator')), 200)
    assert.equal(findLiveShareLink(box.app.db, box.app.clock, token), undefined)
    for (const dead of [token, 'x', '0'.repeat(32)])
      assert.equal(await statusOf(fetch(`${box.base}/share/${dead}/download_url`)), 404, dead)
  })

  test('links that were made for a booking are counted like those that were made for its film', async () => {
    const { db, clock } = box.app
    const { recordingId } = mustHave(findVideo(db, film))
    const bookingId = String(db.get('select booking_id from recording where id = ?', recordingId)?.['booking_id'])
    const counts = async () => {
      const { total_links, active_links, total_views, links } = await dataOf(
        await ask('GET', '/share/analytics/local'),
        z.object({ total_links: z.int(), active_links: z.int(), total_views: z.int(), links: z.array(z.looseObject({ id: z.string() })) }),
      )
      const popular = z.object({ popular_videos: z.array(z.object({ video_id: z.string(), views: z.int() })) })
      const { popular_videos } = await dataOf(await ask('GET', '/share/analytics/popular'), popular)
      const views = popular_videos.find(({ video_id }) => video_id === film)?.views ?? 0
      return { sums: [total_links, active_links, total_views, views], ids: links.map(({ id }) => id) }
    }
    const before = await counts()
    const [ofBooking, ofFilm] = [createShareLink(db, clock, { bookingId, days: 1 }), createShareLink(db, clock, { recordingId, days: 1 })]
    for (const id of [ofBooking.id, ofBooking.id, ofFilm.id]) countView(db, id)
    const after = await counts()
    assert.deepEqual(
      after.sums.map((sum, n) => sum - (before.sums[n] ?? 0)),
      [2, 2, 3, 3],
    )
    assert.ok([ofBooking.id, ofFilm.id].every((id) => after.ids.includes(id)))
  })

  test('a link that is used up opens nothing here either, in the words of one that never was, and can still be ended', async () => {
    const { db, clock } = box.app
    const { recordingId } = mustHave(findVideo(db, film))
    const { id, token } = createShareLink(db, clock, { recordingId, days: 1, mostViews: 1 })
    const answerTo = async (which: string): Promise<string> => {
      const answer = await fetch(`${box.base}/share/${which}/download_url`)
      return `${answer.status} ${(await answer.text()).replace(/"timestamp":"[^"]*"/, '')}`
    }
    assert.match(await answerTo(token), /^200 /)
    countView(db, id)
    assert.equal(await answerTo(token), await answerTo('x'.repeat(43)))
    assert.match(await answerTo(token), /^404 /)
    assert.equal(await statusOf(ask('POST', `/share/${token}/revoke`, {}, 'operator')), 200)
  })

  test('an address for an hour ends after an hour; who asks again gets the same one, but not a revoked one', async () => {
    const signedUrl = async (): Promise<string> =>
      (await dataOf(await ask('GET', `/signed-url?key=${encodeURIComponent(key)}`), z.object({ url: z.url() }))).url
    const first = await signedUrl()
    assert.equal(await signedUrl(), first)
    const link = mustHave(findLiveShareLink(box.app.db, box.app.clock, first.split('/').at(-2) ?? ''))
    revokeShareLink(box.app.db, box.app.clock, link.id)
    const url = await signedUrl()
    assert.notEqual(url, first)
    const token = /\/s\/([\w-]{43})\/film$/.exec(url)?.[1] ?? assert.fail(url)
    const at = (ms: number) => ({ ...box.app.clock, nowMs: () => box.app.clock.nowMs() + ms })
    assert.ok(findLiveShareLink(box.app.db, at(3_590_000), token))
    assert.equal(findLiveShareLink(box.app.db, at(3_610_000), token), undefined)
    assert.equal(
      createShareLink(box.app.db, box.app.clock, { recordingId: mustHave(findVideo(box.app.db, film)).recordingId, days: 1 }).token.length,
      43,
    )
  })

  test('the old lists and probes tell what is, with no path of this box', async () => {
    for (const where of [
      '/recordings',
      '/api/recordings',
      '/api/bookings',
      '/api/cameras',
      '/status/next_booking',
      ...['cpu', 'memory', 'storage', 'temperature', 'uptime', 'errors', 'recent_recordings', 'network', 'is_recording'].map(
        (what) => `/status/${what}`,
      ),
    ]) {
      const answer = await ask('GET', where, undefined, 'viewer')
      assert.equal(answer.status, 200, where)
      const text = await answer.text()
      assert.ok(!text.includes(box.home) && !text.includes('/home/'), where)
    }
    assert.match(await (await ask('GET', '/recordings?user_id=local')).text(), new RegExp(RegExp.escape(`"key":"${key}"`)))
    assert.match(await (await ask('GET', '/recordings?user_id=other')).text(), /"data":\[\]/)
    assert.equal(await statusOf(ask('GET', '/status/..%2f..%2fetc')), 422)
  })

  test('a named site may call them with a key and read the answer; no other site, and none with a cookie', async () => {
    const named = await box.ask('GET', '/recordings', { key: box.keys.viewer, headers: { origin } })
    assert.equal(named.headers.get('access-control-allow-origin'), origin)
    assert.equal(named.headers.get('access-control-allow-credentials'), null)
    const other = await box.ask('GET', '/recordings', { key: box.keys.viewer, headers: { origin: 'https://evil.example' } })
    assert.equal(other.headers.get('access-control-allow-origin'), null)
    assert.equal(
      await statusOf(
        box.ask('DELETE', '/delete-video', { key: box.keys.admin, body: { key }, headers: { origin: 'https://evil.example' } }),
      ),
      403,
    )
    const preflight = await box.ask('OPTIONS', '/share', { headers: { origin } })
    assert.equal(preflight.headers.get('access-control-allow-methods'), 'POST, HEAD, OPTIONS')
  })
})
