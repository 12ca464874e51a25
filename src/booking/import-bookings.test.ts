import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeClock, type FakeClock } from '../../tests/fake-clock.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { openDatabase, type Database } from '../adapters/sqlite.ts'
import { openBookingService, type BookingService } from './booking-service.ts'
import { listBookings } from './booking-store.ts'
import { parseBookingsFile } from './bookings-file.ts'
import { importBookings, type ImportOutcome } from './import-bookings.ts'

const entry = { id: 'b1', start_time: '2026-05-02T19:30:00Z', end_time: '2026-05-02T20:30:00Z' }
const hour = 3_600_000

type Desk = Disposable & {
  readonly db: Database
  readonly clock: FakeClock
  readonly bookings: BookingService
  read(file: unknown): Promise<ImportOutcome>
  booked(): string[]
}

/** An empty box at noon of the day. */
function openDesk(): Desk {
  const folder = temporaryFolder()
  const db = openDatabase(':memory:')
  const clock = fakeClock(Date.UTC(2026, 4, 2, 12))
  const limits = { minMs: 1_000, maxMs: 12 * hour }
  const bookings = openBookingService({ db, clock, planFile: folder.file('plan.json'), rigId: 'rig', limits, keepInPlanMs: 0 })
  const options = { db, bookings, clock, timeZone: 'Europe/Berlin', userId: 'house', rigId: 'rig' }
  return {
    db,
    clock,
    bookings,
    read: (file) => importBookings(parseBookingsFile(JSON.stringify(file)), options),
    booked: () =>
      listBookings(db).map(
        ({ callerId, userId, startsAtMs, endsAtMs, title, cancelledAtMs }) =>
          `${callerId} ${userId} ${at(startsAtMs)}-${at(endsAtMs)} ${title}${cancelledAtMs === null ? '' : ' cancelled'}`,
      ),
    [Symbol.dispose]: () => {
      db.close()
      folder[Symbol.dispose]()
    },
  }
}

const at = (ms: number): string => new Date(ms).toISOString().slice(11, 16)

test("each entry is booked once by its id, naive times in the venue's zone, the house's user unless one is named", async () => {
  using desk = openDesk()
  const file = [
    { ...entry, title: 'Final' },
    { id: 'b2', start_time: '2026-05-02T23:00', end_time: '2026-05-03T00:00', user_id: 'kim' },
  ]
  const outcomes = [await desk.read(file), await desk.read({ bookings: file })]
  assert.deepEqual(desk.booked(), ['b1 house 19:30-20:30 Final', 'b2 kim 21:00-22:00 null'])
  assert.deepEqual(
    outcomes.map(({ bookings, changed, reports }) => [bookings.length, changed, reports.length]),
    [
      [2, 2, 0],
      [2, 0, 0],
    ],
  )
})

