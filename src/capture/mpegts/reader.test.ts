import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import fc from 'fast-check'
import { transportStream } from '../../../tests/media/test-films.ts'
import { soundStream } from '../../../tests/media/test-sound.ts'
import { runChild } from '../../base/process.ts'
import { packetBytes, readTransport, ticksModulus, unwrapTicks, type PictureStart } from './reader.ts'
import { firstContinuity, packetize } from './writer.ts'

/** A stream of our own: `times` in ticks, a key frame every third picture, each of a few packets. */
function streamOf(times: readonly number[], bytes = 400): Buffer {
  let continuity = firstContinuity
  return Buffer.concat(
    times.map((ptsTicks, n) => {
      const written = packetize({ data: Buffer.alloc(bytes + 97 * n, 0x47), ptsTicks, keyFrame: n % 3 === 0 }, continuity)
      continuity = written.continuity
      return written.packets
    }),
  )
}

/** All that a reader tells of pieces in a row. */
function readAll(
  pieces: readonly Buffer[],
  near = 0,
): { pictures: PictureStart[]; packets: Buffer; skipped: number; tables: Buffer | undefined } {
  const reader = readTransport(near)
  const pictures: PictureStart[] = []
  const packets: Buffer[] = []
  for (const piece of pieces) {
    pictures.push(...reader.push(piece))
    packets.push(Buffer.from(reader.packets))
  }
  const whole = Buffer.concat(packets)
  assert.equal(reader.bytesRead, whole.length)
  return { pictures, packets: whole, skipped: reader.bytesSkipped, tables: reader.tables }
}

function cut(stream: Buffer, at: readonly number[]): Buffer[] {
  const places = [0, ...at.map((place) => place % (stream.length + 1)).toSorted((a, b) => a - b), stream.length]
  return places.slice(1).map((end, n) => stream.subarray(places[n], end))
}

const someCuts = fc.array(fc.nat(1_000_000), { maxLength: 20 })

let real: Buffer
before(async () => {
  real = await transportStream(3)
})

test("of ffmpeg's stream every picture is found, with its time and whether it is a key frame", () => {
  const { pictures, packets, skipped } = readAll([real])
  const first = pictures[0]?.ticks ?? Number.NaN
  assert.deepEqual(
    pictures.map(({ ticks }) => ticks - first),
    Array.from({ length: 75 }, (_, n) => n * 3_600),
  )
  assert.deepEqual(
    pictures.flatMap(({ key }, n) => (key ? [n] : [])),
    [0, 25, 50],
  )
  assert.deepEqual(packets, real)
  assert.equal(skipped, 0)
  for (const { at } of pictures) assert.equal((real[at + 1] ?? 0) & 0x40, 0x40)
})

test('any split of a stream gives the same pictures, packets and tables', () => {
  const whole = readAll([real])
  fc.assert(
    fc.property(someCuts, (cuts) => {
      assert.deepEqual(readAll(cut(real, cuts)), whole)
    }),
    { numRuns: 60 },
  )
  const small = streamOf([0, 3_600, 7_200, 10_800])
  const bytes = Array.from(small, (_, n) => small.subarray(n, n + 1))
  assert.deepEqual(readAll(bytes), readAll([small]))
})

test('garbage between packets is skipped, however the stream is split, and no picture after it is lost', () => {
  const head = streamOf([0, 3_600, 7_200])
  const tail = streamOf([10_800, 14_400, 18_000])
  const garbage = fc
    .uint8Array({ minLength: 1, maxLength: 600 })
    .map((bytes) => Buffer.from(bytes.map((byte) => (byte === 0x47 ? 0 : byte))))
  fc.assert(
    fc.property(garbage, someCuts, (between, cuts) => {
      const stream = Buffer.concat([head, between, tail])
      const told = readAll(cut(stream, cuts))
      assert.deepEqual(
        told.pictures.map(({ ticks }) => ticks),
        [0, 3_600, 7_200, 10_800, 14_400, 18_000],
      )
      assert.equal(told.skipped, between.length)
      assert.deepEqual(told.packets, Buffer.concat([head, tail]))
      assert.equal(told.pictures[3]?.at, head.length + 2 * packetBytes)
    }),
  )
})

