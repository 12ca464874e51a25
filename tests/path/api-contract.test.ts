import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, suite, test } from 'node:test'
import { z } from 'zod'
import { failureSchema, successOf } from '../../src/api/answer/envelope.ts'
import { statusOf } from '../../src/api/answer/problem.ts'
import { problemsOf } from '../../src/api/open-api.ts'
import { claimBox, ensureClaimCode } from '../../src/api/people/claim-code.ts'
import { createKey, revokeKey } from '../../src/api/people/key-store.ts'
import { covers, roles, scopes, type Role } from '../../src/api/people/role.ts'
import { addAccount } from '../../src/api/people/account-store.ts'
import { closeSession, idleMs, openSession } from '../../src/api/people/session-store.ts'
import { openApiRoute } from '../../src/api/routes/open-api-route.ts'
import { routeTable } from '../../src/api/route-table.ts'
import type { Route } from '../../src/api/routing/route.ts'
import { openCourtVisit } from '../../src/share/court-pin.ts'
import { createShareLink, openVisit } from '../../src/share/share-link.ts'
import { openShareSecret } from '../../src/share/share-secret.ts'
import { dataOf, makeTestFilm, mustHave, openApiBox, password, type ApiBox, type Ask } from './api-box.ts'
import { addFilmRow } from './film-row.ts'

const routes = [...routeTable, openApiRoute(() => '')]
const nameOf = ({ method, path }: Pick<Route, 'method' | 'path'>): string => `${method} ${path}`
const hour = 3_600_000

