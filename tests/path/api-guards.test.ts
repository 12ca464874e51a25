import assert from 'node:assert/strict'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { mkdtemp, rm, truncate } from 'node:fs/promises'
import http from 'node:http'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { after, before, suite, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import fc from 'fast-check'
import { z } from 'zod'
import { bookingFields } from '../../src/booking/booking-fields.ts'
import { ensureClaimCode } from '../../src/api/people/claim-code.ts'
import { apiAddressFile, readApiAddress } from '../../src/api/address.ts'
import { serveApi } from '../../src/api/server.ts'
import { judgeSettings } from '../../config/settings.ts'
import { runEzrecApi } from '../../services/ezrec-api.ts'
import { createShareLink } from '../../src/share/share-link.ts'
import { dataOf, faultOf, makeTestFilm, mustHave, openApiBox, password, type ApiBox, type Ask } from './api-box.ts'

suite('what a request must be', () => {
  let box: ApiBox
  before(async () => {
    box = await openApiBox({ variables: { SHARE_BASE_URL: 'https://films.example.org', CORS_ORIGINS: 'https://book.example.org' } })
  })
  after(() => box[Symbol.asyncDispose]())

  test('for a host of ours: another name gets 421, whatever it asks for', async () => {
    const port = new URL(box.base).port
    for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, 'localhost', 'films.example.org', 'LOCALHOST', `[::1]:${port}`])
      assert.equal((await raw(box, { host })).status, 200, host)
    for (const host of ['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example', '10.255.255.254', '[::2]'])
      for (const where of ['/health', '/', '/nothing', '/s/x', '/bookings'])
        assert.equal((await raw(box, { host }, where)).status, 421, `${host} ${where}`)
    for (const host of ['local host', 'localhost:x', '', 'a/b'])
      assert.ok([400, 421].includes((await raw(box, { host })).status), `no host at all: ${host}`)
  })

  test('from a page of our own when it changes something', async () => {
    const status = async (headers: Record<string, string>): Promise<number> =>
      (await box.ask('POST', '/bookings', { key: box.keys.operator, body: {}, headers })).status
    const port = new URL(box.base).port
    assert.equal(await status({ origin: `http://127.0.0.1:${port}`, 'sec-fetch-site': 'same-origin' }), 422)
    assert.equal(await status({}), 422)
    assert.equal(
      await status({ origin: 'https://book.example.org', 'sec-fetch-site': 'cross-site' }),
      422,
      'named in CORS_ORIGINS, with a key',
    )
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: `http://127.0.0.1:${Number(port) + 1}` },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ])
      assert.equal(await status(headers), 403, JSON.stringify(headers))
  })

  test('a named site may not act with a cookie, and no other site is told anything', async () => {
    const login = await box.ask('POST', '/login', { body: { name: 'anna', password } })
    const cookie = (login.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
    const withCookie = await box.ask('POST', '/bookings', { body: {}, headers: { cookie, origin: 'https://book.example.org' } })
    assert.equal(withCookie.status, 403)
    assert.equal(
      (await box.ask('GET', '/health', { headers: { origin: 'https://evil.example' } })).headers.get('access-control-allow-origin'),
      null,
    )
    const preflight = await box.ask('OPTIONS', '/bookings', { headers: { origin: 'https://book.example.org' } })
    assert.equal(preflight.headers.get('access-control-allow-origin'), 'https://book.example.org')
    assert.equal(preflight.headers.get('access-control-allow-credentials'), null)
  })

  test('a named site may read every header that the contract tells of', async () => {
    const origin = 'https://book.example.org'
    const readable = async (method: string, where: string, header: string, ask: Ask = {}): Promise<void> => {
      const answer = await box.ask(method, where, { key: box.keys.operator, ...ask, headers: { origin, ...ask.headers } })
      await answer.body?.cancel()
      assert.notEqual(answer.headers.get(header), null, `${where} has ${header}`)
      const exposed = answer.headers.get('access-control-expose-headers')?.split(', ') ?? []
      assert.ok(exposed.includes(header), `${header} of ${where}: ${exposed.join()}`)
    }
    const order = { body: { start_time: '2031-05-02T19:30', end_time: '2031-05-02T21:00' }, headers: { 'idempotency-key': 'one' } }
    assert.equal((await box.ask('POST', '/bookings', { key: box.keys.operator, ...order })).status, 201)
    await readable('POST', '/bookings', 'idempotency-replayed', order)
    await readable('GET', '/api/bookings', 'deprecation')
    await readable('GET', '/api/bookings', 'link')
    await readable('PATCH', '/bookings', 'allow')
    await box.app.bookings.create({ startsAtMs: Date.UTC(2031, 4, 3), endsAtMs: Date.UTC(2031, 4, 3, 1), userId: 'local' })
    await readable('GET', '/bookings?limit=1', 'link')
  })

  test('with a body that is JSON, and not large', async () => {
    const ask = (body: string, headers: Record<string, string> = {}): Promise<Response> =>
      box.ask('POST', '/bookings', { key: box.keys.operator, body, headers })
    assert.equal((await ask('{"a":')).status, 400)
    assert.equal((await ask('{}', { 'content-type': 'text/plain' })).status, 415)
    assert.equal((await ask('a=b', { 'content-type': 'application/x-www-form-urlencoded' })).status, 415)
    assert.equal((await ask('{}', { 'content-type': 'application/jsonp' })).status, 415)
    assert.equal((await ask(`"${'x'.repeat(65_533)}"`)).status, 422, 'just within')
    assert.equal((await ask(`"${'x'.repeat(65_535)}"`)).status, 413)
    assert.equal(
      (
        await raw(
          box,
          { host: 'localhost', 'transfer-encoding': 'chunked', authorization: `Bearer ${box.keys.operator}` },
          '/bookings',
          'x'.repeat(200_000),
        )
      ).status,
      413,
    )
    assert.equal((await raw(box, { host: 'localhost', 'x-large': 'x'.repeat(17_000) })).status, 431)
  })

  test('by a method that its address takes', async () => {
    const answer = await box.ask('PATCH', '/bookings', { key: box.keys.admin })
    assert.equal(answer.status, 405)
    assert.equal(answer.headers.get('allow'), 'POST, GET, HEAD')
    assert.equal((await box.ask('GET', '/bookings/', { key: box.keys.admin })).status, 404)
  })

  test('whatever is sent to POST /bookings, the box never fails', async () => {
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom('2031-05-02T19:30', '2031-05-02T21:00:00Z', '2031-03-30T02:30', '+275760-09-13T00:00:00Z', '9999-12-31T23:59Z'),
    )
    const value = fc.oneof(text, fc.jsonValue(), fc.integer())
    const name = fc.constantFrom(...bookingFields, '__proto__', 'constructor')
    const order = fc.oneof(fc.dictionary(name, value), fc.record({ start_time: text, end_time: text, title: value, id: value }))
    await fc.assert(
      fc.asyncProperty(fc.oneof(order, fc.array(order, { maxLength: 5 }), fc.jsonValue()), async (body) => {
        const answer = await box.ask('POST', '/bookings', { key: box.keys.operator, body })
        assert.ok([200, 201, 400, 409, 422].includes(answer.status), `${answer.status}: ${await answer.clone().text()}`)
        if (answer.status >= 400) await faultOf(answer)
        else await answer.body?.cancel()
      }),
      { numRuns: 300 },
    )
  })

  test('any path and query end in an answer that is no fault of the box', async () => {
    const part = fc.oneof(
      fc.string({ maxLength: 40 }),
      fc.constantFrom('..', '%2e%2e', '%00', '%', 'bookings', 'videos', 's', 'live', 'static', 'recordings'),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 5 }), part, async (parts, query) => {
        const { status } = await raw(
          box,
          { host: 'localhost', authorization: `Bearer ${box.keys.viewer}` },
          `/${encodeURI(parts.join('/')).replaceAll('#', '')}?limit=${encodeURIComponent(query)}`,
        )
        assert.ok(status < 500, String(status))
      }),
      { numRuns: 300 },
    )
  })
})

