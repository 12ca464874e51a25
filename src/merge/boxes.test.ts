import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { EzrecError } from '../base/errors.ts'
import { boxAt, boxesIn, boxNamed, boxSize, makeBox, makeFullBox, readU32, u32, u64 } from './boxes.ts'

const unreadable = (error: unknown): boolean => error instanceof EzrecError && error.code === 'media_unreadable'

test('boxes that are made are found again, in order and place, with their bodies', () => {
  const type = fc.stringMatching(/^[a-z]{4}$/)
  fc.assert(
    fc.property(fc.array(fc.tuple(type, fc.uint8Array({ maxLength: 40 })), { maxLength: 8 }), (parts) => {
      const buffer = Buffer.concat(parts.map(([name, body]) => makeBox(name, Buffer.from(body))))
      const found = boxesIn(buffer)
      assert.deepEqual(
        found.map((box) => [box.type, Uint8Array.from(box.body)]),
        parts,
      )
      for (const { start, whole } of found) assert.deepEqual(buffer.subarray(start, start + whole.length), whole)
      assert.deepEqual(Buffer.concat(found.map(({ whole }) => whole)), buffer)
    }),
  )
})

test('a box with a large size is read by it', () => {
  const large = Buffer.concat([u32(1), Buffer.from('mdat'), u64(19), Buffer.from('abc')])
  const [box] = boxesIn(large)
  assert.deepEqual([box?.type, box?.body.toString()], ['mdat', 'abc'])
  assert.deepEqual(boxSize(large, 0), { header: 16, bytes: 19 })
  assert.equal(boxSize(large.subarray(0, 15), 0), undefined)
  assert.equal(boxSize(large.subarray(0, 7), 0), undefined)
})

test('a size that does not fit is refused: too long, shorter than its header, larger than any file', () => {
  for (const bytes of [
    Buffer.concat([u32(9), Buffer.from('free')]),
    Buffer.concat([u32(7), Buffer.from('free')]),
    Buffer.concat([u32(0), Buffer.from('free')]),
    Buffer.concat([u32(1), Buffer.from('free'), u64(15), Buffer.alloc(20)]),
    Buffer.concat([u32(1), Buffer.from('free'), Buffer.alloc(8, 0xff)]),
    Buffer.alloc(3),
  ])
    assert.throws(() => boxesIn(bytes), unreadable)
})

test('a path of types leads to a box, and one that is missing is named', () => {
  const film = makeBox('moov', makeBox('mvhd', u32(1)), makeBox('trak', makeBox('tkhd', u32(7))))
  assert.deepEqual(boxAt(film, 'moov', 'trak', 'tkhd').body, u32(7))
  assert.throws(() => boxAt(film, 'moov', 'trak', 'mdia'), { code: 'media_unreadable', message: /there is no mdia box/ })
  assert.throws(() => boxNamed([], 'moov'), { message: /no moov/ })
})

test('a field past the end of its body is refused', () => {
  assert.equal(readU32(u32(1, 0xffffffff), 4), 0xffffffff)
  assert.throws(() => readU32(u32(1, 2), 5), unreadable)
})

test('a full box begins with its version', () => {
  assert.deepEqual(makeFullBox('stts', 1, u32(5)), Buffer.concat([u32(16), Buffer.from('stts'), u32(0x01000000, 5)]))
})

test('of random bytes nothing but media_unreadable is ever thrown', () => {
  const small = fc.uint8Array({ maxLength: 60 }).map((bytes) => bytes.map((byte, n) => (n % 8 < 3 ? 0 : byte)))
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 60 }), small), (bytes) => {
      try {
        for (const { body } of boxesIn(Buffer.from(bytes))) boxesIn(body)
      } catch (error) {
        assert.ok(unreadable(error))
      }
    }),
  )
})