suite('every route of the table', () => {
  let box: ApiBox
  const ids = {
    booking: '',
    running: '',
    other: '',
    video: '',
    spare: '',
    objectKey: '',
    recording: '',
    share: '',
    again: '',
    token: '',
    key: '',
  }
  before(async () => {
    box = await openApiBox()
    const { recording, video } = await makeTestFilm(box.app)
    const { db, clock, bookings } = box.app
    ids.spare = addFilmRow(box.app, { startsAtMs: Date.parse('2026-04-02T17:30:00Z'), bytes: 1, atMs: 1, status: 'complete' })
    const at = clock.nowMs() + 24 * hour
    const make = async (fromMs: number): Promise<string> =>
      (await bookings.create({ startsAtMs: fromMs, endsAtMs: fromMs + hour, userId: 'local' })).booking.id
    const link = createShareLink(db, clock, { recordingId: recording.id, days: 1 })
    const secret = await openShareSecret(box.app.settings.paths.shareSecret)
    ids.booking = await make(at)
    ids.running = await make(clock.nowMs() - 1_000)
    ids.other = await make(at + 2 * hour)
    Object.assign(ids, {
      video: video.id,
      objectKey: video.objectKey,
      recording: recording.id,
      share: createShareLink(db, clock, { recordingId: recording.id, days: 1 }).id,
      again: createShareLink(db, clock, { recordingId: recording.id, days: 1, secret }).id,
    })
    db.run(
      "insert into clip (id, recording_id, from_ms, to_ms, state, asked_by, asked_at_ms) values ('kept', ?, 1, 2, 'made', 'somebody', 1)",
      recording.id,
    )
    for (const name of ['phone', 'phone-gone'])
      db.run(
        "insert into phone_clip (id, recording_id, from_ms, to_ms, shape, state, asked_by, asked_at_ms) values (?, ?, 1, 2, '9:16', 'pending', 'somebody', 1)",
        ...[name, recording.id],
      )
    ids.token = link.token
    createKey(db, clock, { name: 'app', role: 'viewer', userId: 'leaver' })
    ids.key = createKey(db, clock, { name: 'short-lived', role: 'viewer' }).id
  })
  after(() => box[Symbol.asyncDispose]())

  type Example = Ask & { readonly at?: () => string; readonly status?: number }
  /** A good request for each route, with the status it must answer. */
  const examples: Readonly<Record<string, Example>> = {
    'get /health': {},
    'get /status': {},
    'get /system-info': {},
    'get /system/logs': { at: () => '/system/logs?level=debug&limit=5' },
    'get /system/logs/follow': {},
    'get /system/cleanup': {},
    'post /system/cleanup': {},
    'post /system/restart': { status: 409 },
    'get /events': {},
    'get /metrics': {},
    'get /recording-logs': { at: () => '/recording-logs?limit=5' },
    'get /booking-stats': {},
    'post /bookings': {
      body: { id: 'c-1', start_time: '2031-05-02T19:30', end_time: '2031-05-02T21:00', user_id: 'u', camera_id: 'rig-1' },
      status: 201,
    },
    'get /bookings': { at: () => '/bookings?from=2026-01-01T00:00Z&to=2032-01-01T00:00Z&limit=10' },
    'get /bookings/{id}': { at: () => `/bookings/${ids.booking}` },
    'put /bookings/{id}': {
      at: () => `/bookings/${ids.booking}`,
      body: { start_time: '2031-04-02T19:30', end_time: '2031-04-02T21:00', title: 'Final' },
    },
    'patch /bookings/{id}': { at: () => `/bookings/${ids.booking}`, body: { title: 'Semi-final' } },
    'delete /bookings/{id}': { at: () => `/bookings/${ids.other}` },
    'post /bookings/{id}/extend': { at: () => `/bookings/${ids.booking}/extend`, body: { minutes: 15 } },
    'post /bookings/{id}/stop': { at: () => `/bookings/${ids.running}/stop` },
    'post /record-now': { body: { minutes: 10 }, status: 409 }, // a booking runs
    'get /recordings/{id}/markers': { at: () => `/recordings/${ids.recording}/markers` },
    'post /recordings/{id}/markers': {
      at: () => `/recordings/${ids.recording}/markers`,
      body: { at: '2026-05-02T17:30:01Z', label: 'goal' },
      status: 201,
    },
    'get /recordings/{id}/clips': { at: () => `/recordings/${ids.recording}/clips` },
    'post /recordings/{id}/clips': { at: () => `/recordings/${ids.recording}/clips`, body: { seconds: 2 }, status: 201 },
    'delete /clips/{id}': { at: () => '/clips/kept' },
    'get /clips/{id}/files/{name}': { at: () => '/clips/none/files/left-1.mp4', status: 404 },
    'get /videos': {},
    'get /videos/{id}': { at: () => `/videos/${ids.video}` },
    'get /videos/{id}/download': { at: () => `/videos/${ids.video}/download` },
    'get /videos/{id}/clip': { at: () => `/videos/${ids.video}/clip?from=1&to=3` },
    'get /videos/{id}/phone-clips': { at: () => `/videos/${ids.video}/phone-clips` },
    'post /videos/{id}/phone-clips': { at: () => `/videos/${ids.video}/phone-clips`, body: { from: 1, to: 3 }, status: 201 },
    'get /phone-clips/{id}': { at: () => '/phone-clips/phone' },
    'get /phone-clips/{id}/file': { at: () => '/phone-clips/phone/file', status: 404 },
    'delete /phone-clips/{id}': { at: () => '/phone-clips/phone-gone' },
    'put /videos/{id}/hold': { at: () => `/videos/${ids.video}/hold`, body: { because: 'a dispute' } },
    'delete /videos/{id}/hold': { at: () => `/videos/${ids.video}/hold` },
    'delete /videos/{id}': { at: () => `/videos/${ids.spare}?force=1` },
    'get /videos/{id}/stream': { at: () => `/videos/${ids.video}/stream` },
    'get /videos/{id}/poster': { at: () => `/videos/${ids.video}/poster` },
    'get /videos/{id}/preview': { at: () => `/videos/${ids.video}/preview` },
    'get /videos/{id}/thumbnails/{name}': { at: () => `/videos/${ids.video}/thumbnails/thumbnails.vtt` },
    'get /videos/{id}/rendition': { at: () => `/videos/${ids.video}/rendition`, status: 404 },
    'post /videos/{id}/rendition': { at: () => `/videos/${ids.video}/rendition` },
    'post /videos/{id}/republish': { at: () => `/videos/${ids.video}/republish`, status: 409 },
    'post /videos/{id}/share': { at: () => `/videos/${ids.video}/share`, body: { days: 2 }, status: 201 },
    'delete /shares/{id}': { at: () => `/shares/${ids.share}` },
    'get /recordings/{id}/certificate': { at: () => `/recordings/${ids.recording}/certificate` },
    'get /recordings/{id}/live/{name}': { at: () => `/recordings/${ids.recording}/live/index.m3u8` },
    'post /claim': { status: 409, body: { code: 'XXXX', name: 'eve', password } },
    'get /claim': {},
    'post /login': { body: { name: 'anna', password } },
    'post /logout': {},
    'get /me': {},
    'post /keys': { body: { name: 'site', role: 'operator' }, status: 201 },
    'get /keys': {},
    'get /users/{user}/data': { at: () => '/users/local/data' },
    'delete /users/{user}/data': { at: () => '/users/leaver/data' },
    'get /erasures': {},
    'get /erasures/{id}': { at: () => '/erasures/none', status: 404 },
    'get /audit': {},
    'get /cameras/{camera}/preview': { at: () => '/cameras/left/preview', status: 403 },
    'delete /keys/{id}': { at: () => `/keys/${ids.key}` },
    'post /bookings/{id}/share': { at: () => `/bookings/${ids.booking}/share`, status: 201 },
    'post /bookings/{id}/pin': { at: () => `/bookings/${ids.booking}/pin`, status: 201 },
    'get /court/sheet': {},
    'get /court': {},
    'post /court/enter': { body: { pin: '000000' }, status: 401 },
    'get /court/state': { status: 404 },
    'post /court/clip': { status: 404 },
    'post /court/phone-clip': { body: { clip: 'x' }, status: 404 },
    'get /court/phone-clips/{id}': { at: () => '/court/phone-clips/x', status: 404 },
    'post /court/extend': { body: { minutes: 15 }, status: 404 },
    'post /court/stop': { status: 404 },
    'get /shares': {},
    'post /s/{token}/unlock': { at: () => `/s/${ids.token}/unlock`, body: { password: 'x' }, status: 404 },
    'get /s/{token}': { at: () => `/s/${ids.token}` },
    'get /s/{token}/state': { at: () => `/s/${ids.token}/state` },
    'get /s/{token}/film': { at: () => `/s/${ids.token}/film` },
    'get /s/{token}/poster': { at: () => `/s/${ids.token}/poster` },
    'get /s/{token}/preview': { at: () => `/s/${ids.token}/preview` },
    'get /s/{token}/thumbnails/{name}': { at: () => `/s/${ids.token}/thumbnails/thumbnails-1.jpg` },
    'get /s/{token}/rendition': { at: () => `/s/${ids.token}/rendition`, status: 404 },
    'get /s/{token}/live/{name}': { at: () => `/s/${ids.token}/live/index.m3u8` },
    'get /alerts': {
      at: () => {
        const trouble = `('cameras', 'left', 'degraded', 'no pictures', 'its cable', 1, 2)`
        box.app.db.run(`insert into alert (check_name, subject, status, message, mend, since_ms, raised_at_ms) values ${trouble}`)
        return '/alerts'
      },
    },
    'get /shares/{id}/url': { at: () => `/shares/${ids.again}/url` },
    'post /shares/import': {
      body: { links: [{ token: 'a'.repeat(32), video_key: 'another/key.mp4', expires_at: '2031-05-02T19:30:00Z' }] },
    },
    'get /': {},
    'get /docs': {},
    'get /static/{file}': { at: () => '/static/share.js' },
    'get /robots.txt': {},
    'get /favicon.ico': {},
    'get /openapi.json': {},
    'get /test-alive': {},
    'get /api/cameras': {},
    'get /status/{what}': { at: () => '/status/errors' },
    'get /api/bookings': {},
    'post /api/bookings': { body: [{ id: 'c-2', start_time: '2031-07-02T19:30', end_time: '2031-07-02T21:00' }], status: 201 },
    'get /status/next_booking': {},
    'get /recordings': {},
    'get /api/recordings': {},
    'get /stream': { at: () => `/stream?key=${encodeURIComponent(ids.objectKey)}` },
    'get /signed-url': { at: () => `/signed-url?key=${encodeURIComponent(ids.objectKey)}` },
    'delete /delete-video': { body: { key: 'another/key.mp4' }, status: 404 },
    'post /share': { body: { key: 'another/key.mp4', user_id: 'local' }, status: 404 },
    'get /share/analytics/popular': {},
    'get /share/analytics/{user_id}': { at: () => '/share/analytics/local' },
    'post /share/{token}/revoke': { at: () => '/share/nothing/revoke', status: 404 },
    'get /share/{token}/download_url': { at: () => `/share/${ids.token}/download_url` },
    'get /share/{token}': { at: () => `/share/${ids.token}` },
    'post /system': { body: { main_logo_path: null } },
    'get /media/presign': { at: () => '/media/presign?key=main_ezrec_logo.png&operation=put' },
    'post /media/notify': { body: { s3_key: 'main_ezrec_logo.png' }, status: 404 },
    'get /media/signed/{token}': { at: () => '/media/signed/nothing', status: 404 },
    'put /media/signed/{token}': { at: () => '/media/signed/nothing', body: 'bytes', status: 404 },
    'delete /media/signed/{token}': { at: () => '/media/signed/nothing', status: 404 },
    'get /branding': {},
    'get /branding/{asset}': { at: () => '/branding/venue', status: 404 },
    'put /branding/{asset}': { at: () => '/branding/venue', body: 'no picture', status: 422 },
    'delete /branding/{asset}': { at: () => '/branding/venue', status: 404 },
    'post /send-share-email': { body: { email: 'a@example.org', videoId: 'nothing', link: 'https://phish.example' }, status: 404 },
    'get /live-preview': { status: 403 },
    'post /delete-user-data': { at: () => '/delete-user-data?user_id=nobody', status: 404 },
    'post /share/{token}/download': { at: () => `/share/${ids.token}/download` },
  }

  test('has an example here', () => {
    assert.deepEqual(Object.keys(examples).toSorted(), routes.map(nameOf).toSorted())
  })

  for (const route of routes)
    test(`${nameOf(route)} answers as its schema says`, async () => {
      const { at, status = 200, ...ask } = examples[nameOf(route)] ?? {}
      const answer = await box.ask(route.method.toUpperCase(), at?.() ?? route.path, { ...ask, key: box.keys.admin })
      assert.equal(answer.status, status)
      assert.equal(answer.headers.get('x-content-type-options'), 'nosniff')
      assert.equal(answer.headers.get('referrer-policy'), 'no-referrer')
      assert.equal(answer.headers.get('x-robots-tag'), 'noindex, nofollow')
      const policy = answer.headers.get('content-security-policy') ?? ''
      if (answer.status === 200 && (answer.headers.get('content-type') ?? '').startsWith('text/html'))
        assert.match(policy, /^default-src 'none'; script-src 'self'; .*; require-trusted-types-for 'script'$/)
      else assert.match(policy, /^default-src 'none'; (img-src 'self'; media-src 'self'; )?frame-ancestors 'none'$/)
      if (status >= 400) failureSchema.parse(await answer.json())
      else if ('data' in route.success) successOf(strictly(route.success.data)).parse(await answer.json())
      else {
        const type = (answer.headers.get('content-type') ?? '').split(';')[0] ?? ''
        assert.ok(route.success.media.split(', ').includes(type), type)
        await answer.body?.cancel()
      }
    })

  test('a content policy stands on every answer, whatever its form: nothing, files, not modified, sent on, refused', async () => {
    const nothing = "default-src 'none'; frame-ancestors 'none'"
    const file = "default-src 'none'; img-src 'self'; media-src 'self'; frame-ancestors 'none'"
    const film = `/s/${ids.token}/film`
    const etag = (await box.ask('HEAD', film)).headers.get('etag') ?? ''
    const policyOf = async (method: string, where: string, status: number, headers: Record<string, string> = {}): Promise<unknown> => {
      const answer = await fetch(box.base + where, { method, headers, redirect: 'manual' })
      await answer.body?.cancel()
      assert.equal(answer.status, status, where)
      assert.equal(answer.headers.get('x-robots-tag'), 'noindex, nofollow', where)
      return answer.headers.get('content-security-policy')
    }
    const asked: readonly (readonly [string, string, string, number, Record<string, string>?])[] = [
      [nothing, 'OPTIONS', '/bookings', 204],
      [nothing, 'GET', `/share/${ids.token}`, 308],
      [nothing, 'GET', '/static/icon.svg', 200],
      [nothing, 'GET', '/openapi.json', 200],
      [nothing, 'GET', '/nothing', 404],
      [nothing, 'GET', '/bookings', 401],
      [nothing, 'PUT', '/test-alive', 405],
      [file, 'GET', film, 200],
      [file, 'HEAD', film, 200],
      [file, 'GET', film, 206, { range: 'bytes=0-3' }],
      [file, 'GET', film, 304, { 'if-none-match': etag }],
    ]
    for (const [policy, method, where, status, headers] of asked)
      assert.equal(await policyOf(method, where, status, headers), policy, `${method} ${where} ${status}`)
  })

  test('a browser at a wrong address sees a page, everybody else the envelope', async () => {
    const wants = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
    for (const where of ['/nothing', `/s/${ids.token}/`, '/bookings/x/y/z']) {
      const answer = await box.ask('GET', where, { headers: wants })
      assert.deepEqual([answer.status, answer.headers.get('content-type')], [404, 'text/html; charset=utf-8'], where)
      assert.match(await answer.text(), /<h1>There is nothing here<\/h1>/)
      const other = await box.ask('GET', where)
      assert.equal(other.status, 404)
      failureSchema.parse(await other.json())
    }
    const long = await box.ask('GET', `/s/${'x'.repeat(2_000)}`, { headers: wants })
    assert.equal(long.status, 404)
    assert.match(await long.text(), /This link opens nothing/)
    const icon = await box.ask('GET', '/favicon.ico')
    assert.equal(icon.headers.get('content-type'), 'image/svg+xml')
  })

  test('search engines may look at links and their files, where every answer tells them to list nothing, and nowhere else', async () => {
    const rules = (await (await box.ask('GET', '/robots.txt')).text()).split('\n').filter((line) => /^[A-Z]/.test(line))
    assert.deepEqual(rules, ['User-agent: *', 'Allow: /s/', 'Allow: /static/', 'Disallow: /'])
  })

  test('whatever an operator or an admin alone may change is in the audit when it was done, or its route says why not', async () => {
    const changes = routes.filter(
      ({ method, needs, needsUnbound = needs }) => method !== 'get' && needsUnbound !== 'open' && needsUnbound !== 'viewer',
    )
    assert.deepEqual(changes.filter(({ audits }) => audits === undefined).map(nameOf), [])
    const kept = z.object({ what: z.string(), who: z.string(), subject_id: z.string().nullable(), facts: z.string() })
    const rows = box.app.db.all('select what, who, subject_id, facts from audit').map((row) => kept.parse(row))
    for (const route of routes) {
      const { audits } = route
      const what = typeof audits === 'object' && 'within' in audits ? audits.within : audits
      const { status = 200 } = examples[nameOf(route)] ?? {}
      if (typeof what !== 'string' || status >= 300 || nameOf(route) === 'post /system/cleanup') continue // that only looked
      assert.ok(
        rows.some((row) => row.what === what),
        nameOf(route),
      )
    }
    const admin = box.app.db.get("select id from api_key where name = 'test admin'")?.['id']
    const of = (what: string): unknown[] => rows.flatMap((row) => (row.what === what ? [[row.who, row.subject_id, row.facts]] : []))
    assert.deepEqual(of('film.removed'), [[admin, ids.spare, '{"force":true,"links":0}']])
    for (const what of ['film.held', 'film.released']) assert.deepEqual(of(what), [[admin, ids.video, '{}']])
    assert.deepEqual(of('pin.made'), [[admin, ids.booking, '{}']])
    assert.deepEqual(of('link.revoked'), [[admin, ids.share, '{}']])
    assert.deepEqual(
      rows.filter(({ facts }) => /ezk_|[\w-]{40}/.test(facts) || facts.includes(ids.token)),
      [],
    )
  })

  test('what was recorded lately is told with its size, and counted by the days of the venue', async () => {
    const logs = z.object({ total: z.int(), logs: z.array(z.object({ filename: z.string(), size_mb: z.number(), status: z.string() })) })
    const told = await dataOf(await box.ask('GET', '/recording-logs', { key: box.keys.viewer }), logs)
    const film = told.logs.find(({ filename }) => filename === `${ids.recording}.mp4`)
    assert.equal(film?.status, 'uploaded')
    assert.ok(film.size_mb > 0)
    assert.equal((await dataOf(await box.ask('GET', '/recording-logs?limit=1', { key: box.keys.viewer }), logs)).logs.length, 1)
    const counted = z.object({ bookings: z.int(), published: z.int(), missed: z.int() })
    const { stats, last30Days } = await dataOf(
      await box.ask('GET', '/booking-stats', { key: box.keys.viewer }),
      z.object({ stats: z.object({ total: z.int() }), last30Days: counted }),
    )
    const { published, missed, bookings } = last30Days
    assert.deepEqual([published, missed, bookings], [0, 1, stats.total], 'the film is older; the booking that ran had no camera')
    const status = z.object({
      currentBooking: z.object({ id: z.string() }).nullable(),
      nextBooking: z.object({ id: z.string() }).nullable(),
    })
    const { currentBooking, nextBooking } = await dataOf(await box.ask('GET', '/status', { key: box.keys.viewer }), status)
    assert.equal(currentBooking, null, 'it was stopped')
    assert.equal(nextBooking?.id, ids.booking)
  })

  test('a value of the wrong form is refused with 422 and changes nothing', async () => {
    const before = box.app.db.get('select count(*) as n from booking')?.['n']
    const bad: [string, string, unknown][] = [
      ['POST', '/bookings', {}],
      ['POST', '/bookings', []],
      ['POST', '/bookings', 'null'],
      ['POST', '/bookings', { start_time: 'soon', end_time: 'later' }],
      ['POST', '/bookings', { start_time: '2031-03-30T02:30', end_time: '2031-03-30T04:00' }],
      ['POST', '/bookings', { start_time: '2031-05-03T21:00Z', end_time: '2031-05-03T20:00Z' }],
      ['POST', '/bookings', { start_time: '2021-05-02T19:00Z', end_time: '2021-05-02T20:00Z' }],
      ['POST', '/bookings', { start_time: '2031-05-03T01:00Z', end_time: '2031-05-03T14:00Z' }],
      ['POST', '/bookings', Array.from({ length: 101 }, () => ({ start_time: '2031-05-03T01:00Z', end_time: '2031-05-03T02:00Z' }))],
      ['PUT', `/bookings/${ids.booking}`, { title: 'no times' }],
      ['PATCH', `/bookings/${ids.booking}`, {}],
      ['POST', `/bookings/${ids.booking}/extend`, { minutes: -5 }],
      ['POST', `/videos/${ids.video}/share`, { days: 31 }],
      ['POST', '/keys', { name: 'x', role: 'emperor' }],
    ]
    for (const [method, path, body] of bad) {
      const answer = await box.ask(method, path, { key: box.keys.admin, body })
      assert.equal(answer.status, 422, `${method} ${path} ${JSON.stringify(body).slice(0, 80)}`)
      assert.equal(failureSchema.parse(await answer.json()).error, 'invalid')
    }
    for (const query of ['limit=0', 'limit=1001', 'limit=x', 'from=yesterday', 'sort=title', 'status=lost', 'after=x', 'after=1_.'])
      assert.equal((await box.ask('GET', `/bookings?${query}`, { key: box.keys.viewer })).status, 422, query)
    assert.equal(box.app.db.get('select count(*) as n from booking')?.['n'], before)
  })

  test('the document names every route and each of its refusals', async () => {
    const document = z
      .object({
        openapi: z.literal('3.1.0'),
        paths: z.record(z.string(), z.record(z.string(), z.object({ responses: z.record(z.string(), z.unknown()) }))),
      })
      .parse(await (await box.ask('GET', '/openapi.json')).json())
    for (const route of routes) {
      const { responses = {} } = document.paths[route.path]?.[route.method] ?? {}
      for (const code of problemsOf(route)) assert.ok(String(statusOf[code]) in responses, `${nameOf(route)} ${code}`)
    }
  })
})