test('what is over or cancelled is passed by; what cannot be booked is refused by its place, with the reason', async () => {
  using desk = openDesk()
  const { reports } = await desk.read([
    { ...entry, id: 'old', start_time: '2026-05-02T10:00:00Z', end_time: '2026-05-02T12:00:00Z' },
    { ...entry, id: 'off', status: 'Cancelled' },
    { ...entry, end_time: 'later' },
    { start_time: entry.start_time },
    { ...entry, camera_id: 'your-camera-id' },
    { ...entry, id: 'b2' },
    { ...entry, id: '01M81W3VCWZQNRT1AX3SDKNW18' },
  ])
  assert.deepEqual(desk.booked(), ['b1 house 19:30-20:30 null'])
  const told = reports.map(({ entry: n, id, is, message, code, mend = '-' }) => `${n} ${id} ${is} ${code ?? ''} ${message} (${mend})`)
  assert.equal(told.length, 7)
  for (const [n, words] of [
    /^1 old passed /,
    /^2 off passed /,
    /^3 b1 refused invalid "later" is no time \(/,
    /^4 null refused invalid id: /,
    /^5 b1 taken {2}camera_id your-camera-id was taken for rig/,
    /^6 b2 refused conflict the rig is taken by booking/,
    /^7 01M81W3VCWZQNRT1AX3SDKNW18 refused invalid your id of a booking cannot be/,
  ].entries())
    assert.match(told[n] ?? '', words)
})

test('a changed entry is an edit of what changed alone; a vanished one cancels nothing', async () => {
  using desk = openDesk()
  await desk.read([{ ...entry, title: 'Final' }])
  const [booking] = listBookings(desk.db)
  await desk.bookings.moveEnd(booking?.id ?? '', Date.parse('2026-05-02T21:00:00Z'))
  const same = await desk.read([{ ...entry, title: 'Final', status: 'recording', start_time: '2026-05-02T21:30:00+02:00' }])
  assert.equal(same.changed, 0, 'the same instants written otherwise')
  assert.deepEqual(desk.booked(), ['b1 house 19:30-21:00 Final'], 'what was extended elsewhere stays extended')
  await desk.read([{ ...entry, title: 'Semi-final' }])
  assert.deepEqual(desk.booked(), ['b1 house 19:30-21:00 Semi-final'])
  const moved = { ...entry, title: 'Semi-final', start_time: '2026-05-02T18:00:00Z', end_time: '2026-05-02T19:00:00Z' }
  assert.equal((await desk.read([moved])).changed, 1)
  assert.deepEqual(desk.booked(), ['b1 house 18:00-19:00 Semi-final'])
  await desk.read([])
  assert.deepEqual(desk.booked(), ['b1 house 18:00-19:00 Semi-final'])
  await desk.read([{ ...moved, status: 'cancelled' }])
  assert.deepEqual(desk.booked(), ['b1 house 18:00-19:00 Semi-final cancelled'])
})

test('an entry may say that it is not recorded, and change its word until it begins; a word that is none is refused, and nothing is recorded by it', async () => {
  using desk = openDesk()
  const isRecorded = (): boolean[] => listBookings(desk.db).map(({ unrecorded }) => unrecorded !== true)
  const refused = await desk.read([{ ...entry, record: 'false' }])
  assert.deepEqual([refused.reports[0]?.is, isRecorded()], ['refused', []])
  await desk.read([{ ...entry, record: false }])
  assert.deepEqual(isRecorded(), [false])
  assert.equal((await desk.read([{ ...entry, record: false }])).changed, 0)
  assert.equal((await desk.read([entry])).changed, 1, 'without the word it is recorded')
  await desk.bookings.change(listBookings(desk.db)[0]?.id ?? '', { record: false })
  await desk.read([{ ...entry, title: 'Final' }])
  assert.deepEqual(isRecorded(), [false], 'what was settled elsewhere stays')
  desk.clock.advance(7.75 * hour)
  const late = await desk.read([{ ...entry, title: 'Final', record: false }])
  assert.deepEqual([late.reports, isRecorded()], [[], [false]])
  const turned = await desk.read([{ ...entry, title: 'Final' }])
  assert.deepEqual([turned.reports[0]?.code, isRecorded()], ['conflict', [false]])
})

test('an edit that cannot be is refused and changes nothing, and is tried again when it can', async () => {
  using desk = openDesk()
  const later = { ...entry, id: 'b2', start_time: '2026-05-02T21:00:00Z', end_time: '2026-05-02T22:00:00Z' }
  await desk.read([entry, later])
  const wanted = { ...entry, end_time: '2026-05-02T21:30:00Z' }
  const [refused] = (await desk.read([wanted, later])).reports
  assert.equal(refused?.code, 'conflict')
  assert.deepEqual(desk.booked(), ['b1 house 19:30-20:30 null', 'b2 house 21:00-22:00 null'])
  await desk.read([wanted, { ...later, start_time: '2026-05-02T21:30:00Z' }])
  await desk.read([wanted, { ...later, start_time: '2026-05-02T21:30:00Z' }])
  assert.deepEqual(desk.booked(), ['b1 house 19:30-21:30 null', 'b2 house 21:30-22:00 null'])
})

test('the id of a match that is over, or was cancelled, books the next one: the same line works every day', async () => {
  using desk = openDesk()
  for (const [start, end] of [
    ['12:00', '12:02'],
    ['13:00', '13:02'],
    ['14:00', '14:02'],
  ]) {
    const line = { id: 'test-001', start_time: `2026-05-02T${start}:00Z`, end_time: `2026-05-02T${end}:00Z`, status: 'scheduled' }
    const outcome = [await desk.read([line]), await desk.read([line])]
    assert.deepEqual(
      outcome.map(({ changed, reports }) => [changed, reports]),
      [
        [1, []],
        [0, []],
      ],
    )
    desk.clock.advance(hour)
  }
  const last = { id: 'test-001', start_time: '2026-05-02T16:00:00Z', end_time: '2026-05-02T17:00:00Z' }
  for (const status of ['scheduled', 'cancelled', 'scheduled', 'cancelled', 'scheduled']) await desk.read([{ ...last, status }])
  assert.deepEqual(
    desk.booked().filter((line) => !line.endsWith('cancelled')),
    [
      'test-001 house 12:00-12:02 null',
      'test-001@2026-05-02T13:00:00.000Z house 13:00-13:02 null',
      'test-001@2026-05-02T14:00:00.000Z house 14:00-14:02 null',
      'test-001@2026-05-02T16:00:00.000Z#3 house 16:00-17:00 null',
    ],
  )
})

test('a box that has forgotten the file leaves what stands: extended, cancelled or ended elsewhere, and edits count from then on', async () => {
  using desk = openDesk()
  const forget = (): unknown => desk.db.run('delete from bookings_file_entry')
  const running = { id: 'on', start_time: '2026-05-02T11:50:00Z', end_time: '2026-05-02T12:05:00Z' }
  const file = [
    running,
    { ...entry, id: 'off' },
    { ...entry, id: 'short', start_time: '2026-05-02T12:05:00Z', end_time: '2026-05-02T12:40:00Z' },
  ]
  await desk.read(file.slice(0, 2))
  const [on, off] = listBookings(desk.db)
  await desk.bookings.moveEnd(on?.id ?? '', Date.parse('2026-05-02T12:30:00Z'))
  await desk.bookings.cancel(off?.id ?? '')
  desk.clock.advance(10 * 60_000)
  forget()
  const { changed, reports } = await desk.read(file.slice(0, 2))
  assert.equal(changed, 0)
  assert.deepEqual(desk.booked(), ['on house 11:50-12:30 null', 'off house 19:30-20:30 null cancelled'])
  assert.match(reports[0]?.message ?? '', /was booked before, from .*12:30/)
  await desk.read([{ ...running, end_time: '2026-05-02T12:35:00Z' }, ...file.slice(1, 2)])
  assert.deepEqual(desk.booked(), ['on house 11:50-12:35 null', 'off house 19:30-20:30 null cancelled'])
  await desk.bookings.stopNow(on?.id ?? '')
  forget()
  assert.equal((await desk.read([{ ...running, end_time: '2026-05-02T12:35:00Z' }])).changed, 0)
  assert.deepEqual(desk.booked(), ['on house 11:50-12:10 null', 'off house 19:30-20:30 null cancelled'])
})

test('of two matches under one id neither is booked over the other; one that is over gives way to the next', async () => {
  using desk = openDesk()
  const tomorrow = { ...entry, start_time: '2026-05-03T19:30:00Z', end_time: '2026-05-03T20:30:00Z' }
  await desk.read([entry])
  const other = { ...entry, id: 'b2', start_time: '2026-05-02T21:00:00Z', end_time: '2026-05-02T22:00:00Z' }
  for (const file of [
    [entry, tomorrow, other],
    [tomorrow, entry, other],
    [{ ...entry, status: 'cancelled' }, entry, other],
  ]) {
    const { reports } = await desk.read(file)
    assert.deepEqual(
      reports.map(({ entry: n, is, code }) => `${n} ${is} ${code}`),
      ['1 refused conflict', '2 refused conflict'],
    )
    assert.deepEqual(desk.booked(), ['b1 house 19:30-20:30 null', 'b2 house 21:00-22:00 null'])
  }
  assert.deepEqual((await desk.read([entry, entry])).reports, [], 'twice the same is once')
  desk.clock.advance(9 * hour)
  const stands = ['b1 house 19:30-20:30 null', 'b2 house 21:00-22:00 null', 'b1@2026-05-03T19:30:00.000Z house 19:30-20:30 null']
  for (const file of [
    [entry, tomorrow],
    [tomorrow, entry],
    [entry, tomorrow],
  ]) {
    await desk.read(file)
    assert.deepEqual(desk.booked(), stands)
  }
})

test('an end that is over is no edit: the booking stays', async () => {
  using desk = openDesk()
  await desk.read([entry])
  const [refused] = (await desk.read([{ ...entry, start_time: '2026-05-02T10:00:00Z', end_time: '2026-05-02T11:00:00Z' }])).reports
  assert.equal(refused?.code, 'invalid')
  assert.deepEqual(desk.booked(), ['b1 house 19:30-20:30 null'])
})

test('a word that is mended brings no match back that was cancelled or ended elsewhere; another time books it anew', async () => {
  using desk = openDesk()
  const running = { id: 'on', start_time: '2026-05-02T11:50:00Z', end_time: '2026-05-02T12:30:00Z' }
  await desk.read([entry, running])
  const [on, b1] = listBookings(desk.db)
  await desk.bookings.cancel(b1?.id ?? '')
  desk.clock.advance(60_000)
  await desk.bookings.stopNow(on?.id ?? '')
  for (const [title, is] of [
    ['Finall', 'taken'],
    ['Final', 'taken'],
    ['Final', 'passed'],
  ]) {
    const { changed, reports } = await desk.read([
      { ...entry, title },
      { ...running, title },
    ])
    assert.deepEqual([changed, reports.map((each) => each.is)], [0, [is]])
  }
  assert.deepEqual(desk.booked(), ['on house 11:50-12:01 null', 'b1 house 19:30-20:30 null cancelled'])
  await desk.read([{ ...entry, end_time: '2026-05-02T20:45:00Z' }])
  assert.equal(desk.booked().at(-1), 'b1@2026-05-02T19:30:00.000Z house 19:30-20:45 null')
})

test('an address comes with its booking, is corrected, taken back, and told when it is none; the memory of the file holds none', async () => {
  using desk = openDesk()
  const address = (): unknown => desk.db.get('select address from booking_mail')?.['address']
  await desk.read([{ ...entry, email: 'kim@exmaple.org' }])
  assert.equal(address(), 'kim@exmaple.org')
  assert.equal((await desk.read([{ ...entry, email: ' kim@example.org ' }])).changed, 1)
  assert.equal(address(), 'kim@example.org')
  const [booking] = listBookings(desk.db)
  const set = (email: string | null): unknown => desk.bookings.change(booking?.id ?? '', { ...must(booking), email })
  await set('lee@example.org')
  await desk.read([{ ...entry, email: 'kim@example.org', title: 'Final' }])
  assert.equal(address(), 'lee@example.org', 'what was corrected elsewhere stays')
  const { reports } = await desk.read([{ ...entry, title: 'Final', email: 'kim at example' }])
  assert.deepEqual(
    reports.map(({ is, message }) => `${is} ${message}`),
    ['unmailed the e-mail address is none: the news goes to nobody'],
  )
  assert.equal(address(), undefined)
  desk.clock.advance(9 * hour)
  await desk.read([{ ...entry, title: 'Final', email: 'kim@example.org' }])
  assert.equal(address(), 'kim@example.org', 'also when the match is over')
  await desk.read([{ ...entry, title: 'Final' }])
  assert.equal(address(), undefined)
  assert.equal(String(desk.db.get('select content from bookings_file_entry')?.['content']).includes('@'), false)
  assert.equal(desk.booked().length, 1)
})

function must<T>(found: T | undefined): T {
  assert.ok(found)
  return found
}
