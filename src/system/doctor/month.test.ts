import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addBooking } from '../../../tests/a-booking.ts'
import { openDatabase } from '../../adapters/sqlite.ts'
import { judgeMonth, lookAtMonth } from './month.ts'

const rates = { cameraKbps: 5_000, cameras: 2, filmKbps: 6_000 } // 9.9 GB an hour, 2.7 of them film
const facts = { hours: 100, rates, hasBucket: true, diskBytes: 64e9 }

test('a month tells films, uplink and wear; without a bucket nothing is sent', () => {
  const { status, message } = judgeMonth(facts)
  assert.equal(status, 'healthy')
  assert.match(
    message,
    /^estimated at most, for 100 hours .* 324 GB of films, 324 GB sent to the bucket, 990 GB written here; .* lasts 5\.4 years$/,
  )
  assert.match(judgeMonth({ ...facts, hasBucket: false }).message, /nothing sent/)
  assert.match(judgeMonth({ ...facts, hours: 0 }).message, /nothing is booked/)
})

test('a small card in a busy hall is told before it fails, with what to do', () => {
  const { status, mend } = judgeMonth({ ...facts, hours: 400, diskBytes: 32e9 })
  assert.equal(status, 'degraded')
  assert.match(mend ?? '', /SSD/)
})

test('bookings of the last thirty days count, cancelled ones do not', async () => {
  using db = openDatabase(':memory:')
  const nowMs = Date.UTC(2026, 5, 1)
  addBooking(db, { startsAtMs: nowMs - 10 * 3_600_000, endsAtMs: nowMs - 8 * 3_600_000 })
  const look = async () => (await lookAtMonth(db, { folder: '/', rates, hasBucket: false, nowMs })).message
  assert.match(await look(), /for 2 hours/)
  db.run('update booking set cancelled_at_ms = 1')
  assert.match(await look(), /nothing is booked/)
})