suite('how often one may fail', () => {
  test('five wrong passwords, then even the right one waits', async () => {
    await using box = await openApiBox({ variables: { TRUSTED_PROXIES: '127.0.0.1' } })
    const login = (given: string, address: string): Promise<Response> =>
      box.ask('POST', '/login', { body: { name: 'anna', password: given }, headers: { 'x-forwarded-for': address } })
    for (let n = 0; n < 5; n += 1) assert.equal((await login('wrong password', '192.0.2.1')).status, 401)
    const refused = await login(password, '192.0.2.1')
    assert.equal(refused.status, 429)
    assert.ok(Number(refused.headers.get('retry-after')) > 0)
    assert.equal((await login(password, '192.0.2.2')).status, 200, 'another address is not held up')
  })

  test('twenty wrong passwords for one name from anywhere, then that name waits a minute, and no other', async () => {
    await using box = await openApiBox({ variables: { TRUSTED_PROXIES: '127.0.0.1' } })
    const login = async (name: string, n: number): Promise<number> => {
      const headers = { 'x-forwarded-for': `198.51.100.${n}` }
      const answer = await box.ask('POST', '/login', { body: { name, password: n < 40 ? 'x' : password }, headers })
      await answer.body?.cancel()
      return answer.status
    }
    for (let n = 0; n < 20; n += 1) assert.equal(await login('anna', n), 401)
    assert.equal(await login('anna', 41), 429)
    assert.equal(await login('ben', 39), 401)
  })

  test('strangers who guess hold nobody up where that one signed in before; who guesses there is held up by the address', async () => {
    await using box = await openApiBox({ variables: { TRUSTED_PROXIES: '127.0.0.1' } })
    const login = async (given: string, address: string, name = 'anna'): Promise<number> => {
      const answer = await box.ask('POST', '/login', { body: { name, password: given }, headers: { 'x-forwarded-for': address } })
      await answer.body?.cancel()
      return answer.status
    }
    const [home, office] = ['203.0.113.9', '2001:db8:1:2::3']
    assert.deepEqual([await login(password, home), await login(password, office)], [200, 200])
    for (let n = 0; n < 20; n += 1) assert.equal(await login('x', `198.51.100.${n}`), 401)
    assert.equal(await login(password, '198.51.100.99'), 429, 'from anywhere else')
    assert.equal(await login('x', home, 'ben'), 401, 'another name')
    assert.deepEqual([await login(password, home), await login(password, '2001:db8:1:2::4')], [200, 200], 'the same network')
    for (let n = 0; n < 4; n += 1) assert.equal(await login('x', home), 401)
    assert.equal(await login(password, home), 429, 'five failures of an address are five')
    box.app.db.run("update audit set at_ms = at_ms - ? where what = 'session.opened'", 91 * 86_400_000)
    assert.equal(await login(password, office), 429, 'after some months it is another’s')
  })

  test('who signed in, and who was not let in, is in the audit: by address, without a name or a password', async () => {
    await using box = await openApiBox({ variables: { TRUSTED_PROXIES: '127.0.0.1' } })
    const { db } = box.app
    const login = async (name: string, given: string, address: string): Promise<number> => {
      const answer = await box.ask('POST', '/login', { body: { name, password: given }, headers: { 'x-forwarded-for': address } })
      await answer.body?.cancel()
      return answer.status
    }
    const anna = db.get('select id from account')?.['id']
    assert.equal(await login('anna', password, '192.0.2.1'), 200)
    for (let n = 0; n < 3; n += 1) await login('anna', 'a secret of hers', '192.0.2.2')
    await login('a secret in the wrong field', 'x', '2001:db8::7')
    for (let n = 0; n < 20; n += 1) await login('nobody', 'x', `198.51.100.${n}`)
    const told = z.array(
      z.object({
        who: z.string(),
        what: z.string(),
        subject: z.string().nullable(),
        facts: z.object({ address: z.string(), times: z.number().optional() }),
      }),
    )
    const answer = await box.ask('GET', '/audit', { key: box.keys.admin })
    const text = await answer.clone().text()
    const rows = await dataOf(answer, told)
    const opened = rows.filter(({ what }) => what === 'session.opened')
    assert.deepEqual(
      opened.map(({ who, subject, facts }) => [who, subject, facts]),
      [[anna, anna, { address: '192.0.2.1' }]],
    )
    const refused = rows.filter(({ what }) => what === 'session.refused')
    assert.equal(
      refused.reduce((sum, { facts }) => sum + (facts.times ?? 0), 0),
      24,
      'each of them counts',
    )
    const hers = refused.filter(({ facts }) => facts.address === '192.0.2.2')
    assert.ok(hers.every(({ who, subject }) => who === 'nobody' && subject === anna))
    assert.ok(refused.some(({ facts, subject }) => facts.address === '2001:db8:0:0' && subject === null))
    assert.equal(/secret|a secret in/.test(text), false)
  })

  test('twenty wrong share tokens, then none is looked up; good ones cost nothing', async () => {
    await using box = await openApiBox()
    const { recording } = await makeTestFilm(box.app, { seconds: 2 })
    const { token } = createShareLink(box.app.db, box.app.clock, { recordingId: recording.id, days: 1 })
    for (let n = 0; n < 25; n += 1) assert.equal((await box.ask('GET', `/s/${token}/state`)).status, 200)
    for (let n = 0; n < 20; n += 1) assert.equal((await box.ask('GET', `/s/${'a'.repeat(43)}`)).status, 404)
    assert.equal((await box.ask('GET', `/s/${'a'.repeat(43)}`)).status, 429)
    assert.equal((await box.ask('GET', `/s/${token}/state`)).status, 200)
  })

  test('a word on the client from anyone but a trusted proxy counts for nothing', async () => {
    await using box = await openApiBox()
    for (let n = 0; n < 5; n += 1)
      await box.ask('POST', '/login', {
        body: { name: 'anna', password: 'wrong password' },
        headers: { 'x-forwarded-for': `192.0.2.${n}` },
      })
    assert.equal(
      (await box.ask('POST', '/login', { body: { name: 'anna', password }, headers: { 'x-forwarded-for': '192.0.2.99' } })).status,
      429,
    )
  })
})

