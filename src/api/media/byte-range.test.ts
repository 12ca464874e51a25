import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { byteRangeOf, isKnown, rangeStillFits } from './byte-range.ts'

test('one range is read as RFC 9110 says, both ends counted', () => {
  assert.deepEqual(byteRangeOf('bytes=0-499', 1_000), { first: 0, last: 499 })
  assert.deepEqual(byteRangeOf('bytes=500-', 1_000), { first: 500, last: 999 })
  assert.deepEqual(byteRangeOf('bytes=-300', 1_000), { first: 700, last: 999 })
  assert.deepEqual(byteRangeOf(' bytes = 1 - 2 ', 1_000), { first: 1, last: 2 })
})

test('an end past the file is cut to it', () => {
  assert.deepEqual(byteRangeOf('bytes=900-5000', 1_000), { first: 900, last: 999 })
  assert.deepEqual(byteRangeOf('bytes=-5000', 1_000), { first: 0, last: 999 })
  assert.deepEqual(byteRangeOf('bytes=999-999', 1_000), { first: 999, last: 999 })
})

test('a range that begins past the end, or asks for the last nothing, is not to be had', () => {
  for (const header of ['bytes=1000-', 'bytes=1000-1001', 'bytes=-0']) assert.equal(byteRangeOf(header, 1_000), 'none', header)
})

test('of an empty file there is no range at all', () => {
  for (const header of ['bytes=0-', 'bytes=0-0', 'bytes=-1', 'bytes=-0']) assert.equal(byteRangeOf(header, 0), 'none', header)
})

test('what is no single range of bytes is passed over', () => {
  for (const header of [null, '', 'bytes', 'bytes=', 'bytes=-', 'bytes=3-1', 'bytes=0-1,5-6', 'items=0-1', 'bytes=a-b', 'bytes=1-2;q=1'])
    assert.equal(byteRangeOf(header, 1_000), 'whole', String(header))
})

test('whatever the header, a range lies within the file', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^bytes=\d{0,25}-\d{0,25}$/)), fc.nat(5_000), (header, size) => {
      const range = byteRangeOf(header, size)
      if (typeof range !== 'string') assert.ok(range.first >= 0 && range.first <= range.last && range.last < size)
    }),
  )
})

test('a part of the film fits only what the client began with', () => {
  assert.equal(rangeStillFits(null, '"a"'), true)
  assert.equal(rangeStillFits('"a"', '"a"'), true)
  for (const other of ['"b"', 'W/"a"', 'a', 'Sat, 02 May 2026 17:30:00 GMT']) assert.equal(rangeStillFits(other, '"a"'), false, other)
})

test('a client that has the film already need not be sent it', () => {
  for (const header of ['"a"', 'W/"a"', '"b", "a"', '*']) assert.equal(isKnown(header, '"a"'), true, header)
  for (const header of [null, '"b"', 'a', '']) assert.equal(isKnown(header, '"a"'), false, String(header))
})
