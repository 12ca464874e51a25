import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { firstContinuity, packetBytes, packetize, ptsWrapTicks, type AccessUnit } from './writer.ts'

const anyUnit: fc.Arbitrary<AccessUnit> = fc.record({
  data: fc.uint8Array({ minLength: 1, maxLength: 3000 }),
  ptsTicks: fc.integer({ min: 0, max: ptsWrapTicks * 2 }),
  keyFrame: fc.boolean(),
})

/** What a receiver takes from the packets of one PID: 2.4.3.2 and 2.4.3.4. */
function received(packets: Buffer, pid: number): { payload: Buffer; counts: number[]; adaptation: Buffer[] } {
  const parts: Buffer[] = []
  const counts: number[] = []
  const adaptation: Buffer[] = []
  for (let at = 0; at < packets.length; at += packetBytes) {
    const packet = packets.subarray(at, at + packetBytes)
    assert.equal(packet[0], 0x47)
    if ((packet.readUInt16BE(1) & 0x1fff) !== pid) continue
    const flags = packet.readUInt8(3)
    const fieldBytes = (flags & 0x20) === 0 ? 0 : 1 + packet.readUInt8(4)
    counts.push(flags & 15)
    adaptation.push(packet.subarray(4, 4 + fieldBytes))
    parts.push(packet.subarray(4 + fieldBytes))
  }
  return { payload: Buffer.concat(parts), counts, adaptation }
}

test('what goes in comes out: bytes, time modulo 2^33, and a count without a gap over many units', () => {
  fc.assert(
    fc.property(fc.array(anyUnit, { minLength: 1, maxLength: 12 }), (units) => {
      let continuity = firstContinuity
      const counts: number[] = []
      for (const unit of units) {
        const written = packetize(unit, continuity)
        continuity = written.continuity
        assert.equal(written.packets.length % packetBytes, 0)
        const video = received(written.packets, 0x100)
        counts.push(...video.counts)
        assert.deepEqual(video.payload.subarray(14), Buffer.from(unit.data))
        assert.equal(ptsOf(video.payload), unit.ptsTicks % ptsWrapTicks)
      }
      assert.deepEqual(
        counts,
        counts.map((_, n) => n % 16),
      )
    }),
  )
})

test('a key frame brings its tables and its mark, another picture neither', () => {
  const write = (keyFrame: boolean): Buffer => packetize({ data: new Uint8Array(500), ptsTicks: 90_000, keyFrame }, firstContinuity).packets
  assert.equal(received(write(true), 0).counts.length, 1)
  assert.equal(received(write(true), 0x1000).counts.length, 1)
  assert.equal(received(write(true), 0x100).adaptation[0]?.at(1), 0x50)
  assert.equal(received(write(false), 0).counts.length, 0)
  assert.equal(received(write(false), 0x100).adaptation[0]?.at(1), 0x10)
})

test('the program clock runs a fifth of a second ahead, also over the wrap', () => {
  const clock = (ptsTicks: number): number => {
    const field = received(packetize({ data: new Uint8Array(9), ptsTicks, keyFrame: false }, firstContinuity).packets, 0x100).adaptation[0]
    return field === undefined ? Number.NaN : field.readUInt32BE(2) * 2 + (field.readUInt8(6) >> 7)
  }
  assert.equal(clock(90_001), 72_001)
  assert.equal(clock(1000), ptsWrapTicks - 17_000)
})

test('the tables carry a checksum that leaves nothing over', () => {
  const { packets } = packetize({ data: new Uint8Array(9), ptsTicks: 0, keyFrame: true }, firstContinuity)
  for (const pid of [0, 0x1000]) {
    const section = received(packets, pid).payload.subarray(1)
    assert.equal(remainder(section.subarray(0, 3 + (section.readUInt16BE(1) & 0xfff))), 0)
  }
})

function ptsOf(pes: Buffer): number {
  return ((pes.readUInt8(9) >> 1) & 7) * 2 ** 30 + (pes.readUInt16BE(10) >> 1) * 2 ** 15 + (pes.readUInt16BE(12) >> 1)
}

function remainder(bytes: Buffer): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte << 24
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 0x80000000) === 0 ? crc << 1 : (crc << 1) ^ 0x04c11db7
  }
  return crc >>> 0
}
