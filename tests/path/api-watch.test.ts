import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { z } from 'zod'
import { addEvent } from '../../src/adapters/log-tables.ts'
import { addAccount, removeAccount } from '../../src/api/people/account-store.ts'
import { createKey, revokeKey } from '../../src/api/people/key-store.ts'
import { silentLogger } from '../../src/base/logger.ts'
import type { AlertChanges } from '../../src/system/alerts/alert-policy.ts'
import { keepAlertChanges } from '../../src/system/alerts/alert-store.ts'
import { keepHealthEvents } from '../../src/system/keep-health-events.ts'
import { openMachineLook } from '../../src/system/machine-look.ts'
import { makeTestFilm, openApiBox, type ApiBox } from './api-box.ts'

const told = z.object({ id: z.int(), kind: z.string(), subject: z.string(), at: z.iso.datetime() })
type Told = z.infer<typeof told>

type Stream = AsyncDisposable & { next(): Promise<Told>; rest(): Promise<string>; readonly answer: Response; readonly firstId: number }

/** Listens as an EventSource does: blocks parted by empty lines, comments and ids alone passed over. */
async function listen(box: ApiBox, key: string, headers: Record<string, string> = {}, query = ''): Promise<Stream> {
  const answer = await box.ask('GET', `/events${query}`, { key, headers })
  assert.equal(answer.status, 200)
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
  assert.ok(reader)
  let text = ''
  const block = async (): Promise<string | undefined> => {
    while (!text.includes('\n\n')) {
      const { value, done } = await reader.read()
      if (done) return undefined
      text += value
    }
    const [first = ''] = text.split('\n\n', 1)
    text = text.slice(first.length + 2)
    return first
  }
  const first = (await block()) ?? ''
  return {
    answer,
    firstId: Number(/^id: (\d+)$/m.exec(first)?.[1]),
    next: async () => {
      for (;;) {
        const found = await block()
        assert.ok(found !== undefined, 'the stream ended')
        const data = /^data: (.*)$/m.exec(found)?.[1]
        if (data !== undefined) return told.parse(JSON.parse(data))
      }
    },
    rest: async () => {
      let all = text
      for (let part = await reader.read(); !part.done; part = await reader.read()) all += part.value
      return all
    },
    [Symbol.asyncDispose]: () => reader.cancel(),
  }
}

