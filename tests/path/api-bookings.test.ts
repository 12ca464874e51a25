import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { z } from 'zod'
import { createKey } from '../../src/api/people/key-store.ts'
import { newId } from '../../src/base/ids.ts'
import { importBookings } from '../../src/booking/import-bookings.ts'
import { bookingSchema } from '../../src/api/routes/booking-form.ts'
import { dataOf, faultOf, openApiBox, type ApiBox } from './api-box.ts'

const day = (n: number, time: string): string => `2031-03-${String(n).padStart(2, '0')}T${time}:00.000Z`
const order = (n: number, from: string, to: string, more: object = {}): object => ({
  start_time: day(n, from),
  end_time: day(n, to),
  ...more,
})
const listed = z.array(bookingSchema)

suite('bookings over HTTP', () => {
  let box: ApiBox
  before(async () => {
    box = await openApiBox()
  })
  after(() => box[Symbol.asyncDispose]())

  const ask = (method: string, where: string, body?: unknown): Promise<Response> => box.ask(method, where, { key: box.keys.operator, body })
  const book = async (body: object): Promise<z.infer<typeof bookingSchema>> => dataOf(await ask('POST', '/bookings', body), bookingSchema)
  const countRows = (): unknown => box.app.db.get('select count(*) as n from booking')?.['n']
  const generation = (): unknown => box.app.db.get('select generation as n from plan_generation')?.['n']

  test('a list is booked whole; sent again it is the same bookings', async () => {
    const list = [order(1, '10:00', '11:00', { id: 'a' }), order(1, '11:00', '12:00', { id: 'b' })]
    const first = await ask('POST', '/bookings', list)
    assert.equal(first.status, 201)
    const made = await dataOf(first, listed)
    assert.deepEqual(
      made.map(({ callerId, start_time }) => [callerId, start_time]),
      [
        ['a', day(1, '10:00')],
        ['b', day(1, '11:00')],
      ],
    )
    const again = await ask('POST', '/bookings', list)
    assert.equal(again.status, 200)
    assert.deepEqual(
      (await dataOf(again, listed)).map(({ id }) => id),
      made.map(({ id }) => id),
    )
  })

  test('another camera’s name is taken for the only rig, and said so, however the booking comes', async () => {
    const said = z.object({ message: z.string() })
    const messageOf = async (answer: Response): Promise<string> => said.parse(await answer.json()).message
    const remark = 'camera_id was taken for rig-1, the only rig of this box'
    const [one, ...more] = ['10:00', '11:00', '12:00'].map((from) =>
      order(16, from, from.replace(':00', ':30'), { id: from, camera_id: 'camera_1' }),
    )
    assert.equal(await messageOf(await ask('POST', '/bookings', one)), `booking created; ${remark}`)
    assert.equal(await messageOf(await ask('PUT', '/bookings/10:00', one)), `booking replaced; ${remark}`)
    assert.equal(await messageOf(await ask('POST', '/bookings', more)), `2 bookings created; ${remark}`)
  })

  test('a list with one that cannot be made is refused whole, and each fault is told by its place', async () => {
    await book(order(2, '10:00', '11:00'))
    const before = [countRows(), generation()]
    const answer = await ask('POST', '/bookings', [
      order(2, '12:00', '13:00'),
      order(2, '10:30', '11:30'),
      order(2, '12:30', '14:00'),
      order(2, '16:00', '15:00'),
      { start_time: 'soon', end_time: 'late' },
    ])
    assert.equal(answer.status, 409)
    const { details, message } = await faultOf(answer)
    assert.match(message, /4 of 5 bookings cannot be made, so none was; number 2/)
    const faults = z.array(z.object({ index: z.int(), error: z.string(), message: z.string(), hint: z.string() })).parse(details['faults'])
    assert.deepEqual(
      faults.map(({ index, error }) => [index, error]),
      [
        [1, 'conflict'],
        [2, 'conflict'],
        [3, 'invalid'],
        [4, 'invalid'],
      ],
    )
    assert.match(faults[1]?.message ?? '', /overlaps number 1 of the same list/)
    assert.deepEqual([countRows(), generation()], before)
    const unread = await ask('POST', '/bookings', [order(2, '12:00', '13:00'), { start_time: 'soon', end_time: 'late' }])
    assert.equal(unread.status, 422)
    assert.match(JSON.stringify((await faultOf(unread)).details['faults']), /"index":1/)
    assert.deepEqual([countRows(), generation()], before)
  })

  test('a time that is taken is answered with the nearest free one of the same length', async () => {
    await book(order(3, '10:00', '12:00'))
    const { details } = await faultOf(await ask('POST', '/bookings', order(3, '11:30', '12:30')))
    assert.deepEqual([details['nearestFreeStartsAt'], details['nearestFreeEndsAt']], [day(3, '12:00'), day(3, '13:00')])
    const moved = await book(order(3, '14:00', '15:00'))
    const fault = await faultOf(await ask('PATCH', `/bookings/${moved.id}`, { start_time: day(3, '09:50'), end_time: day(3, '10:50') }))
    assert.equal(fault.details['nearestFreeStartsAt'], day(3, '09:00'), 'its own old time does not stand in the way')
  })

  test('PATCH leaves alone what it does not name; PUT makes the booking what is written; whose it is never changes', async () => {
    const { id } = await book(order(4, '10:00', '11:00', { id: 'mine', title: 'Final' }))
    const patched = await dataOf(await ask('PATCH', `/bookings/${id}`, { end_time: day(4, '11:30') }), bookingSchema)
    assert.deepEqual([patched.title, patched.start_time, patched.end_time], ['Final', day(4, '10:00'), day(4, '11:30')])
    const replaced = await dataOf(await ask('PUT', `/bookings/mine`, order(4, '12:00', '13:00', { id: 'mine' })), bookingSchema)
    assert.deepEqual([replaced.id, replaced.title, replaced.start_time], [id, null, day(4, '12:00')])
    for (const more of [{ id: 'other' }, { user_id: 'somebody' }])
      assert.equal((await ask('PUT', `/bookings/${id}`, order(4, '14:00', '15:00', more))).status, 422, JSON.stringify(more))
    assert.equal((await dataOf(await ask('GET', `/bookings/${id}`), bookingSchema)).start_time, day(4, '12:00'))
  })

  test("the caller's own id finds a booking whosever it is; one that two users have is told, and ?user= says which", async () => {
    const keyOf = (userId: string): string => createKey(box.app.db, box.app.clock, { name: userId, role: 'operator', userId }).key
    const mine = await book(order(10, '10:00', '11:00', { id: 'b1', user_id: 'berta' }))
    const at = { end_time: day(10, '11:10') }
    for (const [method, where, body] of [
      ['GET', '', undefined],
      ['PUT', '', order(10, '10:00', '11:00')],
      ['PATCH', '', { title: 'Final' }],
      ['POST', '/extend', at],
      ['POST', '/pin', undefined],
      ['POST', '/share', undefined],
    ] as const) {
      const answer = await ask(method, `/bookings/b1${where}`, body)
      assert.equal(answer.ok, true, `${method} ${where} ${await answer.text()}`)
    }
    assert.equal((await ask('POST', '/bookings/b1/stop')).status, 409, 'found, and not begun')
    assert.equal((await ask('GET', '/shares?booking=b1')).status, 200)
    const theirs = await book(order(10, '12:00', '13:00', { id: 'b1', user_id: 'ben' }))
    const several = await ask('GET', '/bookings/b1')
    assert.equal(several.status, 409)
    assert.equal((await faultOf(several)).details['bookings'], `${mine.id} ${theirs.id}`)
    const show = async (where: string, key: string): Promise<string | number> => {
      const answer = await box.ask('GET', where, { key })
      return answer.ok ? (await dataOf(answer, bookingSchema)).id : answer.status
    }
    assert.equal(await show('/bookings/b1?user=ben', box.keys.viewer), theirs.id)
    const ben = keyOf('ben')
    assert.deepEqual(
      [await show('/bookings/b1', ben), await show('/bookings/b1', keyOf('nobody')), await show('/bookings/b1?user=berta', ben)],
      [theirs.id, 404, 404],
    )
    const told = [await ask('GET', `/bookings/none`), await box.ask('GET', `/bookings/${mine.id}`, { key: ben })]
    const [none, anothers] = await Promise.all(told.map((answer) => faultOf(answer)))
    assert.deepEqual({ ...anothers, details: 0, timestamp: 0 }, { ...none, details: 0, timestamp: 0 }, 'as for what there is not')
    assert.deepEqual(
      [(await ask('DELETE', '/bookings/b1?user=berta')).status, (await ask('DELETE', '/bookings/b1?user=ben')).status],
      [200, 200],
    )
  })

  test('a booking that was cancelled is not told as one that was made: its id names no other one, alone or in a list', async () => {
    const body = order(13, '10:00', '11:00', { id: 'off' })
    const { id } = await book(body)
    await ask('DELETE', '/bookings/off')
    const again = await ask('POST', '/bookings', body)
    assert.equal(again.status, 409)
    const { message, details } = await faultOf(again)
    assert.deepEqual([message, details['hint']], [`the id "off" names booking ${id}, which was cancelled`, 'use a new id'])
    assert.equal((await ask('POST', '/bookings', [body])).status, 409)
    const { settings } = box.app
    const line = { id: 'off', start_time: day(13, '10:00'), end_time: day(13, '11:00') }
    const { bookings, reports } = await importBookings([line], { ...box.app, ...settings.booking, rigId: settings.camera.rigId })
    assert.deepEqual(
      [bookings, reports.map(({ is, message: words }) => `${is} ${words}`)],
      [[], ['taken its booking was cancelled elsewhere: it is not booked again under this id']],
    )
    assert.equal((await ask('POST', '/bookings', { ...body, id: 'on' })).status, 201)
  })

  test('what is misspelt or contradicts itself is refused, what nobody knows is named, and an answer can be sent back', async () => {
    const times = order(14, '10:00', '11:00')
    const before = countRows()
    for (const [body, words] of [
      [{ ...times, recrod: false }, /^body\.recrod: is no field of a booking: did you mean record\?$/],
      [[times, { ...times, titel: 'x' }], /^body\.1\.titel: .* title\?$/],
      [{ ...times, startsAt: day(14, '10:30') }, /^startsAt and start_time are two names of one field/],
      [{ ...times, endsAt: day(14, '10:30') }, /^endsAt and end_time/],
      [{ ...times, userId: 'a', user_id: 'b' }, /^userId and user_id/],
      [{ ...times, callerId: 'a', id: 'b' }, /^callerId and id/],
    ] as const) {
      const refused = await ask('POST', '/bookings', body)
      assert.equal(refused.status, 422, JSON.stringify(body))
      assert.match((await faultOf(refused)).message, words)
    }
    assert.equal(countRows(), before)
    const said = z.object({ message: z.string(), data: bookingSchema })
    const made = said.parse(
      await (
        await ask('POST', '/bookings', {
          ...times,
          startsAt: '2031-03-14T11:00+01:00',
          id: 'o',
          notes: 'x',
          status: null,
          recording_id: null,
          date: '',
        })
      ).json(),
    )
    assert.equal(made.message, 'booking created; passed over, as no field of a booking: "notes"')
    assert.equal((await ask('POST', '/bookings', [{ ...order(14, '11:00', '12:00'), sport: 'padel' }])).status, 201)
    const back = said.parse(await (await ask('PUT', `/bookings/${made.data.id}`, made.data)).json())
    assert.deepEqual([back.message, back.data], ['booking replaced', made.data])
    assert.equal((await ask('PUT', `/bookings/${made.data.id}`, { ...made.data, id: 'other' })).status, 422)
    assert.equal((await ask('PATCH', `/bookings/${made.data.id}`, { recrod: false, title: 'x' })).status, 422)
    const deep = await ask(
      'POST',
      '/bookings',
      '{"start_time":"2031-03-14T13:00Z","end_time":"2031-03-14T14:00Z","__proto__":{"record":false}}',
    )
    assert.deepEqual([deep.status, (await dataOf(deep, bookingSchema)).record], [201, true])
  })

  test('a filter that is misspelt is refused with those that there are; pages and old callers may add what they like', async () => {
    const refused = await ask('GET', '/bookings?stauts=cancelled')
    assert.equal(refused.status, 422)
    const { message, details } = await faultOf(refused)
    assert.deepEqual(
      [message, details['hint']],
      ['query.stauts: is not asked for here', 'there is status, from, to, user, sort, limit, after'],
    )
    for (const where of ['/videos?stauts=partial', '/status?x=1']) assert.equal((await ask('GET', where)).status, 422, where)
    for (const where of ['/api/bookings?_=1', '/test-alive?_=1', '/?utm_source=x', '/court?fbclid=x', '/health?x=1', '/docs?x'])
      assert.equal((await ask('GET', where)).status, 200, where)
  })

  test('the description asks for what the rules ask for', async () => {
    const schema = z.object({
      paths: z.object({
        '/bookings/{id}': z.object({
          put: z.object({
            requestBody: z.object({ content: z.record(z.string(), z.object({ schema: z.object({ allOf: z.unknown() }) })) }),
          }),
        }),
      }),
    })
    const { put } = schema.parse(await (await fetch(`${box.base}/openapi.json`)).json()).paths['/bookings/{id}']
    assert.deepEqual(put.requestBody.content['application/json']?.schema.allOf, [
      { anyOf: [{ required: ['start_time'] }, { required: ['startsAt'] }] },
      { anyOf: [{ required: ['end_time'] }, { required: ['endsAt'] }] },
    ])
  })

  test('nobody takes the id of a booking from it: ours goes first, and an id of its form is refused to callers', async () => {
    const zoes = await book(order(12, '10:00', '11:00', { user_id: 'zoe' }))
    const { db, clock, bookings } = box.app
    const { key } = createKey(db, clock, { name: 'mallory', role: 'operator', userId: 'mallory' })
    const as = (id: string): object => order(12, '12:00', '13:00', { id })
    const post = async (body: unknown): Promise<Response> => box.ask('POST', '/bookings', { key, body })
    for (const answer of [await post(as(zoes.id)), await ask('POST', '/bookings', { ...as(''), id: null, callerId: newId() })]) {
      assert.equal(answer.status, 422)
      assert.match((await faultOf(answer)).message, /26 letters and digits/)
    }
    assert.match(JSON.stringify((await faultOf(await post([as('x'), as(zoes.id)]))).details['faults']), /"index":1,"error":"invalid"/)
    assert.equal((await ask('PUT', `/bookings/${zoes.id}`, as(newId()))).status, 422)
    assert.equal((await ask('PUT', `/bookings/${zoes.id}`, order(12, '10:00', '11:00', { id: zoes.id }))).status, 200, 'its own')
    // One from before that rule.
    const old = await bookings.create({
      startsAtMs: Date.parse(day(12, '12:00')),
      endsAtMs: Date.parse(day(12, '13:00')),
      userId: 'mallory',
      callerId: 'old',
    })
    db.run('update booking set caller_id = ? where id = ?', zoes.id, old.booking.id)
    assert.equal((await dataOf(await ask('DELETE', `/bookings/${zoes.id}`), bookingSchema)).id, zoes.id, 'to an operator')
    assert.equal((await dataOf(await box.ask('GET', `/bookings/${zoes.id}`, { key }), bookingSchema)).id, old.booking.id, 'to whose it is')
    assert.equal((await post(as(zoes.id))).status, 200, 'sent again')
    db.run('update booking set caller_id = ? where id = ?', '01M81W3VCWZQNRT1AX3SDKNW18', old.booking.id)
    assert.equal((await dataOf(await ask('DELETE', '/bookings/01M81W3VCWZQNRT1AX3SDKNW18'), bookingSchema)).id, old.booking.id)
  })

  test('the line of the original is found by its id', async () => {
    const line = { id: 'test-001', user_id: 'your-user-id', start_time: day(11, '10:00'), end_time: day(11, '11:00') }
    const { settings } = box.app
    await importBookings([line], { ...box.app, ...settings.booking, rigId: settings.camera.rigId })
    const start = async (): Promise<string> => (await dataOf(await ask('GET', '/bookings/test-001'), bookingSchema)).start_time
    assert.equal(await start(), day(11, '10:00'))
    await ask('DELETE', '/bookings/test-001')
    const next = { ...line, start_time: day(11, '12:00'), end_time: day(11, '13:00') }
    await importBookings([next], { ...box.app, ...settings.booking, rigId: settings.camera.rigId })
    assert.equal(await start(), day(11, '12:00'), 'the same line for the next match')
  })

  test('the list is filtered, sorted, and walked page by page without a loss or a repeat', async () => {
    const days = [7, 5, 9, 6, 8]
    for (const n of days) await book(order(n, '10:00', '11:00', { user_id: 'walker', id: `w${n}` }))
    const cancelled = await dataOf(await ask('GET', '/bookings?user=walker&limit=1&sort=-starts'), listed)
    await ask('DELETE', `/bookings/${cancelled[0]?.id}`)
    const walk = async (query: string): Promise<(string | null)[]> => {
      const seen: (string | null)[] = []
      for (let where: string | undefined = `/bookings?user=walker&limit=2&${query}`; where !== undefined;) {
        const answer: Response = await ask('GET', where)
        where = /^<([^>]+)>; rel="next"$/.exec(answer.headers.get('link') ?? '')?.[1]
        const page = await dataOf(answer, listed)
        assert.ok(page.length <= 2)
        seen.push(...page.map(({ callerId }) => callerId))
        assert.ok(seen.length <= days.length)
      }
      return seen
    }
    assert.deepEqual(await walk(''), ['w5', 'w6', 'w7', 'w8', 'w9'])
    assert.deepEqual(await walk('sort=-starts'), ['w9', 'w8', 'w7', 'w6', 'w5'])
    assert.deepEqual(await walk('sort=created'), ['w7', 'w5', 'w9', 'w6', 'w8'])
    assert.deepEqual(await walk('sort=-created&status=scheduled'), ['w8', 'w6', 'w5', 'w7'])
    assert.deepEqual(await walk('status=cancelled'), ['w9'])
    assert.deepEqual(await walk('status=cancelled,scheduled'), ['w5', 'w6', 'w7', 'w8', 'w9'])
    assert.deepEqual(await walk(`status=scheduled&from=${day(6, '10:30')}&to=${day(8, '10:00')}`), ['w6', 'w7'])
    assert.deepEqual(await walk('status=missed'), [])
  })

  test('a running booking that is deleted says what that does; again it does nothing', async () => {
    const nowMs = Date.now()
    const { id } = await book({ start_time: new Date(nowMs - 1_000).toISOString(), end_time: new Date(nowMs + 3_600_000).toISOString() })
    const deleted = z.object({ success: z.literal(true), message: z.string(), data: z.object({ effect: z.string(), status: z.string() }) })
    const first = deleted.parse(await (await ask('DELETE', `/bookings/${id}`)).json())
    assert.deepEqual([first.data.effect, first.data.status], ['aborted', 'cancelled'])
    assert.match(first.message, /stays on the box until it is swept/)
    assert.equal(deleted.parse(await (await ask('DELETE', `/bookings/${id}`)).json()).data.effect, 'none')
  })
})
