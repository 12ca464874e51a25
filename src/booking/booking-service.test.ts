import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { openDatabase, type Database } from '../adapters/sqlite.ts'
import { EzrecError } from '../base/errors.ts'
import { writeDurably } from '../base/files.ts'
import { fakeClock, type FakeClock } from '../../tests/fake-clock.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { openBookingService, type BookingService } from './booking-service.ts'
import { listBookings, readPlanRows } from './booking-store.ts'
import { readCapturePlan } from './capture-plan.ts'

const minute = 60_000
const hour = 60 * minute
const noon = Date.UTC(2026, 4, 2, 12)
const limits = { minMs: minute, maxMs: 12 * hour }

type Desk = Disposable & { db: Database; clock: FakeClock; service: BookingService; planFile: string; folder: string }

function openDesk(file = ':memory:'): Desk {
  const folder = temporaryFolder()
  const db = openDatabase(file === ':memory:' ? file : folder.file(file))
  const clock = fakeClock(noon)
  const planFile = folder.file('capture-plan.json')
  const service = openBookingService({ db, clock, planFile, rigId: 'rig', limits, keepInPlanMs: minute })
  const close = (): void => {
    db.close()
    folder[Symbol.dispose]()
  }
  return { db, clock, service, planFile, folder: folder.path, [Symbol.dispose]: close }
}

const at = (minutes: number): number => noon + minutes * minute
const ask = (from: number, to: number, callerId?: string) => ({
  startsAtMs: at(from),
  endsAtMs: at(to),
  userId: 'u',
  ...(callerId === undefined ? {} : { callerId }),
})
const transitionsOf = (db: Database, id: string): unknown[] =>
  db
    .all('select to_state, cause from transition where subject_id = ? order by id', id)
    .map((row) => [row['to_state'], row['cause']].join(' '))

test('an acknowledged booking stands in its row and in the capture plan, with its own times and words', async () => {
  using desk = openDesk()
  const { booking, created } = await desk.service.create({ ...ask(10, 70, 'their-1'), title: 'Final' })
  assert.equal(created, true)
  assert.deepEqual(desk.service.get(booking.id), {
    id: booking.id,
    callerId: 'their-1',
    userId: 'u',
    rigId: 'rig',
    title: 'Final',
    startsAtMs: at(10),
    endsAtMs: at(70),
    cancelledAtMs: null,
    createdAtMs: noon,
    updatedAtMs: noon,
  })
  assert.deepEqual(await readCapturePlan(desk.planFile), {
    version: 1,
    generation: 1,
    rigId: 'rig',
    windows: [
      {
        bookingId: booking.id,
        startsAtMs: at(10),
        endsAtMs: at(70),
        callerId: 'their-1',
        userId: 'u',
        title: 'Final',
        createdAtMs: noon,
      },
    ],
  })
  assert.deepEqual(transitionsOf(desk.db, booking.id), ['scheduled created'])
})

test("the same caller's id books once; for another time it is a conflict; another caller's same id is another booking", async () => {
  using desk = openDesk()
  const first = await desk.service.create(ask(10, 20, 'x'))
  const again = await desk.service.create(ask(10, 20, 'x'))
  assert.deepEqual(again, { booking: first.booking, created: false })
  await assert.rejects(desk.service.create(ask(10, 21, 'x')), {
    code: 'conflict',
    message: `the id "x" already names booking ${first.booking.id} at another time`,
  })
  await assert.rejects(desk.service.create(ask(9, 20, 'x')), { code: 'conflict' })
  assert.equal((await desk.service.create({ ...ask(20, 30, 'x'), userId: 'v' })).created, true)
  assert.equal(listBookings(desk.db).length, 2)
  await desk.service.cancel(first.booking.id)
  await assert.rejects(desk.service.create(ask(10, 20, 'x')), { code: 'conflict', message: /which was cancelled$/ })
})

