import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { test } from 'node:test'
import { expectedOf, judgeObject, type SentPart } from './proof-policy.ts'

const texts = ['first part', 'second, longer part', 'end']
const parts: readonly SentPart[] = texts.map((text, n) => ({
  number: n + 1,
  firstByte: texts.slice(0, n).join('').length,
  bytes: text.length,
  md5: createHash('md5').update(text).digest('hex'),
  sha256: createHash('sha256').update(text).digest('hex'),
  crc32: crc32(text),
  etag: 'whatever the store says',
}))
const expected = expectedOf(parts)

test('what the whole must have comes from the parts in their order, however they were sent', () => {
  assert.deepEqual(expectedOf(parts.toReversed()), expected)
  assert.equal(expected.bytes, texts.join('').length)
  const crc = Buffer.alloc(4)
  crc.writeUInt32BE(crc32(texts.join('')))
  assert.equal(expected.crc32, crc.toString('base64'))
  assert.match(expected.etag, /^[0-9a-f]{32}-3$/)
})

test('a checksum of the whole or the MD5 of the MD5s is a proof, and says by what', () => {
  const { bytes } = expected
  assert.deepEqual(judgeObject(expected, { bytes, crc32: expected.crc32 }), { is: 'proven', by: 'crc32' })
  assert.deepEqual(judgeObject(expected, { bytes, sha256: expected.sha256 }), { is: 'proven', by: 'sha256' })
  assert.deepEqual(judgeObject(expected, { bytes, etag: expected.etag }), { is: 'proven', by: 'etag' })
})

test('a size alone, silence, or the tag of an encrypted bucket prove nothing', () => {
  const { bytes } = expected
  for (const told of [{}, { bytes }, { bytes, etag: '0123456789abcdef0123456789abcdef-3' }, { bytes, etag: 'opaque' }])
    assert.deepEqual(judgeObject(expected, told), { is: 'open' })
})

test('another size or another checksum is another object, whatever else agrees', () => {
  const { bytes, etag, crc32: crc } = expected
  assert.deepEqual(judgeObject(expected, { bytes: bytes - 1, etag, crc32: crc }), { is: 'different' })
  assert.deepEqual(judgeObject(expected, { bytes, etag, crc32: 'AAAAAA==' }), { is: 'different' })
  assert.deepEqual(judgeObject(expected, { bytes, etag, sha256: 'AAAA-3' }), { is: 'different' })
})

test('a checksum of another kind than ours, of the parts instead of the whole, is not compared', () => {
  assert.deepEqual(judgeObject(expected, { bytes: expected.bytes, crc32: 'AAAAAA==-3' }), { is: 'open' })
})