test('a sync byte within garbage is believed only with another one a packet later, wherever the stream is split', () => {
  const head = streamOf([0])
  const tail = streamOf([3_600, 7_200])
  const between = Buffer.alloc(100)
  between[20] = 0x47
  const stream = Buffer.concat([head, between, tail])
  for (let at = head.length; at < head.length + 300; at += 1) {
    const told = readAll([stream.subarray(0, at), stream.subarray(at)])
    assert.deepEqual([told.skipped, told.pictures.length], [100, 3], `split at ${at}`)
  }
})

test('random bytes are never more than skipped or passed on', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 800 }), { maxLength: 6 }), (pieces) => {
      readAll(pieces.map((piece) => Buffer.from(piece)))
    }),
  )
})

test('packets of random content behind true sync bytes never throw', () => {
  const packet = fc.uint8Array({ minLength: 187, maxLength: 187 }).map((bytes) => Buffer.concat([Buffer.from([0x47]), bytes]))
  const table = packet.map((bytes) => (bytes.set([0x47, 0x40, 0, 0x10, 0, 0], 0), bytes))
  fc.assert(
    fc.property(fc.array(fc.oneof(packet, table, fc.constant(streamOf([0]))), { maxLength: 12 }), (packets) => {
      const { pictures } = readAll(packets)
      for (const { ticks } of pictures) assert.ok(Number.isSafeInteger(ticks))
    }),
  )
})

test('time goes on over the wrap of 33 bits, as often as it wraps', () => {
  const step = 2 ** 32 - 1_000
  const times = Array.from({ length: 12 }, (_, n) => n * step)
  assert.deepEqual(
    readAll([streamOf(times)]).pictures.map(({ ticks }) => ticks),
    times,
  )
})

test('a stream that goes on is unwrapped to where it was before', () => {
  const before = 5 * ticksModulus + 90_000
  assert.deepEqual(
    readAll([streamOf([before + 3_600, before + 7_200])], before).pictures.map(({ ticks }) => ticks),
    [before + 3_600, before + 7_200],
  )
  assert.equal(unwrapTicks(10, ticksModulus - 10), ticksModulus + 10)
  assert.equal(unwrapTicks(ticksModulus - 10, ticksModulus + 10), ticksModulus - 10)
})

test('no tables are told before both were seen, and then they are two packets of the stream', () => {
  const stream = streamOf([0, 3_600])
  const reader = readTransport()
  reader.push(stream.subarray(0, packetBytes))
  assert.equal(reader.tables, undefined)
  reader.push(stream.subarray(packetBytes, 2 * packetBytes))
  assert.deepEqual(reader.tables, stream.subarray(0, 2 * packetBytes))
})

test('of a stream of sound alone every access unit is found, each a place to begin', async () => {
  const { pictures, skipped } = readAll([await soundStream(2)])
  assert.deepEqual(
    pictures.map(({ ticks }) => ticks - (pictures[0]?.ticks ?? 0)),
    pictures.map((_, n) => n * 1_920),
  )
  assert.ok(pictures.length >= 94 && pictures.every(({ key }) => key), `${pictures.length} units`)
  assert.equal(skipped, 0)
})

test('of a stream with both, in either order, the pictures are followed', async () => {
  for (const order of [
    ['0:v', '1:a'],
    ['1:a', '0:v'],
  ]) {
    const inputs = '-f lavfi -i color=s=64x64:r=25:d=1 -f lavfi -i sine=d=1'.split(' ')
    const maps = order.flatMap((stream) => ['-map', stream])
    const encode = '-c:v libx264 -g 25 -bf 0 -c:a aac -f mpegts pipe:1'.split(' ')
    const { stdout } = await runChild('ffmpeg', ['-v', 'error', ...inputs, ...maps, ...encode])
    const { pictures } = readAll([stdout])
    assert.deepEqual(
      pictures.flatMap(({ key }, n) => (key ? [n] : [])),
      [0],
      order.join(' '),
    )
    assert.equal(pictures.length, 25)
  }
})