test('where the news goes is corrected by asking again, or by a change that moves nothing, also of a match that is over; a refusal changes none', async () => {
  using desk = openDesk()
  const address = (): unknown => desk.db.get('select address from booking_mail')?.['address']
  const { booking } = await desk.service.create({ ...ask(10, 70, 'their-1'), email: 'a@exmaple.org' })
  const again = await desk.service.create({ ...ask(10, 70, 'their-1'), email: 'a@example.org' })
  assert.deepEqual([again.created, address()], [false, 'a@example.org'])
  await desk.service.create(ask(10, 70, 'their-1'))
  assert.equal(address(), 'a@example.org', 'not said is not taken back')
  await assert.rejects(desk.service.change(booking.id, { startsAtMs: at(80), endsAtMs: at(70), email: 'b@example.org' }), {
    code: 'invalid',
  })
  assert.equal(address(), 'a@example.org')
  desk.clock.advance(2 * hour)
  const { startsAtMs, endsAtMs, updatedAtMs } = booking
  desk.db.run(
    `insert into mail (booking_id, kind, address, state, attempts, not_before_ms, created_at_ms) values (?, 'missed', 'a@example.org', 'failed', 3, 9, 7)`,
    booking.id,
  )
  const mail = (): unknown => desk.db.get(`select address || ' ' || state || ' ' || attempts as told from mail`)?.['told']
  assert.equal((await desk.service.change(booking.id, { startsAtMs, endsAtMs, email: 'b@example.org' })).updatedAtMs, updatedAtMs)
  assert.deepEqual([address(), mail()], ['b@example.org', 'b@example.org waiting 0'])
  await desk.service.change(booking.id, { startsAtMs, endsAtMs, email: null })
  assert.deepEqual([address(), mail()], [undefined, undefined])
})

test('a replay is answered even when its time has passed', async () => {
  using desk = openDesk()
  const first = await desk.service.create(ask(1, 5, 'x'))
  desk.clock.advance(hour)
  assert.equal((await desk.service.create(ask(1, 5, 'x'))).booking.id, first.booking.id)
})

test('bookings without a caller id are each their own', async () => {
  using desk = openDesk()
  await desk.service.create(ask(1, 5))
  await assert.rejects(desk.service.create(ask(1, 5)), { code: 'conflict' })
  await desk.service.create(ask(5, 6))
})

test('an extension past the next booking is refused and changes nothing; up to it is allowed', async () => {
  using desk = openDesk()
  const { booking } = await desk.service.create(ask(10, 20))
  const next = await desk.service.create(ask(30, 40))
  const before = await readCapturePlan(desk.planFile)
  await assert.rejects(desk.service.moveEnd(booking.id, at(30) + 1), {
    code: 'conflict',
    facts: { conflictsWith: next.booking.id, startsAt: '2026-05-02T12:30:00.000Z', endsAt: '2026-05-02T12:40:00.000Z' },
  })
  assert.deepEqual(await readCapturePlan(desk.planFile), before)
  assert.equal(desk.service.get(booking.id).endsAtMs, at(20))
  assert.equal((await desk.service.moveEnd(booking.id, at(30))).endsAtMs, at(30))
  await assert.rejects(desk.service.moveEnd(next.booking.id, at(30) + 12 * hour + 1), { code: 'invalid' })
})

test('what two people change at once is both kept: a new title takes back no extension, and two extensions add up', async () => {
  using desk = openDesk()
  const { booking } = await desk.service.create(ask(10, 20))
  await Promise.all([
    desk.service.change(booking.id, { title: 'Final' }),
    desk.service.extend(booking.id, { byMs: 5 * minute }),
    desk.service.extend(booking.id, { byMs: 5 * minute }),
    desk.service.change(booking.id, { title: 'The final' }),
  ])
  const { title, endsAtMs } = desk.service.get(booking.id)
  assert.deepEqual([title, endsAtMs], ['The final', booking.endsAtMs + 10 * minute])
  await assert.rejects(desk.service.extend(booking.id, { endsAtMs: booking.endsAtMs }), { code: 'invalid' })
})

