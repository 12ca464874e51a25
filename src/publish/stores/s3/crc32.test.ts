import assert from 'node:assert/strict'
import { crc32 } from 'node:zlib'
import { test } from 'node:test'
import fc from 'fast-check'
import { crc32Text, joinCrc32 } from './crc32.ts'

test('the checksum of a whole comes out of those of its parts, however they are cut', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 3_000 }), { maxLength: 6 }), (parts) => {
      const joined = parts.reduce((sum, part) => joinCrc32(sum, crc32(part), part.length), 0)
      assert.equal(joined, crc32(Buffer.concat(parts)))
    }),
  )
})

test('also of parts as large as those of an upload', () => {
  const [a, b] = [Buffer.alloc(5 * 1_048_576, 'ezrec'), Buffer.alloc(5 * 1_048_576 + 77, 'film')]
  assert.equal(joinCrc32(crc32(a), crc32(b), b.length), crc32(Buffer.concat([a, b])))
})

test('it is written as the store writes it', () => {
  assert.equal(crc32Text(crc32('123456789')), 'y/Q5Jg==') // the check value of the catalogue: cbf43926
})
