import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { assertBookable, assertFree, conflictsWith, instant, movedEnd, type Booking, type Window } from './booking.ts'

const hour = 3_600_000
const limits = { minMs: 1_000, maxMs: 12 * hour }
const now = Date.UTC(2026, 4, 2, 18)

const aBooking = (id: string, startsAtMs: number, endsAtMs: number, cancelledAtMs: number | null = null): Booking => ({
  id,
  callerId: null,
  userId: 'u',
  rigId: 'rig',
  title: null,
  startsAtMs,
  endsAtMs,
  cancelledAtMs,
  createdAtMs: 0,
  updatedAtMs: 0,
})

const refuses = (window: Window, message: RegExp, given = limits): void =>
  assert.throws(() => assertBookable(window, now, given), { code: 'invalid', message })

test('a booking to come, one that begins in the past and one of the longest length may be booked', () => {
  assertBookable({ startsAtMs: now + hour, endsAtMs: now + 2 * hour }, now, limits)
  assertBookable({ startsAtMs: now - hour, endsAtMs: now + 1 }, now, limits)
  assertBookable({ startsAtMs: now, endsAtMs: now + 12 * hour }, now, limits)
  assertBookable({ startsAtMs: now, endsAtMs: now + 1_000 }, now, limits)
})

test('a window is refused with its fault: back to front, empty, past, too long, too short', () => {
  refuses({ startsAtMs: now + hour, endsAtMs: now }, /^a booking must start before it ends$/)
  refuses({ startsAtMs: now + hour, endsAtMs: now + hour }, /^a booking must start before it ends$/)
  refuses({ startsAtMs: now - hour, endsAtMs: now }, /^this booking is wholly in the past$/)
  refuses({ startsAtMs: now, endsAtMs: now + 12 * hour + 1 }, /^a booking lasts at most 12 h$/)
  refuses({ startsAtMs: now, endsAtMs: now + 2 * hour }, /^a booking lasts at most 90 min$/, { minMs: 0, maxMs: 1.5 * hour })
  refuses({ startsAtMs: now, endsAtMs: now + 999 }, /^a booking lasts at least 1 s$/)
})

test('a refusal tells both times and the mend', () => {
  assert.throws(() => assertBookable({ startsAtMs: now + hour, endsAtMs: now }, now, limits), {
    facts: { startsAt: '2026-05-02T19:00:00.000Z', endsAt: '2026-05-02T18:00:00.000Z' },
    hint: 'swap the two times, or give a later end',
  })
  assert.throws(() => assertBookable({ startsAtMs: 0, endsAtMs: 1 }, now, limits), { hint: 'book a time that is still to come' })
  assert.throws(() => assertBookable({ startsAtMs: now, endsAtMs: now + 13 * hour }, now, limits), { hint: /back to back/ })
  assert.throws(() => assertBookable({ startsAtMs: now, endsAtMs: now + 1 }, now, limits), { hint: 'give a later end' })
})

test('a number that no date can hold is refused as no time, at either end', () => {
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, 1.5, 8.64e15 + 1, -8.64e15 - 1, 2 ** 60]) {
    refuses({ startsAtMs: bad, endsAtMs: now + hour }, /^a start or end is no time$/)
    refuses({ startsAtMs: now, endsAtMs: bad }, /^a start or end is no time$/)
  }
  refuses({ startsAtMs: now, endsAtMs: 8.64e15 }, /at most/)
  assert.throws(() => assertBookable({ startsAtMs: Number.NaN, endsAtMs: now }, now, limits), { hint: /2026-05-02T19:30:00/, facts: {} })
})

test('back to back is free; one shared millisecond is not', () => {
  const held = [aBooking('held', now, now + hour)]
  assertFree({ startsAtMs: now + hour, endsAtMs: now + 2 * hour }, held)
  assertFree({ startsAtMs: now - hour, endsAtMs: now }, held)
  assert.throws(() => assertFree({ startsAtMs: now + hour - 1, endsAtMs: now + 2 * hour }, held), { code: 'conflict' })
  assert.throws(() => assertFree({ startsAtMs: now - hour, endsAtMs: now + 1 }, held), { code: 'conflict' })
})

test('a conflict names the booking in the way, and a cancelled one stands in the way of none', () => {
  const others = [aBooking('gone', now, now + hour, now), aBooking('held', now, now + hour), aBooking('later', now + 1, now + hour)]
  assert.throws(() => assertFree({ startsAtMs: now, endsAtMs: now + 5 }, others), {
    message: 'the rig is taken by booking held from 2026-05-02T18:00:00.000Z to 2026-05-02T19:00:00.000Z',
    hint: 'choose a time before or after it, or cancel it',
    facts: { conflictsWith: 'held', startsAt: '2026-05-02T18:00:00.000Z', endsAt: '2026-05-02T19:00:00.000Z' },
  })
  assert.deepEqual(
    conflictsWith({ startsAtMs: now, endsAtMs: now + 5 }, others).map(({ id }) => id),
    ['held', 'later'],
  )
})

test('two windows conflict exactly when some instant is in both, whichever is asked', () => {
  const span = fc.tuple(fc.nat(30), fc.integer({ min: 1, max: 15 }))
  fc.assert(
    fc.property(span, span, ([a, aLength], [b, bLength]) => {
      const one = aBooking('one', a, a + aLength)
      const two = aBooking('two', b, b + bLength)
      const shared = Array.from({ length: aLength }, (_, n) => a + n).some((at) => b <= at && at < b + bLength)
      assert.equal(conflictsWith(one, [two]).length === 1, shared)
      assert.equal(conflictsWith(two, [one]).length === 1, shared)
    }),
  )
})

test('an end moves where it is asked to, but never before now', () => {
  const running = aBooking('a', now - hour, now + hour)
  assert.equal(movedEnd(running, now + 2 * hour, now), now + 2 * hour)
  assert.equal(movedEnd(running, now - 5, now), now)
  assert.equal(movedEnd(running, now - 5, now + 0.2), now + 1)
})

test('the end of a booking that is cancelled or over stays where it is', () => {
  assert.throws(() => movedEnd(aBooking('a', now - hour, now + hour, now - 1), now + 5, now), {
    code: 'conflict',
    message: 'booking a is cancelled',
    hint: 'make a new booking',
    facts: { booking: 'a' },
  })
  assert.throws(() => movedEnd(aBooking('a', now - hour, now), now + 5, now), { code: 'conflict', message: 'booking a has ended' })
  assert.equal(movedEnd(aBooking('a', now - hour, now + 1), now + 5, now), now + 5)
})

test('an instant is written in UTC with milliseconds', () => {
  assert.equal(instant(now + 7), '2026-05-02T18:00:00.007Z')
})