test('an end that is moved into the past becomes now', async () => {
  using desk = openDesk()
  const { booking } = await desk.service.create(ask(0, 60))
  desk.clock.advance(10 * minute)
  assert.equal((await desk.service.moveEnd(booking.id, at(3))).endsAtMs, at(10))
  await assert.rejects(desk.service.moveEnd(booking.id, at(30)), { code: 'conflict', message: /has ended/ })
})

test('stop now ends a running booking at once, never later than it would have, and refuses one that has not begun', async () => {
  using desk = openDesk()
  const { booking } = await desk.service.create(ask(1, 60))
  await assert.rejects(desk.service.stopNow(booking.id), { code: 'conflict', message: /has not started/, hint: 'cancel it instead' })
  desk.clock.advance(minute)
  await assert.rejects(desk.service.stopNow(booking.id), { code: 'conflict' }) // at its very first instant nothing was filmed
  desk.clock.advance(1)
  const stopped = await desk.service.stopNow(booking.id)
  assert.deepEqual([stopped.startsAtMs, stopped.endsAtMs, stopped.updatedAtMs], [at(1), at(1) + 1, at(1) + 1])
  await assert.rejects(desk.service.stopNow(booking.id), { code: 'conflict', message: /has ended/ })
  assert.deepEqual((await readCapturePlan(desk.planFile))?.windows[0]?.endsAtMs, at(1) + 1)
})

test('a cancelled booking leaves the plan and the way; cancelling again changes nothing; nothing else moves it', async () => {
  using desk = openDesk()
  const { booking } = await desk.service.create(ask(10, 20))
  const cancelled = await desk.service.cancel(booking.id)
  assert.equal(cancelled.cancelledAtMs, noon)
  assert.deepEqual((await readCapturePlan(desk.planFile))?.windows, [])
  desk.clock.advance(minute)
  assert.deepEqual(await desk.service.cancel(booking.id), cancelled)
  assert.deepEqual(transitionsOf(desk.db, booking.id), ['scheduled created', 'cancelled cancelled'])
  await assert.rejects(desk.service.moveEnd(booking.id, at(30)), { code: 'conflict', message: /is cancelled/ })
  await assert.rejects(desk.service.stopNow(booking.id), { code: 'conflict', message: /is cancelled/ })
  await assert.rejects(desk.service.change(booking.id, { startsAtMs: at(11), endsAtMs: at(12) }), { code: 'conflict' })
  await desk.service.create(ask(10, 20))
})

test('a booking that is over can no longer be cancelled', async () => {
  using desk = openDesk()
  const { booking } = await desk.service.create(ask(1, 2))
  desk.clock.advance(2 * minute)
  await assert.rejects(desk.service.cancel(booking.id), { code: 'conflict', message: /has ended/ })
})

test('a change moves a booking that has not begun; a title is kept unless given', async () => {
  using desk = openDesk()
  const { booking } = await desk.service.create({ ...ask(10, 20), title: 'One' })
  const moved = await desk.service.change(booking.id, { startsAtMs: at(15), endsAtMs: at(25) })
  assert.deepEqual([moved.startsAtMs, moved.endsAtMs, moved.title], [at(15), at(25), 'One'])
  assert.equal((await desk.service.change(booking.id, { startsAtMs: at(15), endsAtMs: at(25), title: null })).title, null)
  await assert.rejects(desk.service.change(booking.id, { startsAtMs: at(30), endsAtMs: at(25) }), { code: 'invalid' })
})

test('the start of a running booking cannot move, its end can', async () => {
  using desk = openDesk()
  const { booking } = await desk.service.create(ask(10, 20))
  desk.clock.advance(10 * minute)
  await assert.rejects(desk.service.change(booking.id, { startsAtMs: at(11), endsAtMs: at(20) }), {
    code: 'conflict',
    message: /start cannot move/,
  })
  assert.equal((await desk.service.change(booking.id, { startsAtMs: at(10), endsAtMs: at(25) })).endsAtMs, at(25))
})

