import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { bytesPerHour, forecastDisk, hoursOfRoom, reservedBytes, shortfallBytes, type ForecastInput } from './disk-forecast.ts'

const hourMs = 3_600_000
const rates = { cameraKbps: 8_000, cameras: 2, filmKbps: 6_000 }
const input: ForecastInput = {
  nowMs: 0,
  freeBytes: 40e9,
  reserveBytes: 4e9,
  rates,
  margins: { leadInMs: 0, tailMs: 0 },
  bookings: [],
}
const booking = (id: string, fromHours: number, toHours: number): ForecastInput['bookings'][number] => ({
  id,
  startsAtMs: fromHours * hourMs,
  endsAtMs: toHours * hourMs,
})
const verdicts = (given: Partial<ForecastInput>): string[] =>
  forecastDisk({ ...input, ...given }).map(({ id, verdict }) => `${id} ${verdict}`)

test('two cameras of 8 Mbit/s and a film of 6 write 12.6 GB in an hour', () => {
  assert.equal(bytesPerHour(rates), 12.6e9)
})

test('what is free beside the reserve is so many hours without a network, and never fewer than none', () => {
  assert.equal(hoursOfRoom(reservedBytes + 12.6e9 * 2.5, rates), 2.5)
  assert.equal(hoursOfRoom(reservedBytes / 2, rates), 0)
})

test('bookings take their room one after the other, and the reserve is nobody’s', () => {
  const bookings = [booking('second', 3, 4), booking('first', 1, 2), booking('third', 5, 6)]
  assert.deepEqual(verdicts({ bookings }), ['first fits', 'second fits', 'third short'])
  assert.deepEqual(verdicts({ bookings, reserveBytes: 0 }), ['first fits', 'second fits', 'third fits'])
})

test('one that is refused leaves its room to a shorter one behind it', () => {
  assert.deepEqual(verdicts({ bookings: [booking('long', 1, 11), booking('short', 12, 13)] }), ['long short', 'short fits'])
})

test('what has begun is never refused, and only what it will still write counts', () => {
  const bookings = [booking('now', -1, 1), booking('next', 1, 2)]
  assert.deepEqual(verdicts({ bookings, freeBytes: 0 }), ['now running', 'next short'])
  assert.deepEqual(verdicts({ bookings, freeBytes: 4e9 + 2 * 12.6e9 }), ['now running', 'next fits'])
})

test('lead-in and tail are written too; what is over needs nothing', () => {
  const bookings = [booking('a', 1, 2)]
  const margins = { leadInMs: hourMs / 2, tailMs: hourMs / 2 }
  assert.equal(forecastDisk({ ...input, bookings, margins })[0]?.neededBytes, 2 * 12.6e9)
  assert.deepEqual(verdicts({ bookings, margins, nowMs: 2.5 * hourMs }), [])
})

test('what fits together fits: no more is promised than is free beyond the reserve', () => {
  const anyBooking = fc
    .tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 1, max: 12 }))
    .map(([from, hours]) => booking(`${from}`, from + 0.5, from + hours))
  fc.assert(
    fc.property(fc.array(anyBooking, { maxLength: 20 }), fc.integer({ min: 0, max: 1e12 }), (bookings, freeBytes) => {
      const promised = forecastDisk({ ...input, bookings, freeBytes }).filter(({ verdict }) => verdict === 'fits')
      const sum = promised.reduce((bytes, { neededBytes }) => bytes + neededBytes, 0)
      assert.ok(sum === 0 || sum <= freeBytes - input.reserveBytes)
    }),
  )
})

test('footage of a booking that is long over counts as free for those behind it, its film does not', () => {
  // 36 GB beyond the reserve: two bookings of an hour fit, and a third once 7.2 GB of the first one's footage may have gone.
  const bookings = [booking('first', 1, 2), booking('second', 2, 3), booking('third', 3, 4), booking('fourth', 5, 6)]
  const evictedAfterMs = hourMs / 2
  assert.deepEqual(verdicts({ bookings, evictedAfterMs }), ['first fits', 'second fits', 'third fits', 'fourth fits'])
  assert.deepEqual(verdicts({ bookings, evictedAfterMs: 2 * hourMs }), ['first fits', 'second fits', 'third short', 'fourth fits'])
  assert.deepEqual(verdicts({ bookings }), ['first fits', 'second fits', 'third short', 'fourth short'])
})

test('what is short is how much must become free, also for what is running', () => {
  const bookings = [booking('now', -1, 1), booking('next', 1, 2)]
  assert.equal(shortfallBytes(forecastDisk({ ...input, bookings, freeBytes: 4e9 + 20e9 })), 12.6e9 - (20e9 - 12.6e9))
  assert.equal(shortfallBytes(forecastDisk({ ...input, bookings: bookings.slice(0, 1), freeBytes: 5e9 })), 11.6e9)
  assert.equal(shortfallBytes(forecastDisk({ ...input, bookings })), 0)
  assert.equal(shortfallBytes([]), 0)
})
