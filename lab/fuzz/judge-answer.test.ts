import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { route } from '../../src/api/routing/route.ts'
import { faultsOf, isForecast, type Expected, type Received } from './judge-answer.ts'

const shelf = route(
  {
    method: 'get',
    path: '/shelf',
    needs: 'viewer',
    tag: 'films',
    summary: '',
    success: { data: z.object({ n: z.int() }) },
    problems: ['not_found'],
  },
  () => ({ data: { n: 1 }, message: '' }),
)
const secrets = { texts: ['canary-1'], paths: ['/srv/box'] }
const timestamp = '2026-05-02T12:00:00.000Z'
const good = JSON.stringify({ success: true, data: { n: 1 }, message: '', timestamp })
const refusal = (message: string, details = {}): string => JSON.stringify({ success: false, error: 'x', message, details, timestamp })
const headers = { 'content-type': 'application/json; charset=utf-8', 'x-content-type-options': 'nosniff' }
const judge = (received: Partial<Received>, expected: Partial<Expected> = {}): string =>
  faultsOf({ status: 200, headers, text: good, ...received }, { route: shelf, isHead: false, sent: '', ...expected }, secrets).join('; ')

test('an answer as the route declares it has no fault', () => {
  assert.equal(judge({}), '')
  assert.equal(judge({ status: 404, text: refusal('nothing') }), '')
  assert.equal(judge({ text: '' }, { isHead: true }), '')
})

test('each rule that is broken is named', () => {
  assert.match(judge({ status: 500, text: refusal('x') }), /a fault of the box.*not among what the route declares/)
  assert.match(judge({ status: 409, text: refusal('x') }), /409 is not among/)
  assert.match(judge({ text: good.replace('"n":1', '"n":"1"') }), /not what its schema says/)
  assert.match(judge({ status: 404, text: 'Not Found' }), /outside the envelope/)
  assert.match(judge({ headers: { ...headers, 'x-evil': '1' } }), /a header came in/)
  assert.match(judge({ headers: { 'content-type': 'application/json' } }), /headers of every answer/)
  assert.match(judge({ status: 404, text: refusal('Error\n    at serve (/x/y.ts:3:4)') }), /a stack/)
  assert.match(judge({ status: 404, text: refusal('/srv/box/ezrec.sqlite') }), /a path/)
  assert.match(judge({ status: 404, text: refusal('canary-1') }), /a secret/)
  assert.equal(judge({ status: 404, text: refusal('canary-1') }, { sent: 'GET /s/canary-1' }), '', 'it was sent')
  assert.match(judge({}, { isHead: true }), /it has a body/)
})

test('a person is told on a page to wait, where a page was asked for; nothing else is', () => {
  const page = { ...shelf, success: { media: 'text/html' } }
  const told = { status: 429, headers: { ...headers, 'content-type': 'text/html' }, text: '<h1>Please wait</h1>' }
  assert.equal(judge(told, { route: page }), '')
  assert.match(judge(told), /outside the envelope/)
  assert.match(judge({ ...told, status: 403 }, { route: page }), /outside the envelope/)
})

test('who may not is refused, by its own status', () => {
  assert.match(judge({}, { mustRefuse: 'stranger' }), /must be 401/)
  assert.equal(judge({ status: 401, text: refusal('x') }, { mustRefuse: 'stranger' }), '')
  assert.match(judge({ status: 401, text: refusal('x') }, { mustRefuse: 'lesser-role' }), /must be 403/)
})

test('want of room by the forecast is no fault of the box, where the route declares it; HEAD has no words for it', () => {
  const full = { status: 507, headers, text: refusal('no room', { reservedBytes: 1 }) }
  const other = { ...full, text: refusal('the disk of this box is full') }
  const asked = (isHead: boolean) => ({ route: { ...shelf, problems: ['disk_full' as const] }, isHead })
  assert.equal(isForecast(full, asked(false)), true)
  assert.equal(isForecast(full, { route: shelf, isHead: false }), false)
  assert.equal(isForecast(other, asked(false)), false)
  assert.equal(isForecast({ ...full, text: '' }, asked(true)), true)
  assert.equal(isForecast({ ...full, text: '' }, { route: shelf, isHead: true }), false)
})