test('once its recording was opened, in the lead-in, the start of a booking cannot move: the film begins there', async () => {
  using desk = openDesk()
  const { booking } = await desk.service.create(ask(10, 20))
  desk.db.run(
    "insert into recording (id, booking_id, rig_id, folder, starts_at_ms, ends_at_ms, fps, camera_width, camera_height, layout, opened_at_ms) values ('r', ?, 'rig', 'f', ?, ?, 25, 2, 2, 'side-by-side', 0)",
    booking.id,
    at(10),
    at(20),
  )
  await assert.rejects(desk.service.change(booking.id, { startsAtMs: at(11), endsAtMs: at(20) }), {
    code: 'conflict',
    message: /start cannot move/,
  })
  await desk.service.change(booking.id, { startsAtMs: at(10), endsAtMs: at(22) })
  assert.equal(desk.db.get('select ends_at_ms from recording')?.['ends_at_ms'], at(22))
})

test('an unknown booking is told as such', () => {
  using desk = openDesk()
  assert.throws(() => desk.service.get('nope'.repeat(40)), { code: 'not_found', facts: { booking: 'nope'.repeat(16) } })
})

test('a plan that was lost, damaged, written for another rig or by a version that told less is written anew', async () => {
  using desk = openDesk()
  const { booking } = await desk.service.create(ask(10, 20))
  const old = { version: 1, generation: 1, rigId: 'rig', windows: [{ bookingId: booking.id, startsAtMs: at(10), endsAtMs: at(20) }] }
  for (const content of ['{', JSON.stringify({ ...old, rigId: 'other', windows: [] }), JSON.stringify(old)]) {
    await writeDurably(desk.planFile, content)
    await desk.service.syncPlan()
    const plan = await readCapturePlan(desk.planFile)
    assert.deepEqual([plan?.rigId, plan?.windows[0]?.bookingId, plan?.windows[0]?.userId], ['rig', booking.id, 'u'])
  }
})

test('a window stays in the plan for the tail after its end, and no longer', async () => {
  using desk = openDesk()
  await desk.service.create(ask(0, 5))
  desk.clock.advance(6 * minute - 1)
  assert.equal(readPlanRows(desk.db, 'rig', desk.clock.nowMs() - minute).windows.length, 1)
  await desk.service.create(ask(10, 20))
  assert.equal((await readCapturePlan(desk.planFile))?.windows.length, 2)
  desk.clock.advance(1)
  await desk.service.create(ask(20, 30))
  assert.equal((await readCapturePlan(desk.planFile))?.windows.length, 2)
})

test('two services on one database never book one instant twice, and the plan ends as the rows are', async () => {
  using desk = openDesk('both.sqlite')
  using other = openDatabase(`${desk.folder}/both.sqlite`)
  const second = openBookingService({ db: other, clock: desk.clock, planFile: desk.planFile, rigId: 'rig', limits, keepInPlanMs: minute })
  const outcomes = await Promise.allSettled(
    Array.from({ length: 24 }, (_, n) => (n % 2 === 0 ? desk.service : second).create(ask(10 + (n >> 1), 11 + (n >> 1), `${n}`))),
  )
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 12)
  const rows = readPlanRows(desk.db, 'rig', noon)
  const plan = await readCapturePlan(desk.planFile)
  assert.deepEqual([plan?.generation, plan?.windows], [12, rows.windows])
})

// A simple model of the desk, held against the service on random days.

type Op =
  | { readonly do: 'create'; readonly from: number; readonly length: number; readonly callerId: string | undefined }
  | { readonly do: 'end'; readonly pick: number; readonly to: number }
  | { readonly do: 'stop'; readonly pick: number }
  | { readonly do: 'cancel'; readonly pick: number }
  | { readonly do: 'change'; readonly pick: number; readonly from: number; readonly length: number }
  | { readonly do: 'wait'; readonly minutes: number }

