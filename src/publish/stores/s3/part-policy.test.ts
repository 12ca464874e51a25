import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { maxParts, mebibyte, partBytesFor, partCount, partsDue } from './part-policy.ts'

const partMb = 5 * mebibyte

test('parts have 5 MiB, and more only where the header or 10,000 parts need it', () => {
  const of = (headerBytes: number, longestBytes: number, wantedBytes = 0): number =>
    partBytesFor({ headerBytes, longestBytes, wantedBytes }) / mebibyte
  assert.deepEqual([of(4_096, 1e9), of(0, 0), of(partMb, 50_000 * mebibyte)], [5, 5, 5])
  assert.deepEqual([of(partMb + 1, 1e9), of(4_096, 50_000 * mebibyte + 1), of(4_096, 1e9, 8 * mebibyte)], [6, 6, 8])
})

test('the parts of a whole film are all equal but the last, cover it without a gap, and the first one goes last', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 * partMb }), (total) => {
      const due = partsDue({ partBytes: partMb, available: total, total, sent: new Set() })
      assert.equal(due.at(-1)?.number, 1)
      assert.equal(due.length, partCount(total, partMb))
      const ordered = due.toSorted((a, b) => a.number - b.number)
      assert.ok(ordered.slice(0, -1).every(({ bytes }) => bytes === partMb))
      let end = 0
      for (const { firstByte, bytes } of ordered) {
        assert.equal(firstByte, end)
        assert.ok(bytes > 0)
        end += bytes
      }
      assert.equal(end, total)
    }),
  )
})

test('a film that grows never changes a part that was sent: extending a booking re-sends nothing', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 3 * partMb }), { minLength: 1, maxLength: 30 }), (steps) => {
      const sent = new Map<number, number>()
      let available = 4_096
      for (const step of steps) {
        available += step
        for (const { number, firstByte, bytes } of partsDue({
          partBytes: partMb,
          available,
          total: undefined,
          sent: new Set(sent.keys()),
        })) {
          assert.ok(number > 1 && firstByte + bytes <= available, 'whole, and never the first')
          assert.ok(!sent.has(number))
          sent.set(number, bytes)
        }
      }
      const rest = partsDue({ partBytes: partMb, available, total: available, sent: new Set(sent.keys()) })
      assert.ok(rest.length <= 2, 'after the end only the first part and the tail are left')
      assert.equal(
        [...sent.values(), ...rest.map(({ bytes }) => bytes)].reduce((a, b) => a + b),
        available,
      )
    }),
  )
})

test('the longest film has 10,000 parts and no more', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10 * maxParts * mebibyte }), (longestBytes) => {
      const partBytes = partBytesFor({ headerBytes: 0, longestBytes, wantedBytes: 0 })
      assert.ok(partCount(longestBytes, partBytes) <= maxParts)
    }),
  )
})