suite('sessions', () => {
  test('end by signing out, and a cookie that a plain connection set is none under TLS', async () => {
    await using box = await openApiBox({ variables: { TRUSTED_PROXIES: '127.0.0.1' } })
    const tls = { 'x-forwarded-proto': 'https', 'x-forwarded-for': '192.0.2.1' }
    const answer = await box.ask('POST', '/login', { body: { name: 'anna', password }, headers: tls })
    const cookie = answer.headers.get('set-cookie') ?? ''
    assert.match(cookie, /^__Host-ezrec=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure$/)
    const pair = cookie.split(';')[0] ?? ''
    const me = async (headers: Record<string, string>): Promise<number> => (await box.ask('GET', '/me', { headers })).status
    assert.equal(await me({ ...tls, cookie: pair }), 200)
    assert.equal(await me({ ...tls, cookie: pair.replace('__Host-', '') }), 401)
    assert.equal((await box.ask('POST', '/logout', { headers: { ...tls, cookie: pair } })).status, 200)
    assert.equal(await me({ ...tls, cookie: pair }), 401)
  })

  test('are made anew by each sign-in; a front page without encryption says so to who is not on this machine', async () => {
    await using box = await openApiBox({ variables: { TRUSTED_PROXIES: '127.0.0.1' } })
    const from = { 'x-forwarded-for': '192.0.2.1' }
    const signIn = async (cookie = ''): Promise<string> => {
      const answer = await box.ask('POST', '/login', { body: { name: 'anna', password }, headers: { ...from, cookie } })
      return answer.headers.get('set-cookie')?.split(';')[0] ?? ''
    }
    const first = await signIn()
    const second = await signIn(first)
    assert.notEqual(first, second)
    for (const [cookie, status] of [
      [first, 401],
      [second, 200],
    ] as const)
      assert.equal((await box.ask('GET', '/me', { headers: { ...from, cookie } })).status, status)
    const isPlain = async (headers: Record<string, string>): Promise<unknown> =>
      (await dataOf(await box.ask('GET', '/claim', { headers }), z.object({ plain: z.boolean(), claimable: z.boolean() }))).plain
    assert.deepEqual(
      [await isPlain(from), await isPlain({ ...from, 'x-forwarded-proto': 'https' }), await isPlain({})],
      [true, false, false],
    )
  })
})

