import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judgeSettings } from '../../../config/settings.ts'
import { EzrecError } from '../../base/errors.ts'
import { bookingOrder, moveOf, orderOf } from './booking-order.ts'

const { settings } = judgeSettings({ TIMEZONE_NAME: 'Europe/Berlin', USER_ID: 'green-park' }, { home: '/nowhere', cwd: '/nowhere' })
const order = (fields: unknown) => orderOf(bookingOrder.parse(fields), settings)
const times = { start_time: '2026-05-02T19:30', end_time: '2026-05-02T21:00' }

test('the seed’s names and ours are the same booking, read in the venue’s zone', () => {
  const seed = order({ id: 'b1', ...times, user_id: 'u1', camera_id: 'rig-1', title: 'Final', email: 'x@example.org', status: 'done' })
  const ours = order({
    callerId: 'b1',
    startsAt: '2026-05-02T17:30:00Z',
    endsAt: '2026-05-02T21:00+02:00',
    userId: 'u1',
    title: 'Final',
    email: 'x@example.org',
  })
  assert.deepEqual(seed, ours)
  assert.deepEqual(seed, {
    wanted: {
      startsAtMs: Date.UTC(2026, 4, 2, 17, 30),
      endsAtMs: Date.UTC(2026, 4, 2, 19),
      userId: 'u1',
      callerId: 'b1',
      title: 'Final',
      email: 'x@example.org',
    },
    remark: undefined,
  })
})

test('what is left out is the venue’s own', () => {
  assert.deepEqual(
    { ...order(times).wanted, startsAtMs: 0, endsAtMs: 0 },
    { startsAtMs: 0, endsAtMs: 0, userId: 'green-park', callerId: null, title: null, email: null },
  )
  assert.equal(order({ ...times, id: 42 }).wanted.callerId, '42')
})

test('another camera’s name is taken for the only rig, and said so', () => {
  assert.match(order({ ...times, camera_id: 'camera_1' }).remark ?? '', /rig-1/)
})

test('a missing time is named', () => {
  for (const [fields, missing] of [
    [{ end_time: times.end_time }, /start_time/],
    [{ start_time: times.start_time }, /end_time/],
  ] as const)
    assert.throws(
      () => order(fields),
      (error) => error instanceof EzrecError && error.code === 'invalid' && missing.test(error.message),
    )
})

test('names with line breaks, or longer than a screen, are none', () => {
  for (const fields of [{ title: 'a\nb' }, { title: 'x'.repeat(201) }, { user_id: '' }, { id: 'x'.repeat(201) }, { user_id: 'a\u0000' }])
    assert.equal(bookingOrder.safeParse({ ...times, ...fields }).success, false, JSON.stringify(fields).slice(0, 40))
})

test('a change says nothing of what it does not name', () => {
  assert.deepEqual(moveOf({ title: null }, 'UTC'), { title: null })
  assert.deepEqual(moveOf({ end_time: '1970-01-01T00:00:09Z' }, 'UTC'), { endsAtMs: 9_000 })
  assert.deepEqual(moveOf({ email: '' }, 'UTC'), { email: null })
  assert.throws(() => moveOf({}, 'UTC'), EzrecError)
})
