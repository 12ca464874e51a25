import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Booking } from '../../booking/booking.ts'
import { bookingChanges, type PlanSchedule } from './plan-schedule.ts'

const now = Date.UTC(2026, 4, 2, 18)
const hour = 3_600_000
const booking = (id: string, change: Partial<Booking> = {}): Booking => ({
  id,
  callerId: null,
  userId: 'u',
  rigId: 'rig',
  title: 'T',
  startsAtMs: now + hour,
  endsAtMs: now + 2 * hour,
  cancelledAtMs: null,
  createdAtMs: 5,
  updatedAtMs: 5,
  ...change,
})
const window = { bookingId: 'a', startsAtMs: now + hour, endsAtMs: now + 2 * hour, userId: 'u', title: 'T', createdAtMs: 5 }
const changes = (given: Partial<PlanSchedule>): { insert: unknown; move: unknown; cancel: unknown } =>
  bookingChanges({ rigId: 'rig', windows: [], stored: [], nowMs: now, userId: 'venue', ...given })

test('rows that the plan agrees with stay as they are', () => {
  assert.deepEqual(changes({ windows: [window], stored: [booking('a')] }), { insert: [], move: [], cancel: [] })
})

test('a booking that only the plan knows comes back whole', () => {
  const { insert } = changes({ windows: [{ ...window, callerId: 'theirs' }] })
  assert.deepEqual(insert, [booking('a', { callerId: 'theirs', updatedAtMs: now })])
})

test('a window of an old plan comes back as a booking of the venue, without a title', () => {
  const { bookingId, startsAtMs, endsAtMs } = window
  const { insert } = changes({ windows: [{ bookingId, startsAtMs, endsAtMs }] })
  assert.deepEqual(insert, [booking('a', { userId: 'venue', title: null, createdAtMs: now, updatedAtMs: now })])
})

test('a booking that was moved or named since gets the times and the title of the plan; an old plan says nothing of titles', () => {
  const moved = { ...window, endsAtMs: now + 3 * hour }
  assert.deepEqual(changes({ windows: [moved], stored: [booking('a')] }).move, [
    booking('a', { endsAtMs: now + 3 * hour, updatedAtMs: now }),
  ])
  assert.deepEqual(changes({ windows: [{ ...window, title: 'Final' }], stored: [booking('a')] }).move, [
    booking('a', { title: 'Final', updatedAtMs: now }),
  ])
  assert.deepEqual(changes({ windows: [{ ...window, userId: undefined, title: undefined }], stored: [booking('a')] }).move, [])
})

test('a booking to come that a newer plan does not name was cancelled; one that is over, or of another rig, was not', () => {
  const stored = [booking('a'), booking('over', { endsAtMs: now }), booking('other', { rigId: 'rig 2' })]
  assert.deepEqual(changes({ stored }), { insert: [], move: [], cancel: [booking('a', { cancelledAtMs: now, updatedAtMs: now })] })
})

test('a cancelled booking stays cancelled, whatever the plan says', () => {
  const stored = [booking('a', { cancelledAtMs: now - 1 })]
  assert.deepEqual(changes({ windows: [{ ...window, endsAtMs: now + 3 * hour }], stored }), { insert: [], move: [], cancel: [] })
})

test('a booking that is not to be recorded comes back as one, and is not called cancelled for having no window', () => {
  const quiet = booking('a', { unrecorded: true })
  assert.deepEqual(changes({ unrecorded: [window], stored: [quiet] }), { insert: [], move: [], cancel: [] })
  assert.deepEqual(changes({ unrecorded: [window] }).insert, [{ ...quiet, updatedAtMs: now }])
  assert.deepEqual(changes({ unrecorded: [window], stored: [booking('a')] }).move, [{ ...quiet, updatedAtMs: now }])
  assert.deepEqual(changes({ windows: [window], stored: [quiet] }).move, [booking('a', { updatedAtMs: now })])
})
