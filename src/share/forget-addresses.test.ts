import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openDatabase } from '../adapters/sqlite.ts'
import { noteBookingMail } from '../booking/booking-mail.ts'
import { insertBooking } from '../booking/booking-store.ts'
import { forgetAddresses } from './forget-addresses.ts'

const day = 86_400_000
const now = 100 * day

test('an address goes a day after the film went out, a week after other news and after a booking that brings none; never before', () => {
  using db = openDatabase(':memory:')
  const cases: [string, string | null, string | null, number | null, number, boolean][] = [
    // id, kind and state of its news, sent at, end of the booking; whether its address is still known
    ['sent', 'ready', 'sent', now - day, now - 2 * day, false],
    ['just', 'ready', 'sent', now - day + 1, now - 2 * day, true],
    ['missed', 'missed', 'sent', now - 7 * day + 1, now - 8 * day, true],
    ['failed', 'ready', 'failed', null, now - 6 * day, true],
    ['waits', 'ready', 'waiting', null, now - 20 * day, true],
    ['old', null, null, null, now - 7 * day, false],
    ['comes', null, null, null, now + 30 * day, true],
  ]
  for (const [n, [id, kind, state, sentAtMs, endsAtMs]] of cases.entries()) {
    const who = { callerId: null, userId: 'u', rigId: `rig ${n}`, title: null, cancelledAtMs: null, createdAtMs: 1, updatedAtMs: 1 }
    insertBooking(db, { ...who, id, startsAtMs: endsAtMs - 1, endsAtMs })
    noteBookingMail(db, id, `${id}@example.org`)
    if (kind !== null)
      db.run(
        'insert into mail (booking_id, kind, address, state, not_before_ms, created_at_ms, sent_at_ms) values (?, ?, ?, ?, 1, ?, ?)',
        ...[id, kind, `${id}@example.org`, state, endsAtMs, sentAtMs],
      )
  }
  assert.ok(forgetAddresses(db, now) > 0)
  const known = new Set(db.all('select booking_id from booking_mail').map((row) => row['booking_id']))
  for (const [id, , , , , isKnown] of cases) assert.equal(known.has(id), isKnown, id)
  const rows = JSON.stringify(db.all('select booking_id, address from mail order by booking_id'))
  assert.equal(rows.includes('sent@'), false)
  for (const id of ['just', 'failed', 'waits', 'missed']) assert.ok(rows.includes(`${id}@`), id)
  assert.equal(forgetAddresses(db, now), 0, 'once')
})
