import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { EzrecError } from '../base/errors.ts'
import { parseBookingsFile } from './bookings-file.ts'

const entry = { id: 'b1', start_time: '2026-05-02T19:30:00Z', end_time: '2026-05-02T20:30:00Z' }
test('both shapes of the original are read: a list, and a list under a name', () => {
  assert.deepEqual(parseBookingsFile(JSON.stringify([entry])), [entry])
  assert.deepEqual(parseBookingsFile(JSON.stringify({ bookings: [entry], last_updated: 'x' })), [entry])
})

test('fields that only the original knew are passed by', () => {
  const old = { ...entry, date: '2026-05-02', recording_id: null, email: 'a@b', retry_count: 0, status: null, camera_id: 'camera_1' }
  assert.deepEqual(parseBookingsFile(JSON.stringify([old])), [{ ...entry, email: 'a@b', status: null, camera_id: 'camera_1' }])
})

test('a word that is misspelt is told, and nothing is recorded by it', () => {
  const [slip, good] = parseBookingsFile(
    JSON.stringify([
      { ...entry, recrod: false },
      { ...entry, notes: 'x' },
    ]),
  )
  assert.deepEqual([slip, good], [{ fault: 'recrod: is no field of a booking: did you mean record?' }, entry])
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
