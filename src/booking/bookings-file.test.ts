import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fakeClock } from '../../tests/fake-clock.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { openDatabase } from '../adapters/sqlite.ts'
import { EzrecError } from '../base/errors.ts'
import { openBookingService } from './booking-service.ts'
import { listBookings } from './booking-store.ts'
import { importBookings, parseBookingsFile, type ImportOutcome } from './bookings-file.ts'

const entry = { id: 'b1', start_time: '2026-05-02T19:30:00Z', end_time: '2026-05-02T20:30:00Z' }
const noon = Date.UTC(2026, 4, 2, 12)

/** Imports each file in turn into one empty box, at noon of the day. */
async function imported(...files: unknown[]): Promise<{ outcomes: ImportOutcome[]; booked: string[] }> {
  using folder = temporaryFolder()
  using db = openDatabase(':memory:')
  const clock = fakeClock(noon)
  const limits = { minMs: 1_000, maxMs: 12 * 3_600_000 }
  const bookings = openBookingService({ db, clock, planFile: folder.file('plan.json'), rigId: 'rig', limits, keepInPlanMs: 0 })
  const options = { bookings, clock, timeZone: 'Europe/Berlin', userId: 'house', rigId: 'rig' }
  const outcomes: ImportOutcome[] = []
  for (const file of files) outcomes.push(await importBookings(parseBookingsFile(JSON.stringify(file)), options))
  const booked = listBookings(db).map((b) => `${b.callerId} ${b.userId} ${new Date(b.startsAtMs).toISOString().slice(11, 16)} ${b.title}`)
  return { outcomes, booked }
}

test('both shapes of the original are read: a list, and a list under a name', () => {
  assert.deepEqual(parseBookingsFile(JSON.stringify([entry])), [entry])
  assert.deepEqual(parseBookingsFile(JSON.stringify({ bookings: [entry], last_updated: 'x' })), [entry])
})

test('fields that only the original knew are passed by', () => {
  const old = { ...entry, date: '2026-05-02', recording_id: null, email: 'a@b', retry_count: 0, status: null, camera_id: 'camera_1' }
  assert.deepEqual(parseBookingsFile(JSON.stringify([old])), [{ ...entry, status: null, camera_id: 'camera_1' }])
})

test('a bad entry is told by field and spoils no other', () => {
  const [bad, empty, good] = parseBookingsFile(JSON.stringify([{ ...entry, id: '', end_time: 7 }, 'x', entry]))
  assert.ok(bad && 'fault' in bad && empty && 'fault' in empty)
  assert.match(bad.fault, /^id: .*; end_time: /)
  assert.match(empty.fault, /^entry: /)
  assert.deepEqual(good, entry)
})

test('any other file is refused as a whole, and nothing else is ever thrown', () => {
  for (const [content, message] of [
    ['', /no JSON/],
    ['[', /no JSON/],
    ['{}', /no bookings file/],
    ['{"bookings":7}', /no bookings file/],
    ['"x"', /no bookings file/],
    [`[${'0,'.repeat(10_000)}0]`, /no bookings file/],
  ] as const)
    assert.throws(() => parseBookingsFile(content), { code: 'invalid', message })
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (content) => {
      try {
        parseBookingsFile(content)
      } catch (error) {
        assert.ok(error instanceof EzrecError && error.code === 'invalid')
      }
    }),
  )
})

test("each entry is booked once by its id, naive times in the venue's zone, the house's user unless one is named", async () => {
  const file = [
    { ...entry, title: 'Final' },
    { id: 'b2', start_time: '2026-05-02T23:00', end_time: '2026-05-03T00:00', user_id: 'kim' },
  ]
  const { outcomes, booked } = await imported(file, { bookings: file })
  assert.deepEqual(booked, ['b1 house 19:30 Final', 'b2 kim 21:00 null'])
  assert.deepEqual(
    outcomes.map(({ bookings, refused, said }) => [bookings.length, refused, said.length]),
    [
      [2, 0, 0],
      [2, 0, 0],
    ],
  )
})

test('what is over or cancelled is passed by; what cannot be booked is refused by its place, with the reason', async () => {
  const { outcomes, booked } = await imported([
    { ...entry, id: 'old', start_time: '2026-05-02T10:00:00Z', end_time: '2026-05-02T12:00:00Z' },
    { ...entry, id: 'off', status: 'cancelled' },
    { ...entry, end_time: 'later' },
    { start_time: entry.start_time },
    entry,
    { ...entry, id: 'b2' },
  ])
  assert.deepEqual(booked, ['b1 house 19:30 null'])
  const [outcome] = outcomes
  assert.equal(outcome?.refused, 3)
  const said = outcome?.said ?? []
  assert.match(said[0] ?? '', /^entry 1: over/)
  assert.match(said[1] ?? '', /^entry 2: .*cancelled/)
  assert.match(said[2] ?? '', /^entry 3 refused: "later" is no time \(/)
  assert.match(said[3] ?? '', /^entry 4 refused: id: /)
  assert.match(said[4] ?? '', /^entry 6 refused: the rig is taken by booking/)
})
