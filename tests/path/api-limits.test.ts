// How often one may ask: what is refused, and whom a flood by others never holds up.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { suite, test } from 'node:test'
import { createKey } from '../../src/api/people/key-store.ts'
import { createShareLink, revokeShareLink } from '../../src/share/share-link.ts'
import { faultOf, openApiBox, openTestRecording, type ApiBox, type Ask } from './api-box.ts'

// One comes back every 30 s: no machine is so slow that it shows.
const few = { TRUSTED_PROXIES: '127.0.0.1', API_REQUESTS_PER_MINUTE: '2', API_OPEN_REQUESTS_PER_MINUTE: '1000' } as const

const from = (address: string, headers: Readonly<Record<string, string>> = {}): Ask => ({
  headers: { 'x-forwarded-for': address, ...headers },
})

/** Asks until it is refused for asking too often. */
async function exhaust(box: ApiBox, where: string, askOf: (n: number) => Ask): Promise<Response> {
  for (let n = 0; n < 10; n += 1) {
    const answer = await box.ask('GET', where, askOf(n))
    if (answer.status === 429) return answer
    await answer.body?.cancel()
  }
  return assert.fail(`${where} was never refused`)
}

async function status(box: ApiBox, where: string, ask: Ask): Promise<number> {
  const answer = await box.ask('GET', where, ask)
  await answer.body?.cancel()
  return answer.status
}

suite('how often one may ask', () => {
  test('one address too often: refused in the envelope with a time to wait, and nobody else is', async () => {
    await using box = await openApiBox({ variables: few })
    const refused = await exhaust(box, '/health', () => from('192.0.2.1'))
    const wait = Number(refused.headers.get('retry-after'))
    assert.ok(Number.isInteger(wait) && wait >= 1 && wait <= 30, String(wait))
    assert.equal(refused.headers.get('x-content-type-options'), 'nosniff')
    const { error, details } = await faultOf(refused)
    assert.deepEqual([error, details['hint']], ['rate_limited', `wait ${wait} s`])
    assert.equal(await status(box, '/', from('192.0.2.1')), 429, 'whatever it asks for')
    assert.equal(await status(box, '/bookings', from('192.0.2.1', { authorization: 'Bearer ezk_x' })), 429, 'a key that is none is nobody')
    assert.equal(await status(box, '/bookings', from('192.0.2.1', { authorization: `Bearer ${box.keys.viewer}` })), 200)
    assert.equal(await status(box, '/health', from('192.0.2.2')), 200)
  })

  test('one key too often, from wherever: refused, also for what is open; other keys and strangers are not', async () => {
    await using box = await openApiBox({ variables: few })
    const { key } = createKey(box.app.db, box.app.clock, { name: 'busy', role: 'viewer' })
    await exhaust(box, '/bookings', (n) => from(`192.0.2.${n}`, { authorization: `Bearer ${key}` }))
    assert.equal(await status(box, '/health', { key }), 429)
    assert.equal(await status(box, '/bookings', { key: box.keys.viewer }), 200)
    assert.equal(await status(box, '/health', from('192.0.2.1')), 200)
  })

  test('who has a link is held up by no crowd behind the same address; a link that is over counts as none', async () => {
    await using box = await openApiBox({ variables: few })
    const { db, clock } = box.app
    const { id: recordingId } = openTestRecording(box.app, { startsAtMs: clock.nowMs() })
    const [one, other, over] = ['', '', ''].map(() => createShareLink(db, clock, { recordingId, days: 1 }))
    assert.ok(one && other && over)
    revokeShareLink(db, clock, over.id)
    await exhaust(box, '/health', () => from('192.0.2.1'))
    assert.equal(await status(box, `/s/${over.token}/state`, from('192.0.2.1')), 429)
    await exhaust(box, `/s/${one.token}/state`, () => from('192.0.2.1'))
    assert.equal(await status(box, `/s/${other.token}/state`, from('192.0.2.1')), 200)
    assert.equal(await status(box, `/s/${one.token}/state`, from('192.0.2.2')), 200)
  })

  test('a person’s browser is told on a page, a program in the envelope, both with the time to wait', async () => {
    await using box = await openApiBox({ variables: few })
    const { db, clock } = box.app
    const { id: recordingId } = openTestRecording(box.app, { startsAtMs: clock.nowMs() })
    const { token } = createShareLink(db, clock, { recordingId, days: 1 })
    const asBrowser = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' }
    await exhaust(box, `/s/${token}`, () => from('192.0.2.1'))
    const page = await box.ask('GET', `/s/${token}`, from('192.0.2.1', asBrowser))
    assert.deepEqual([page.status, page.headers.get('content-type')], [429, 'text/html; charset=utf-8'])
    assert.match(page.headers.get('content-security-policy') ?? '', /require-trusted-types-for 'script'$/)
    const wait = page.headers.get('retry-after') ?? ''
    assert.match(wait, /^\d+$/)
    const text = await page.text()
    assert.ok(text.includes(`Try again in ${wait} s.`), text)
    assert.equal(text.includes(token), false)
    for (const [where, accept] of [
      [`/s/${token}`, '*/*'],
      [`/s/${token}/state`, asBrowser.accept],
      [`/s/${token}/film`, asBrowser.accept],
    ] as const) {
      const refused = await box.ask('GET', where, from('192.0.2.1', { accept }))
      assert.match(refused.headers.get('retry-after') ?? '', /^\d+$/)
      assert.equal((await faultOf(refused)).error, 'rate_limited', where)
    }
    await exhaust(box, '/health', () => from('192.0.2.9'))
    const front = await box.ask('GET', '/', from('192.0.2.9', asBrowser))
    assert.deepEqual([front.status, front.headers.get('content-type')], [429, 'text/html; charset=utf-8'], 'any page')
  })

  test('strangers from everywhere: refused together, told once in the log and counted; keys, links and this box go on', async () => {
    await using box = await openApiBox({ variables: { ...few, API_REQUESTS_PER_MINUTE: '1000', API_OPEN_REQUESTS_PER_MINUTE: '2' } })
    const { db, clock, settings } = box.app
    const { id: recordingId } = openTestRecording(box.app, { startsAtMs: clock.nowMs() })
    const { token } = createShareLink(db, clock, { recordingId, days: 1 })
    await exhaust(box, '/health', (n) => from(`198.51.100.${n}`))
    for (let n = 0; n < 10; n += 1) assert.equal(await status(box, '/health', from(`203.0.113.${n}`)), 429)
    assert.equal(await status(box, '/bookings', { key: box.keys.viewer }), 200)
    assert.equal(await status(box, `/s/${token}/state`, from('203.0.113.1')), 200)
    assert.equal(await status(box, '/health', {}), 200, 'a program of this box')
    const metrics = await (await box.ask('GET', '/metrics', { key: box.keys.viewer })).text()
    assert.match(metrics, /^ezrec_api_refused_total\{limit="strangers"\} 11$/m)
    assert.match(metrics, /ezrec_api_answer_seconds_count\{method="GET",route="\/health",status="429"\} 11/)
    const lines = readFileSync(path.join(settings.paths.logs, 'ezrec-api.log'), 'utf8').match(/.*"limit":"strangers".*/g) ?? []
    assert.equal(lines.length, 1)
    assert.match(lines[0] ?? '', /"level":"WARN".*"refused":1,.*"requests are refused: there are too many"/)
  })
})
