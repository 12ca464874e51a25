import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countBookings, type BookedFilm } from './booking-stats.ts'

const film = (status: BookedFilm['status'], more: Partial<BookedFilm> = {}): BookedFilm => ({
  startsAtMs: 0,
  status,
  film: status === 'uploaded' ? 'complete' : undefined,
  causes: [],
  ...more,
})

test('the success of a venue is of what is over and was wanted: nothing that runs, waits or was cancelled counts', () => {
  const counts = countBookings([
    ...[film('uploaded'), film('uploaded', { film: 'partial', causes: ['stalled'] }), film('missed'), film('failed')],
    ...[film('scheduled'), film('recording'), film('processing'), film('cancelled')],
  ])
  assert.deepEqual(counts, {
    bookings: 8,
    published: 2,
    partial: 1,
    missed: 1,
    failed: 1,
    cancelled: 1,
    successRate: 0.5,
    causes: { stalled: 1 },
  })
})

test('without one that is over there is no rate', () => {
  assert.equal(countBookings([film('recording')]).successRate, null)
  assert.equal(countBookings([]).successRate, null)
})

test('a cause counts once a booking, and the one that costs most comes first', () => {
  const partial = (...causes: string[]): BookedFilm => film('uploaded', { film: 'partial', causes })
  const { causes } = countBookings([partial('killed', 'killed', 'stalled'), partial('stalled')])
  assert.deepEqual(Object.entries(causes), [
    ['stalled', 2],
    ['killed', 1],
  ])
})