suite('who watches a box', () => {
  let box: ApiBox
  before(async () => void (box = await openApiBox()))
  after(() => box[Symbol.asyncDispose]())
  const book = async (hour: number): Promise<string> => {
    const startsAtMs = Date.UTC(2031, 4, 2, hour)
    return (await box.app.bookings.create({ startsAtMs, endsAtMs: startsAtMs + 3_600_000, userId: 'local' })).booking.id
  }
  const happen = (kind: string): void => addEvent(box.app.db, { atMs: box.app.clock.nowMs(), kind, subjectId: 'x\n\ndata: y', facts: {} })

  test('hears what happens, and after a break goes on exactly behind what was heard last', async () => {
    await using stream = await listen(box, box.keys.viewer)
    assert.equal(stream.answer.headers.get('cache-control'), 'no-store, no-transform')
    const ids = [await book(1), await book(2)]
    const heard = [await stream.next(), await stream.next()]
    assert.deepEqual(
      heard.map(({ kind, subject }) => [kind, subject]),
      ids.map((id) => ['booking.changed', id]),
    )
    const missed = await book(3)
    await using again = await listen(box, box.keys.viewer, { 'last-event-id': String(heard[0]?.id) })
    assert.deepEqual([(await again.next()).subject, (await again.next()).subject], [ids[1], missed])
    await using later = await listen(box, box.keys.viewer, {}, `?after=${heard[1]?.id}`)
    assert.equal((await later.next()).subject, missed)
  })

  test('hears the steps of a recording, its film, and a change of health', async () => {
    await using stream = await listen(box, box.keys.viewer)
    const { recording, video } = await makeTestFilm(box.app)
    const heard = new Set<string>()
    for (let kind = ''; kind !== 'video.published';) {
      const event = await stream.next()
      kind = event.kind
      heard.add(`${kind} ${event.subject === recording.id ? 'recording' : event.subject === video.id ? 'video' : 'other'}`)
    }
    for (const each of ['recording.opened recording', 'step.done recording', 'chunk.made recording', 'video.published video'])
      assert.ok(heard.has(each), `${each} of ${[...heard].join(', ')}`)
    const { db, clock, room, settings } = box.app
    const end = new AbortController()
    const owner = { userId: 'u', rigId: 'r' }
    const facts = { db, clock, room, lookAtMachine: openMachineLook(settings.paths, clock), logger: silentLogger(), owner }
    const kept = keepHealthEvents({ ...facts, lookMs: 20 }, end.signal)
    for (let kind = ''; kind !== 'health.changed'; kind = (await stream.next()).kind);
    end.abort()
    await kept
    const count = (): unknown => db.get(`select count(*) as n from event where kind = 'health.changed'`)?.['n']
    assert.equal(count(), 1, 'told once')
    const again = new AbortController()
    const known = keepHealthEvents({ ...facts, clock: { ...clock, sleep: async () => again.abort() } }, again.signal)
    await known
    assert.equal(count(), 1, 'and not again by the next service')
  })

  test('is shown what is wrong since when, and what was', async () => {
    const { db, clock } = box.app
    const trouble = { check: 'disk', subject: 'box', status: 'unhealthy', message: '0.1 GB free', mend: 'free space' } as const
    const none = { raised: [], changed: [], cleared: [], watched: new Map() } satisfies AlertChanges
    const keep = (changes: Partial<AlertChanges>): void =>
      keepAlertChanges(db, { ...none, ...changes }, { userId: 'u', rigId: 'r' }, clock.nowMs())
    keep({ raised: [{ ...trouble, forMs: 20_000 }] })
    const alerts = z.object({ data: z.array(z.looseObject({ id: z.int(), about: z.string(), clearedAt: z.string().nullable() })) })
    const shown = async (query: string): Promise<(string | null)[]> =>
      alerts.parse(await (await box.ask('GET', `/alerts${query}`, { key: box.keys.viewer })).json()).data.map(({ clearedAt }) => clearedAt)
    assert.deepEqual(await shown('?open=true'), [null])
    keep({ cleared: [{ ...trouble, id: 1 }] })
    assert.deepEqual(await shown('?open=true'), [])
    assert.match(String(await shown('')), /^\d{4}-/)
    assert.equal((await box.ask('GET', '/alerts')).status, 401)
  })

  test('hears of the troubles of the box itself only as an operator; nothing that is told can forge an event', async () => {
    await using viewer = await listen(box, box.keys.viewer)
    await using operator = await listen(box, box.keys.operator)
    happen('upload.waiting')
    happen('booking.changed')
    assert.equal((await viewer.next()).kind, 'booking.changed')
    assert.deepEqual(await operator.next().then(({ kind, subject }) => [kind, subject]), ['upload.waiting', 'x\n\ndata: y'])
    assert.equal((await operator.next()).kind, 'booking.changed')
  })

  test('is one of so many; a place is free again when somebody leaves', async () => {
    const streams: Stream[] = []
    for (let n = 0; n < 8; n += 1) streams.push(await listen(box, box.keys.admin))
    const ninth = await box.ask('GET', '/events', { key: box.keys.admin })
    assert.equal(ninth.status, 429)
    assert.equal(ninth.headers.get('retry-after'), '30')
    await using other = await listen(box, box.keys.viewer)
    assert.ok(other.firstId > 0)
    for (const stream of streams) await stream[Symbol.asyncDispose]()
    for (let tries = 0; ; tries += 1) {
      const answer = await box.ask('GET', '/events', { key: box.keys.admin })
      await answer.body?.cancel()
      if (answer.status === 200) break
      assert.ok(tries < 200, 'the places were not freed')
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  })

  test('hears no more once the key is revoked', async () => {
    const { db, clock } = box.app
    const { id, key } = createKey(db, clock, { name: 'short-lived', role: 'operator' })
    await using stream = await listen(box, key)
    revokeKey(db, clock, id)
    happen('booking.changed')
    assert.equal((await stream.rest()).includes('booking.changed'), false)
  })

  test('a number that no event has yet is taken for the newest, and rubbish for none', async () => {
    for (const id of ['9007199254740991', '-1', 'x', '1e99']) {
      await using stream = await listen(box, box.keys.viewer, { 'last-event-id': id })
      assert.equal(stream.firstId, box.app.db.get('select max(id) as id from event')?.['id'], id)
    }
    assert.equal((await box.ask('GET', '/events?after=-1', { key: box.keys.viewer })).status, 422)
  })

  test('scrapes figures that agree with the rows, and name nobody', async () => {
    await box.ask('GET', '/bookings/nothing-here', { key: box.keys.viewer })
    const { video, recording } = await makeTestFilm(box.app, { title: 'Secret Final', lost: true })
    const answer = await box.ask('GET', '/metrics', { key: box.keys.viewer })
    assert.match(answer.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/)
    const text = await answer.text()
    const value = (name: string): number => Number(new RegExp(`^${name.replaceAll(/[{}"|.]/g, '\\$&')} (\\S+)$`, 'm').exec(text)?.[1])
    assert.equal(value('ezrec_films_published_total{status="partial"}'), 1)
    assert.equal(value('ezrec_gap_seconds_total{camera="left",cause="camera-ended"}'), 1)
    assert.equal(value('ezrec_film_coverage_ratio{camera="left"}'), 0.75)
    assert.equal(value('ezrec_film_coverage_ratio{camera="right"}'), 1)
    assert.equal(value('ezrec_bookings_ahead'), 3)
    assert.equal(value('ezrec_backlog_films'), 0)
    assert.equal(value('ezrec_merge_lag_seconds'), 0)
    assert.equal(value('ezrec_health{check="database"}'), 0)
    assert.equal(value('ezrec_health{check="recorder"}'), 1, 'never seen')
    assert.ok(value('ezrec_disk_free_bytes{place="EZREC_HOME"}') > 0)
    assert.equal(value('ezrec_api_answer_seconds_count{method="GET",route="/bookings/{id}",status="404"}'), 1)
    assert.ok(value('ezrec_process_resident_bytes') > 1e7)
    for (const secret of ['Secret', video.id, recording.id, box.home, ...Object.values(box.keys)])
      assert.equal(text.includes(secret), false)
  })

  test('hears of links and PINs as an operator, of keys and accounts as an admin; never what they open', async () => {
    const { db, clock } = box.app
    const { recording } = await makeTestFilm(box.app, { seconds: 2 })
    const booking = await book(9)
    await using viewer = await listen(box, box.keys.viewer)
    await using operator = await listen(box, box.keys.operator)
    await using admin = await listen(box, box.keys.admin)
    const secrets: string[] = []
    const ids = z.looseObject({
      id: z.string().optional(),
      url: z.string().optional(),
      pin: z.string().optional(),
      key: z.string().optional(),
    })
    const done = async (method: string, where: string, body?: unknown): Promise<string> => {
      const answer = await box.ask(method, where, { key: box.keys.admin, body })
      assert.ok(answer.ok, `${method} ${where}: ${answer.status}`)
      const { id = '', url = '', pin = '', key = '' } = z.object({ data: ids }).parse(await answer.json()).data
      secrets.push(url.split('/s/')[1] ?? '', pin, key)
      return id
    }
    const link = await done('POST', `/videos/${recording.id}/share`, { days: 1, password: 'opens sesame' })
    await done('DELETE', `/shares/${link}`)
    await done('DELETE', `/shares/${link}`)
    await done('POST', `/bookings/${booking}/pin`)
    const key = await done('POST', '/keys', { name: 'a name of somebody', userId: 'anna' })
    await done('DELETE', `/keys/${key}`)
    const ben = addAccount(db, { name: 'ben', role: 'viewer', passwordHash: '' }, clock.nowMs())
    removeAccount(db, 'ben', clock.nowMs())
    const last = await book(10)
    const heard = async (stream: Stream): Promise<[string, string][]> => {
      const all: [string, string][] = []
      for (let event = await stream.next(); event.subject !== last; event = await stream.next()) all.push([event.kind, event.subject])
      return all
    }
    const forOperators = [
      ['share.made', link],
      ['share.revoked', link],
      ['pin.made', booking],
    ]
    const forAdmins = [
      ['key.made', key],
      ['key.revoked', key],
      ['account.made', ben.id],
      ['account.removed', ben.id],
    ]
    assert.deepEqual(await heard(viewer), [])
    assert.deepEqual(await heard(operator), forOperators)
    assert.deepEqual(await heard(admin), [...forOperators, ...forAdmins])
    const kept = db.all('select facts from event').map((row) => String(row['facts']))
    for (const secret of [...secrets.filter(Boolean), 'sesame', 'a name of somebody', 'anna', 'ben'])
      assert.equal(
        kept.some((facts) => facts.includes(secret)),
        false,
        secret,
      )
  })
})