const time = fc.integer({ min: -20, max: 120 })
const length = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 1, max: 60 }) },
  { weight: 1, arbitrary: fc.constantFrom(-5, 0, 720, 721) },
)
const pick = fc.nat(5)
const anyOp: fc.Arbitrary<Op> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('create' as const), from: time, length, callerId: fc.constantFrom(undefined, 'a', 'b') }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('end' as const), pick, to: time }) },
  {
    weight: 2,
    arbitrary: fc.oneof(fc.record({ do: fc.constant('stop' as const), pick }), fc.record({ do: fc.constant('cancel' as const), pick })),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('change' as const), pick, from: time, length }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), minutes: fc.integer({ min: 1, max: 30 }) }) },
)

type Held = { from: number; to: number; cancelled: boolean; callerId: string | undefined }

/** What the desk must answer: an error code, or nothing; and the bookings after it. */
function model(held: Held[], now: number, op: Op): string | undefined {
  const fits = (from: number, to: number, self: Held | undefined, past: boolean): string | undefined => {
    if (from >= to || (past && to <= now) || to - from > 720) return 'invalid'
    return held.some((other) => other !== self && !other.cancelled && other.from < to && from < other.to) ? 'conflict' : undefined
  }
  if (op.do === 'wait') return undefined
  if (op.do === 'create') {
    const earlier = op.callerId === undefined ? undefined : held.find(({ callerId }) => callerId === op.callerId)
    if (earlier?.cancelled === true) return 'conflict'
    if (earlier) return earlier.from === op.from && earlier.to === op.from + op.length ? undefined : 'conflict'
    const fault = fits(op.from, op.from + op.length, undefined, true)
    if (fault === undefined) held.push({ from: op.from, to: op.from + op.length, cancelled: false, callerId: op.callerId })
    return fault
  }
  const chosen = held[op.pick]
  if (!chosen) return 'not_found'
  if (op.do === 'cancel' && chosen.cancelled) return undefined
  if (op.do === 'change' && chosen.from <= now && op.from !== chosen.from) return 'conflict'
  if (chosen.cancelled || chosen.to <= now) return 'conflict'
  if (op.do === 'cancel') chosen.cancelled = true
  else if (op.do === 'stop') {
    if (chosen.from >= now) return 'conflict'
    chosen.to = now
  } else {
    const from = op.do === 'change' ? op.from : chosen.from
    const to = Math.max(now, op.do === 'change' ? op.from + op.length : op.to)
    const fault = fits(from, to, chosen, false)
    if (fault !== undefined) return fault
    Object.assign(chosen, { from, to })
  }
  return undefined
}

test('on any day the desk agrees with the model, no two bookings overlap, and the plan is the rows', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyOp, { minLength: 5, maxLength: 25 }), async (day) => {
      using desk = openDesk()
      const held: Held[] = []
      const ids: string[] = []
      let now = 0
      for (const op of day) {
        if (op.do === 'wait') {
          now += op.minutes
          desk.clock.advance(op.minutes * minute)
        }
        const expected = model(held, now, op)
        const answer = await perform(desk.service, ids, op).catch((error: unknown) => (error instanceof EzrecError ? error.code : error))
        assert.equal(answer, expected, JSON.stringify({ now, op }))
        const rows = ids.map((id) => desk.service.get(id))
        assert.deepEqual(
          rows.map(({ startsAtMs, endsAtMs, cancelledAtMs }) => [startsAtMs, endsAtMs, cancelledAtMs !== null]),
          held.map(({ from, to, cancelled }) => [at(from), at(to), cancelled]),
        )
        const open = rows.filter(({ cancelledAtMs }) => cancelledAtMs === null).toSorted((a, b) => a.startsAtMs - b.startsAtMs)
        for (const [n, each] of open.entries()) assert.ok(each.endsAtMs <= (open[n + 1]?.startsAtMs ?? Number.POSITIVE_INFINITY))
        const planned = (await readCapturePlan(desk.planFile))?.windows ?? []
        for (const { id, startsAtMs, endsAtMs, userId, callerId, createdAtMs } of open.filter((each) => each.endsAtMs > desk.clock.nowMs()))
          assert.deepEqual(
            planned.find(({ bookingId }) => bookingId === id),
            { bookingId: id, startsAtMs, endsAtMs, userId, createdAtMs, ...(callerId === null ? {} : { callerId }) },
          )
        for (const { bookingId } of planned) assert.ok(open.some(({ id }) => id === bookingId))
      }
    }),
    { numRuns: 60 },
  )
})