suite('the server', () => {
  test('says where it is in api.json while it runs', async () => {
    await using box = await openApiBox()
    const file = apiAddressFile(box.home)
    const told = z.object({ port: z.int(), host: z.string(), url: z.string(), pid: z.int() }).parse(JSON.parse(readFileSync(file, 'utf8')))
    assert.deepEqual(told, { port: Number(new URL(box.base).port), host: '127.0.0.1', url: box.base, pid: process.pid })
    await box.stop()
    assert.equal(existsSync(file), false)
  })

  test('refuses a port that was asked for and is taken, naming the holder; else takes the next free one', async () => {
    await using box = await openApiBox()
    await using holder = await holdPort()
    const options = { host: '127.0.0.1', port: holder.port }
    await assert.rejects(serveApi(box.app, { ...options, portGiven: true }, AbortSignal.timeout(5_000)), (error: unknown) => {
      const fault = z.object({ code: z.string(), message: z.string() }).parse({ ...z.looseObject({}).parse(error), message: String(error) })
      assert.equal(fault.code, 'conflict')
      assert.match(fault.message, new RegExp(`port ${holder.port} is taken by process ${process.pid} \\(.*node`))
      return true
    })
    const end = new AbortController()
    const port = await new Promise<number>((resolve, reject) => {
      serveApi(box.app, { ...options, portGiven: false, onListening: (address) => (resolve(address.port), end.abort()) }, end.signal).catch(
        reject,
      )
    })
    assert.ok(port > holder.port && port <= holder.port + 100)
  })

  test('ends although a client holds on to its connection and another to a film', async () => {
    await using box = await openApiBox()
    const { video } = await makeTestFilm(box.app, { seconds: 2 })
    await truncate(box.app.store.pathOf(video.objectKey), 64 * 1024 * 1024) // more than sockets hold
    const idle = net.connect(Number(new URL(box.base).port), '127.0.0.1')
    const slow = net.connect(Number(new URL(box.base).port), '127.0.0.1')
    for (const socket of [idle, slow]) socket.on('error', () => undefined)
    idle.write('GET /health HTTP/1.1\r\nHost: localhost\r\n')
    slow.write(`GET /videos/${video.id}/stream HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${box.keys.viewer}\r\n\r\n`)
    await new Promise((resolve) => slow.once('readable', resolve))
    await box.stop()
    idle.destroy()
    slow.destroy()
  })

  test('as a service shows the claim code of a new box, and a second one on the same home is refused', async () => {
    const home = await mkdtemp(path.join(os.tmpdir(), 'ezrec-service-'))
    const { settings } = judgeSettings({ API_HOST: '127.0.0.1' }, { home, cwd: home })
    const end = new AbortController()
    let shown = ''
    const first = runEzrecApi(settings, { logToStderr: false, showClaimCode: (code) => (shown = code) }, end.signal)
    try {
      for (let tries = 0; tries < 500 && (await readApiAddress(home)) === undefined; tries += 1) await setTimeout(20)
      const { url } = mustHave(await readApiAddress(home))
      assert.equal((await fetch(`${url}/health`)).status, 200)
      assert.equal(readFileSync(path.join(home, 'claim-code.txt'), 'utf8').trim(), shown)
      await assert.rejects(runEzrecApi(settings, { logToStderr: false }, end.signal), /another EZREC already uses/)
      assert.doesNotMatch(readFileSync(path.join(home, 'logs', 'ezrec-api.log'), 'utf8'), new RegExp(shown))
    } finally {
      end.abort()
      await first
      await rm(home, { recursive: true })
    }
  })

  test('writes no secret to its log', async () => {
    const secrets: string[] = []
    await using box = await openApiBox({ claimed: false })
    const code = mustHave(await ensureClaimCode(box.app.db, box.home))
    assert.equal(statSync(path.join(box.home, 'claim-code.txt')).mode & 0o777, 0o600)
    secrets.push(code, password, box.keys.admin, box.keys.viewer)
    await box.ask('POST', '/claim', { body: { code, name: 'bo', password } })
    const login = await box.ask('POST', '/login', { body: { name: 'bo', password } })
    const cookie = (login.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
    await box.ask('POST', '/login', { body: { name: 'bo', password: 'a wrong one I typed' } })
    const { recording } = await makeTestFilm(box.app, { seconds: 2 })
    const { token } = createShareLink(box.app.db, box.app.clock, { recordingId: recording.id, days: 1 })
    secrets.push(cookie.split('=')[1] ?? '', 'a wrong one I typed', token)
    for (const where of [`/s/${token}`, `/s/${token}/film`, `/s/${token}/live/9.m4s`, `/s/${token}x`]) await box.ask('GET', where)
    await box.ask('GET', '/me', { headers: { cookie } })
    await box.ask('GET', '/keys', { key: box.keys.admin })
    await box.ask('GET', `/bookings?from=${token}`, { key: `${box.keys.viewer}x` })
    const log = readFileSync(path.join(box.app.settings.paths.logs, 'ezrec-api.log'), 'utf8')
    assert.match(log, /"route":"\/s\/\{token\}\/film"/)
    for (const secret of secrets) assert.ok(secret.length > 8 && !log.includes(secret), secret.slice(0, 6))
  })
})

/** A request as it stands: fetch would set the host by itself. */
function raw(box: ApiBox, headers: Record<string, string>, where = '/health', body?: string): Promise<{ status: number }> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(box.base)
    const request = http.request(
      { hostname, port, path: where, method: body === undefined ? 'GET' : 'POST', headers, setHost: false, agent: false },
      (answer) => {
        answer.resume()
        resolve({ status: answer.statusCode ?? 0 })
      },
    )
    request.on('error', reject)
    request.end(body)
  })
}

async function holdPort(): Promise<{ readonly port: number; [Symbol.asyncDispose](): Promise<void> }> {
  const server = net.createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