/** Refuses data that the schema does not name: it would be told to callers but not described. */
const strictly = (schema: z.ZodType): z.ZodType => (schema instanceof z.ZodObject ? schema.strict() : schema)

suite('who may do what', () => {
  let box: ApiBox
  const revoked = { key: '' }
  /** Cookies of somebody who was let in by a link, and of a phone that entered a PIN: both open what they were given for, and nothing else. */
  const guests: string[] = []
  const people = new Map<Role, string>()
  before(async () => {
    box = await openApiBox({ variables: { LIVE_PREVIEW: 'true' } }) // a booking runs: nobody sees anything
    for (const role of roles)
      people.set(role, addAccount(box.app.db, { name: `test ${role}`, role, passwordHash: '' }, box.app.clock.nowMs()).id)
    const { id, key } = createKey(box.app.db, box.app.clock, { name: 'revoked', role: 'admin' })
    revokeKey(box.app.db, box.app.clock, id)
    revoked.key = key
    const { booking } = await box.app.bookings.create({ startsAtMs: Date.now() - 1_000, endsAtMs: Date.now() + hour, userId: 'local' })
    const link = createShareLink(box.app.db, box.app.clock, { bookingId: booking.id, days: 1 })
    guests.push(`ezvisit=${openVisit(box.app.db, link.id, Date.now())}`)
    guests.push(`ezcourt=${openCourtVisit(box.app.db, booking.id, Date.now(), Date.now() + hour)}`)
  })
  after(() => box[Symbol.asyncDispose]())

  /** A person's session, each time a new one: signing out is a route, too. */
  const signIn = (role: Role): string => openSession(box.app.db, mustHave(people.get(role)), box.app.clock.nowMs())

  /** No id here exists: what is let through finds nothing and changes nothing. */
  const harmless = (path: string): string =>
    path
      .replace('{name}', 'init.mp4')
      .replace('{file}', 'share.js')
      .replaceAll(/\{\w+\}/g, 'nothing-here')
  const statusFor = async (route: Route, key: string | undefined, headers = {}): Promise<number> => {
    const answer = await box.ask(route.method.toUpperCase(), harmless(route.path), key === undefined ? { headers } : { key })
    await answer.body?.cancel()
    return answer.status
  }

  for (const route of routes)
    test(`${nameOf(route)} is for ${route.needsUnbound ?? route.needs}`, async () => {
      const needs = route.needsUnbound ?? route.needs
      for (const role of roles) {
        const status = await statusFor(route, box.keys[role])
        if (needs === 'open' || covers(role, needs)) assert.ok(status !== 401 && status !== 403, `${role}: ${status}`)
        else assert.equal(status, 403, role)
        const cookie = `ezrec=${signIn(role)}`
        const asPerson = await statusFor(route, undefined, { cookie })
        if (needs === 'open' || covers(role, needs)) assert.ok(asPerson !== 401 && asPerson !== 403, `a person, ${role}: ${asPerson}`)
        else assert.equal(asPerson, 403, `a person, ${role}`)
      }
      const wrong = box.keys.admin.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))
      for (const key of [undefined, revoked.key, wrong, 'ezk_x', '', '"', 'ezk_'.repeat(500)]) {
        const status = await statusFor(route, key)
        if (needs === 'open') assert.ok(status !== 401 && status !== 403, `${key?.slice(0, 8)}: ${status}`)
        else assert.equal(status, 401, key?.slice(0, 8) ?? 'stranger')
      }
      const { db } = box.app
      const [over, old] = [signIn('admin'), signIn('admin')]
      closeSession(db, over)
      db.run(
        'update session set used_at_ms = used_at_ms - ? where token_hash = ?',
        idleMs + 1_000,
        createHash('sha256').update(old).digest(),
      )
      for (const token of [over, old, `${signIn('admin').slice(0, -1)}!`, '']) {
        const status = await statusFor(route, undefined, { cookie: `ezrec=${token}` })
        if (needs === 'open') assert.ok(status !== 401 && status !== 403, `a session that is none: ${status}`)
        else assert.equal(status, 401, 'a session that is none')
      }
      for (const cookie of guests) {
        const status = await statusFor(route, undefined, { cookie })
        assert.equal(status === 401 || status === 403, needs !== 'open', `${cookie.split('=')[0]}: ${status}`)
      }
    })

  test('the key of a device may ask what its scopes name and nothing else, whatever a role might', async () => {
    const { app } = box
    for (const scope of scopes) {
      const { key } = createKey(app.db, app.clock, { name: scope, role: 'viewer', scopes: [scope] })
      for (const route of routes.filter(({ needs }) => needs !== 'open')) {
        const status = await statusFor(route, key)
        if (route.scopes?.includes(scope)) assert.ok(status !== 401 && status !== 403, `${scope} ${nameOf(route)}: ${status}`)
        else assert.equal(status, 403, `${scope} ${nameOf(route)}`)
      }
    }
    const named = (scope: string): string[] => routes.filter((each) => each.scopes?.some((one) => one === scope)).map(nameOf)
    assert.deepEqual(named('status').toSorted(), ['get /alerts', 'get /me', 'get /metrics', 'get /status', 'get /system-info'])
    assert.ok(
      routes.every(({ scopes: of, tag }) => of === undefined || (tag !== 'share' && tag !== 'original')),
      'no device sees a link',
    )
  })

  test('the open routes are these and no others', () => {
    const open = routes.filter(({ needs }) => needs === 'open').map(nameOf)
    assert.deepEqual(open.toSorted(), [
      'delete /media/signed/{token}',
      'get /',
      'get /claim',
      'get /court',
      'get /court/phone-clips/{id}',
      'get /court/state',
      'get /docs',
      'get /favicon.ico',
      'get /health',
      'get /media/signed/{token}',
      'get /openapi.json',
      'get /robots.txt',
      'get /s/{token}',
      'get /s/{token}/film',
      'get /s/{token}/live/{name}',
      'get /s/{token}/poster',
      'get /s/{token}/preview',
      'get /s/{token}/rendition',
      'get /s/{token}/state',
      'get /s/{token}/thumbnails/{name}',
      'get /share/{token}',
      'get /share/{token}/download_url',
      'get /static/{file}',
      'get /test-alive',
      'post /claim',
      'post /court/clip',
      'post /court/enter',
      'post /court/extend',
      'post /court/phone-clip',
      'post /court/stop',
      'post /login',
      'post /s/{token}/unlock',
      'post /share/{token}/download',
      'put /media/signed/{token}',
    ])
  })

  test('the health of a box has reasons only for those who may read', async () => {
    const health = z.object({ status: z.string(), recording: z.boolean(), checks: z.array(z.unknown()).optional() })
    assert.equal((await dataOf(await box.ask('GET', '/health'), health)).checks, undefined)
    assert.ok(((await dataOf(await box.ask('GET', '/health', { key: box.keys.viewer }), health)).checks?.length ?? 0) >= 8)
  })
})

