import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import fc from 'fast-check'
import { soundStream } from '../../../tests/media/test-sound.ts'
import { bareUnit, readSoundUnits, type SoundUnit } from './sound-units.ts'

let stream: Buffer
before(async () => {
  stream = await soundStream(2)
})

const readAll = (pieces: readonly Buffer[]): SoundUnit[] => {
  const reader = readSoundUnits()
  return pieces.flatMap((piece) => reader.push(piece))
}

test('every access unit of a stream is found, with its time, in whatever pieces it comes', () => {
  const whole = readAll([stream])
  assert.ok(whole.length >= 94, `${whole.length} units`)
  assert.deepEqual(
    whole.map(({ ticks }) => ticks - (whole[0]?.ticks ?? 0)),
    whole.map((_, n) => n * 1_920),
  )
  fc.assert(
    fc.property(fc.array(fc.nat(stream.length), { maxLength: 12 }), (cuts) => {
      const places = [0, ...cuts.toSorted((a, b) => a - b), stream.length]
      assert.deepEqual(readAll(places.slice(1).map((end, n) => stream.subarray(places[n], end))), whole)
    }),
  )
})

test('what was damaged is left out, the rest is as it was, and nothing is thrown', () => {
  const whole = new Set(readAll([stream]).map(({ data }) => data.toString('hex')))
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(stream.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }), (changes) => {
      const bytes = Buffer.from(stream)
      for (const [at, value] of changes) bytes[at] = value
      const strange = readAll([bytes]).filter(({ data }) => !whole.has(data.toString('hex')))
      assert.ok(strange.length <= changes.length, `${strange.length} units are new`)
    }),
  )
  fc.assert(fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => assert.deepEqual(readAll([Buffer.from(bytes)]), [])))
})

test('a unit of another form, or of another length than it says, is none', () => {
  const header = (form: number, length: number): Buffer =>
    Buffer.from([0xff, 0xf1, form >> 8, (form & 0xc0) | (length >> 11), (length >> 3) & 0xff, ((length & 7) << 5) | 0x1f, 0xfc])
  const ours = (1 << 14) | (3 << 10) | (1 << 6)
  const body = Buffer.from([1, 2, 3])
  assert.deepEqual(bareUnit(Buffer.concat([header(ours, 10), body])), body)
  assert.equal(bareUnit(Buffer.concat([header(ours, 11), body])), undefined, 'longer than it is')
  assert.equal(bareUnit(Buffer.concat([header((1 << 14) | (3 << 10) | (2 << 6), 10), body])), undefined, 'two channels')
  assert.equal(bareUnit(Buffer.concat([header((1 << 14) | (4 << 10) | (1 << 6), 10), body])), undefined, '44.1 kHz')
  assert.equal(bareUnit(Buffer.alloc(10)), undefined)
})
