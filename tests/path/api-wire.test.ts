import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { z } from 'zod'
import { get, latin, post } from '../../lab/fuzz/attack-form.ts'
import { talk, type Heard, type Step } from '../../lab/fuzz/raw-socket.ts'
import { failureSchema } from '../../src/api/answer/envelope.ts'
import { makeRouter } from '../../src/api/router.ts'
import { openDoor } from '../../src/api/routing/door.ts'
import { route } from '../../src/api/routing/route.ts'
import { EzrecError } from '../../src/base/errors.ts'
import { readLogs, type LogEntry } from '../../src/system/service-logs.ts'
import { openApiBox, type ApiBox } from './api-box.ts'

suite('what comes over a connection', () => {
  let box: ApiBox
  before(async () => void (box = await openApiBox()))
  after(() => box[Symbol.asyncDispose]())
  const say = (steps: readonly Step[], least = 1): Promise<Heard> => talk(Number(new URL(box.base).port), { steps, least })
  const logged = (): Promise<LogEntry[]> =>
    readLogs(box.app.settings.paths.logs, { units: ['ezrec-api'], level: 'DEBUG', sinceMs: 0 }, 1_000)
  const statuses = ({ answers }: Heard): number[] => answers.map(({ status }) => status)

  test('and reaches no route is refused in the envelope, with the headers of every answer', async () => {
    const alive = get('/test-alive')
    for (const [text, status] of [
      ['nothing of HTTP\r\n\r\n', 400],
      [alive.replace('Host: 127.0.0.1\r\n', ''), 400],
      [alive.replace('127.0.0.1', 'a b'), 400],
      [get('http://name:password@127.0.0.1/test-alive'), 400],
      [get('/test-alive', `X: ${'x'.repeat(17_000)}`), 431],
      [get('/test-alive', 'Expect: a cake'), 417],
      [post('/court/stop', '0\r\n\r\n', 'Content-Length: 5', 'Transfer-Encoding: chunked'), 400],
    ] as const) {
      const heard = await say([latin(text)])
      assert.deepEqual(statuses(heard), [status], text.slice(0, 80))
      const [{ text: body, headers } = assert.fail()] = heard.answers
      const { message } = failureSchema.parse(JSON.parse(body))
      assert.notEqual(message, '')
      assert.equal(headers['x-content-type-options'], 'nosniff')
      assert.match(String(headers['content-security-policy']), /^default-src 'none'/)
    }
  })

  test('behind a good request is refused after that one was answered', async () => {
    assert.deepEqual(statuses(await say([latin(`${get('/test-alive')}no HTTP\r\n\r\n`)], 2)), [200, 400])
  })

  test('too deep for whoever walks through it is refused, also where a request is to be done once', async () => {
    const body = `${'['.repeat(30_000)}${']'.repeat(30_000)}`
    const answer = await box.ask('POST', '/bookings', { key: box.keys.operator, body, headers: { 'idempotency-key': 'deep' } })
    assert.equal(answer.status, 400)
  })

  test('is no fault of the box: neither a body that ends early nor a match that the disk has no room for', async () => {
    await say([latin(post('/bookings', '{"start', `Authorization: Bearer ${box.keys.operator}`, 'Content-Length: 100')), 50], 0)
    const noRoom = new EzrecError('disk_full', 'no room', {
      hint: 'free some',
      facts: { neededBytes: 2, availableBytes: 1, reservedBytes: 1 },
    })
    const full = route(
      { method: 'get', path: '/full', needs: 'open', tag: 'bookings', summary: '', success: { data: z.null() }, problems: ['disk_full'] },
      () => Promise.reject(noRoom),
    )
    const door = openDoor(box.app, { host: '127.0.0.1', publicUrl: 'http://127.0.0.1:1', ending: new AbortController().signal })
    const asked = new Request('http://127.0.0.1/full', { headers: { host: '127.0.0.1' } })
    const answer = await makeRouter([full], door).request(asked, undefined, { incoming: { socket: { remoteAddress: '127.0.0.1' } } })
    assert.equal(answer.status, 507)
    for (const code of ['bad_request', 'disk_full'])
      while (!(await logged()).some(({ facts, level }) => facts['code'] === code && level === 'DEBUG')) await setTimeout(20)
    assert.deepEqual(
      (await logged()).filter(({ level }) => level === 'ERROR'),
      [],
    )
  })
})