suite('a box without an account', () => {
  const proxy = { TRUSTED_PROXIES: '127.0.0.1' }
  const fromElsewhere = { 'x-forwarded-for': '192.0.2.7' }

  test('serves only health, shell and claim beyond this machine', async () => {
    await using box = await openApiBox({ claimed: false, variables: proxy })
    for (const route of routes) {
      const path = route.path.replace('{file}', 'share.js').replaceAll(/\{\w+\}/g, 'nothing-here')
      const answer = await box.ask(route.method.toUpperCase(), path, { headers: fromElsewhere, key: box.keys.admin })
      if (
        ['get /', 'get /claim', 'get /favicon.ico', 'get /health', 'get /robots.txt', 'get /static/{file}', 'post /claim'].includes(
          nameOf(route),
        )
      )
        assert.notEqual(answer.status, 401, nameOf(route))
      else assert.equal(answer.status, 401, nameOf(route))
      await answer.body?.cancel()
    }
  })

  test('gives being near no right', async () => {
    await using box = await openApiBox({ claimed: false })
    for (const route of routes.filter(({ needs }) => needs !== 'open'))
      assert.equal((await box.ask(route.method.toUpperCase(), route.path.replaceAll(/\{\w+\}/g, 'x'))).status, 401, nameOf(route))
  })

  test('is claimed once, by the code on the box, however it is typed', async () => {
    await using box = await openApiBox({ claimed: false })
    const code = (await ensureClaimCode(box.app.db, box.home)) ?? ''
    assert.match(code, /^([2-9A-HJKMNP-TV-Z]{4}-){3}[2-9A-HJKMNP-TV-Z]{4}$/)
    assert.equal(await ensureClaimCode(box.app.db, box.home), code, 'a second start shows the same code')
    const claim = (body: unknown): Promise<Response> => box.ask('POST', '/claim', { body })
    assert.equal((await claim({ code: 'AAAA-AAAA-AAAA-AAAA', name: 'eve', password })).status, 401)
    assert.equal((await claim({ code, name: 'bo', password: 'short' })).status, 422)
    const answer = await claim({ code: ` ${code.toLowerCase().replaceAll('-', ' ')}`, name: 'bo', password })
    assert.equal(answer.status, 201)
    const cookie = answer.headers.get('set-cookie') ?? ''
    assert.match(cookie, /^ezrec=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/)
    const me = await box.ask('GET', '/me', { headers: { cookie: cookie.split(';')[0] ?? '' } })
    assert.deepEqual(await dataOf(me, z.unknown()), { name: 'bo', role: 'admin', kind: 'person', userId: null, timeZone: 'Europe/Berlin' })
    assert.equal((await claim({ code, name: 'eve', password })).status, 409)
    assert.equal(await ensureClaimCode(box.app.db, box.home), undefined)
  })

  test('two who claim at the same time are one account', async () => {
    await using box = await openApiBox({ claimed: false })
    const { db, clock } = box.app
    const code = (await ensureClaimCode(db, box.home)) ?? ''
    const both = await Promise.allSettled(['ann', 'bob'].map((name) => claimBox(db, box.home, { code, name, password }, clock)))
    assert.deepEqual(both.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected'])
    assert.equal(db.get('select count(*) as n from account')?.['n'], 1)
  })
})
