import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bookingFields, isStrangeField, meantField } from './booking-fields.ts'

test('a field that is nearly one of a booking is told as that one', () => {
  for (const [written, meant] of [
    ['recrod', 'record'],
    ['Record', 'record'],
    ['recording', 'record'],
    ['doNotRecordThisMatchPlease', 'record'],
    ['starts_at', 'startsAt'],
    ['start-time', 'start_time'],
    ['endtime', 'end_time'],
    ['titel', 'title'],
    ['e-mail', 'email'],
    ['ID', 'id'],
    ['usr_id', 'user_id'],
  ] as const)
    assert.equal(meantField(written), meant, written)
})

test('the fields of a booking are themselves, and what is far from them is none of them', () => {
  for (const name of [...bookingFields, 'status', 'recording_id', 'created_at'])
    assert.deepEqual([isStrangeField(name), meantField(name)], [false, undefined], name)
  for (const name of ['notes', 'sport', 'x', '', '__proto__', 'price_cents', 'x'.repeat(10_000)])
    assert.deepEqual([isStrangeField(name), meantField(name)], [true, undefined], name)
})