async function perform(service: BookingService, ids: string[], op: Op): Promise<undefined> {
  if (op.do === 'wait') return
  if (op.do === 'create') {
    const { booking, created } = await service.create(ask(op.from, op.from + op.length, op.callerId))
    if (created) ids.push(booking.id)
    return
  }
  const id = ids[op.pick] ?? 'none'
  if (op.do === 'end') await service.moveEnd(id, at(op.to))
  else if (op.do === 'stop') await service.stopNow(id)
  else if (op.do === 'cancel') await service.cancel(id)
  else await service.change(id, { startsAtMs: at(op.from), endsAtMs: at(op.from + op.length) })
}

test('while the box believes in 1970, a booking can be made, extended, moved and cancelled, and none is ended by its clock', async () => {
  using desk = openDesk()
  const { service, clock } = desk
  const { booking } = await service.create(ask(10, 70))
  const other = await service.create(ask(100, 130))
  clock.advance(-noon) // an empty battery: the box has started, and no time server was heard
  assert.equal((await service.moveEnd(booking.id, at(80))).endsAtMs, at(80))
  assert.equal((await service.change(other.booking.id, { startsAtMs: at(110), endsAtMs: at(140) })).startsAtMs, at(110))
  await assert.rejects(service.stopNow(booking.id), { code: 'conflict', message: `booking ${booking.id} has not started` })
  assert.notEqual((await service.cancel(other.booking.id)).cancelledAtMs, null)
  assert.equal((await service.create(ask(200, 230))).created, true)
  clock.advance(noon + 20 * minute)
  assert.equal(service.get(booking.id).endsAtMs, at(80))
  assert.deepEqual(
    (await readCapturePlan(desk.planFile))?.windows.map(({ startsAtMs, endsAtMs }) => [startsAtMs, endsAtMs]),
    [
      [at(10), at(80)],
      [at(200), at(230)],
    ],
  )
})

test('a booking that is not to be recorded keeps the court and is no window of the recorder; whether it is recorded is settled when it begins', async () => {
  using desk = openDesk()
  const { service, clock, planFile } = desk
  const { booking } = await service.create({ ...ask(10, 70, 'quiet'), record: false })
  const { booking: next } = await service.create(ask(70, 130))
  const plan = await readCapturePlan(planFile)
  assert.deepEqual(
    [plan?.windows.map(({ bookingId }) => bookingId), plan?.unrecorded?.map(({ bookingId }) => bookingId)],
    [[next.id], [booking.id]],
  )
  await assert.rejects(service.create(ask(60, 65)), { code: 'conflict' })
  await assert.rejects(service.create(ask(10, 70, 'quiet')), { code: 'conflict' }, 'the same id, but to be recorded')
  assert.equal((await service.create({ ...ask(10, 70, 'quiet'), record: false })).created, false)
  await service.change(booking.id, { record: true })
  assert.equal((await readCapturePlan(planFile))?.windows.length, 2)
  await service.change(booking.id, { title: 'Final' })
  assert.equal(service.get(booking.id).unrecorded, undefined, 'what is not said stays')
  await service.change(booking.id, { record: false })
  await service.extend(next.id, { byMs: minute })
  assert.deepEqual([service.get(booking.id).unrecorded, service.get(next.id).unrecorded], [true, undefined])
  clock.advance(11 * minute)
  await assert.rejects(service.change(booking.id, { record: true }), { code: 'conflict' })
  await service.stopNow(booking.id)
  assert.equal(service.get(booking.id).unrecorded, true)
})
