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

test('footage and chunks of a booking that is long over count as free for those behind it, its film does not', () => {
  // 36 GB beyond the reserve: two bookings of an hour fit, and a third once 9.9 GB of the first one may have gone.
  const bookings = [booking('first', 1, 2), booking('second', 2.1, 3.1), booking('third', 3.2, 4.2), booking('fourth', 6, 7)]
  const after = (hours: number): Partial<ForecastInput> => ({ bookings, leaves: { afterMs: hours * hourMs } })
  assert.deepEqual(verdicts(after(0.5)), ['first fits', 'second fits', 'third fits', 'fourth fits'])
  assert.deepEqual(verdicts(after(2)), ['first fits', 'second fits', 'third short', 'fourth fits'])
  assert.deepEqual(verdicts({ bookings }), ['first fits', 'second fits', 'third short', 'fourth short'])
})

test('back to back the cameras run on in one take, which leaves as a whole when the last of them is over', () => {
  const bookings = [booking('first', 1, 2), booking('second', 2, 3), booking('third', 3, 4), booking('fourth', 5, 6)]
  const [leaves, freeBytes] = [{ afterMs: hourMs / 2 }, 38e9]
  assert.deepEqual(verdicts({ bookings, leaves, freeBytes }), ['first fits', 'second fits', 'third short', 'fourth fits'])
  const apart = [booking('first', 1, 2), booking('second', 2.01, 3), booking('third', 3, 4), booking('fourth', 5, 6)]
  assert.deepEqual(verdicts({ bookings: apart, leaves, freeBytes }), ['first fits', 'second fits', 'third fits', 'fourth fits'])
})

const day = Array.from({ length: 8 }, (_, n) => booking(`${n}`, n * 2, n * 2 + 1.5))
/** 24 GB, two cameras of 5 Mbit/s and a film of 6, as a box has it that nobody changed. */
const smallBox = {
  bookings: day,
  freeBytes: 24e9,
  reserveBytes: reservedBytes,
  rates: { cameraKbps: 5_000, cameras: 2, filmKbps: 6_000 },
  nowMs: -hourMs,
}
/** An uplink of so many kbit/s. */
const sentAt = (kbps: number) => ({ atMs: (bytes: number, fromMs: number) => fromMs + (bytes * 8) / kbps, freeAtMs: -hourMs })
const fitting = (given: Partial<ForecastInput>): number =>
  forecastDisk({ ...input, ...smallBox, ...given }).filter(({ verdict }) => verdict === 'fits').length

test('eight bookings of 90 minutes in a day fit on 24 GB when films reach the bucket; without a network one does, and 2.4 hours are told', () => {
  const settled = 15 * 60_000
  assert.equal(fitting({ leaves: { afterMs: settled, sent: sentAt(8_000) } }), 8)
  assert.equal(fitting({}), 1, 'nothing leaves')
  assert.equal(fitting({ leaves: { afterMs: settled } }), 3, 'films stay where there is no bucket')
  assert.equal(
    fitting({ leaves: { afterMs: settled, sent: sentAt(3_000) } }),
    4,
    'an uplink of half the rate sends one while two are filmed',
  )
  assert.equal(
    fitting({ leaves: { afterMs: settled, sent: { ...sentAt(8_000), freeAtMs: 5 * hourMs } } }),
    5,
    'the way is taken for some hours',
  )
  assert.equal(fitting({ leaves: { afterMs: settled, sent: { atMs: () => Infinity, freeAtMs: -hourMs } } }), 1, 'the bucket is away')
  const hours = hoursOfRoom(smallBox.freeBytes, smallBox.rates)
  assert.ok(hours > 2.4 && hours < 2.41, `${hours}`)
})

test('what is short is how much must become free, also for what is running', () => {
  const bookings = [booking('now', -1, 1), booking('next', 1, 2)]
  assert.equal(shortfallBytes(forecastDisk({ ...input, bookings, freeBytes: 4e9 + 20e9 })), 12.6e9 - (20e9 - 12.6e9))
  assert.equal(shortfallBytes(forecastDisk({ ...input, bookings: bookings.slice(0, 1), freeBytes: 5e9 })), 11.6e9)
  assert.equal(shortfallBytes(forecastDisk({ ...input, bookings })), 0)
  assert.equal(shortfallBytes([]), 0)
})
