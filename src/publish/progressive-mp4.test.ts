import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { before, test } from 'node:test'
import fc from 'fast-check'
import { fragmentedFilm, fragmentedFilmWithSound, framesOf } from '../../tests/media/test-films.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { EzrecError } from '../base/errors.ts'
import { boxAt, boxesIn, makeBox, makeFullBox, u32, u64 } from '../merge/boxes.ts'
import { cutStream, payloadOf, readFragment } from '../merge/cmaf.ts'
import { headerRoom, progressiveHeader, type LedgerChunk } from './progressive-mp4.ts'

const unreadable = (error: unknown): boolean => error instanceof EzrecError && error.code === 'media_unreadable'

type Chunks = { init: Buffer; ledger: LedgerChunk[]; body: Buffer }

/** A stream of the encoder as the ledger keeps it. */
function chunksOf(stream: Buffer): Chunks {
  const pieces = cutStream().push(stream)
  const fragments = pieces.flatMap(({ is, bytes }) => (is === 'fragment' ? [bytes] : []))
  return {
    init: pieces.find(({ is }) => is === 'init')?.bytes ?? assert.fail('no init segment'),
    ledger: fragments.map((bytes) => {
      const { runs, payloadBytes } = readFragment(bytes)
      return { payloadBytes, runs: runs.map((run) => ({ ...run, sampleSizes: u32(...run.sampleSizes) })) }
    }),
    body: Buffer.concat(fragments.map(payloadOf)),
  }
}

let silent: Buffer
let sounding: Buffer
before(async () => {
  silent = await fragmentedFilm(73)
  sounding = await fragmentedFilmWithSound(2)
})

const trackOf = (header: Buffer, n: number): Buffer =>
  boxesIn(boxAt(header, 'moov').body).filter(({ type }) => type === 'trak')[n]?.body ?? assert.fail('no such track')
const tableOf = (header: Buffer, n: number, type: string): Buffer => boxAt(trackOf(header, n), 'mdia', 'minf', 'stbl', type).body
const numbers = (body: Buffer): number[] => Array.from({ length: body.length / 4 }, (_, n) => body.readUInt32BE(4 * n))

/** The header's boxes, with the mdat that has yet to follow filled up. */
const headerBoxes = (header: Buffer, bodyBytes: number) => boxesIn(Buffer.concat([header, Buffer.alloc(bodyBytes)]))
const headerOf = (header: Buffer): Buffer => header.subarray(0, header.length - 16)

test('a film made of chunks is decoded frame by frame as the fragments were', async () => {
  using folder = temporaryFolder()
  const { init, ledger, body } = chunksOf(silent)
  const reserved = headerRoom(73 / 25, 25, 0.4)
  const file = folder.file('film.mp4')
  writeFileSync(file, Buffer.concat([progressiveHeader(init, ledger, reserved), body]))
  const frames = await framesOf(file)
  assert.equal(frames.length, 73)
  assert.deepEqual(frames, await framesOf(silent))
})

test('so is one with sound: both tracks in one film', async () => {
  using folder = temporaryFolder()
  const { init, ledger, body } = chunksOf(sounding)
  const file = folder.file('film.mp4')
  writeFileSync(file, Buffer.concat([progressiveHeader(init, ledger, headerRoom(2, 25, 0.4, { sound: true })), body]))
  assert.deepEqual(await framesOf(file), await framesOf(sounding))
  const hashes = (lines: readonly string[]): (string | undefined)[] => lines.map((line) => line.split(',').at(-1))
  const [own, original] = [hashes(await framesOf(file, '0:a:0')), hashes(await framesOf(sounding, '0:a:0'))]
  assert.ok(own.length > 90)
  assert.deepEqual(own.slice(-original.length), original) // an edit list hides the encoder's first, silent packet in the original
})

test('ftyp, moov, free and mdat stand in that order and fill exactly the room in front of the body', () => {
  const { init, ledger, body } = chunksOf(silent)
  for (const reserved of [8_192, 20_000, 65_536]) {
    const header = progressiveHeader(init, ledger, reserved)
    assert.equal(header.length, reserved)
    const boxes = headerBoxes(header, body.length)
    assert.deepEqual(
      boxes.map(({ type }) => type),
      ['ftyp', 'moov', 'free', 'mdat'],
    )
    assert.equal(boxes[3]?.body.length, body.length)
    assert.equal(boxes[3].start, reserved - 16)
    assert.equal(boxes[0]?.body.toString('latin1').replaceAll(/[^a-z0-9]/g, ''), 'isomisomiso2avc1mp41')
    assert.equal(boxes[0].body.readUInt32BE(4), 512)
    assert.ok(boxes[2]?.body.every((byte) => byte === 0))
  }
})

test('the film is as long as its pictures, in the units of the film, of the track and of the media', () => {
  const { init, ledger } = chunksOf(silent)
  const header = headerOf(progressiveHeader(init, ledger, 8_192))
  const film = boxAt(header, 'moov', 'mvhd').body
  assert.deepEqual([film.readUInt32BE(12), film.readUInt32BE(16)], [1_000, 2_920])
  const track = trackOf(header, 0)
  assert.equal(boxAt(track, 'tkhd').body.readUInt32BE(20), 2_920)
  const media = boxAt(track, 'mdia', 'mdhd').body
  assert.deepEqual([media.readUInt32BE(12), media.readUInt32BE(16)], [90_000, 73 * 3_600])
})

test('the film is as long as its longest track', () => {
  const { init, ledger } = chunksOf(sounding)
  const header = headerOf(progressiveHeader(init, ledger, 20_000))
  const tracks = [0, 1].map((n) => boxAt(trackOf(header, n), 'tkhd').body.readUInt32BE(20))
  assert.equal(boxAt(header, 'moov', 'mvhd').body.readUInt32BE(16), Math.max(...tracks))
})

test('nothing of the fragments stays in the index: no mvex, no edit list; what describes the pictures does', () => {
  const { init, ledger } = chunksOf(sounding)
  const header = headerOf(progressiveHeader(init, ledger, 20_000))
  for (const type of ['mvex', 'edts', 'elst', 'ctts']) assert.equal(header.includes(type), false, type)
  for (const n of [0, 1]) {
    const was = boxesIn(boxAt(init, 'moov').body).filter(({ type }) => type === 'trak')[n]?.body ?? assert.fail()
    assert.ok(tableOf(header, n, 'stsd').equals(boxAt(was, 'mdia', 'minf', 'stbl', 'stsd').body))
    assert.ok(boxAt(trackOf(header, n), 'mdia', 'hdlr').whole.equals(boxAt(was, 'mdia', 'hdlr').whole))
  }
})

test('the tables tell every sample: its time, its size, its place; and each chunk begins with a key frame', () => {
  const { init } = chunksOf(silent)
  const run = (sizes: number[], payloadOffset = 0, sampleTicks = 3_600) => ({
    track: 1,
    payloadOffset,
    sampleTicks,
    sampleSizes: u32(...sizes),
  })
  const other = { track: 2, payloadOffset: 0, sampleTicks: 1, sampleSizes: u32(1) }
  const ledger: LedgerChunk[] = [
    { payloadBytes: 30, runs: [run([10, 20])] },
    { payloadBytes: 50, runs: [other, run([10, 11], 25)] },
    { payloadBytes: 9, runs: [run([])] },
    { payloadBytes: 5, runs: [run([5], 0, 1_800)] },
  ]
  const header = headerOf(progressiveHeader(init, ledger, 8_192))
  const table = (type: string): number[] => numbers(tableOf(header, 0, type))
  assert.deepEqual(table('stts'), [0, 2, 4, 3_600, 1, 1_800])
  assert.deepEqual(table('stss'), [0, 3, 1, 3, 5])
  assert.deepEqual(table('stsc'), [0, 2, 1, 2, 1, 3, 1, 1])
  assert.deepEqual(table('stsz'), [0, 0, 5, 10, 20, 10, 11, 5])
  assert.deepEqual(table('co64'), [0, 3, 0, 8_192, 0, 8_192 + 30 + 25, 0, 8_192 + 89])
  assert.equal(boxAt(trackOf(header, 0), 'mdia', 'mdhd').body.readUInt32BE(16), 4 * 3_600 + 1_800)
})

test('only pictures have a table of key frames', () => {
  const { init, ledger } = chunksOf(sounding)
  const header = headerOf(progressiveHeader(init, ledger, 20_000))
  tableOf(header, 0, 'stss')
  assert.throws(() => tableOf(header, 1, 'stss'), /no stss/)
})

test('places past 4 GiB and lengths past it are told in full', () => {
  const { init } = chunksOf(silent)
  const large = 3 * 2 ** 31
  const ledger: LedgerChunk[] = [1, 2].map(() => ({
    payloadBytes: large,
    runs: [{ track: 1, payloadOffset: 0, sampleTicks: 3_600, sampleSizes: u32(7) }],
  }))
  const header = progressiveHeader(init, ledger, 8_192)
  assert.equal(tableOf(headerOf(header), 0, 'co64').readBigUInt64BE(16), BigInt(8_192 + large))
  assert.deepEqual([header.readUInt32BE(8_176), header.readBigUInt64BE(8_184)], [1, BigInt(16 + 2 * large)])
})

test('a header that is too small for the index is refused; one that just fits is not', () => {
  const { init, ledger } = chunksOf(silent)
  const full = boxesIn(headerOf(progressiveHeader(init, ledger, 8_192)))
  const least = full.reduce((sum, { type, whole }) => sum + (type === 'free' ? 8 : whole.length), 16)
  assert.equal(progressiveHeader(init, ledger, least).length, least)
  assert.throws(() => progressiveHeader(init, ledger, least - 1), {
    code: 'internal',
    facts: { needed: full[1]?.whole.length ?? 0, reserved: least - 1 },
  })
})

test('wide times are kept wide', () => {
  const { init, ledger } = chunksOf(silent)
  const widened = widen(init)
  const header = headerOf(progressiveHeader(widened, ledger, 8_192))
  assert.equal(boxAt(header, 'moov', 'mvhd').body.readBigUInt64BE(24), 2_920n)
  assert.equal(boxAt(trackOf(header, 0), 'tkhd').body.readBigUInt64BE(28), 2_920n)
  assert.equal(boxAt(trackOf(header, 0), 'mdia', 'mdhd').body.readBigUInt64BE(24), BigInt(73 * 3_600))
  assert.equal(numbers(tableOf(header, 0, 'stsz'))[2], 73)
})

test("people's data of the film stays", () => {
  const { init, ledger } = chunksOf(silent)
  const moov = boxAt(init, 'moov')
  const named = makeBox('moov', moov.body, makeBox('udta', Buffer.from('hello')))
  const kept = boxesIn(boxAt(headerOf(progressiveHeader(named, ledger, 8_192)), 'moov').body).filter(({ type }) => type === 'udta')
  assert.equal(kept.at(-1)?.body.toString(), 'hello')
})

test('the room is enough for any film up to twelve hours, in chunks of any length near the usual, and not wasteful', () => {
  const { init } = chunksOf(silent)
  const seconds = fc.oneof(
    { weight: 20, arbitrary: fc.integer({ min: 1, max: 900 }) },
    { weight: 1, arbitrary: fc.constantFrom(3_600, 43_200) },
  )
  fc.assert(
    fc.property(
      seconds,
      fc.constantFrom(25, 30),
      fc.constantFrom(1, 2, 4),
      fc.integer({ min: 0, max: 29 }),
      (length, fps, chunkSeconds, short) => {
        const frames = length * fps
        const perChunk = fps * chunkSeconds
        const counts = Array.from({ length: Math.ceil(frames / perChunk) }, (_, n) => Math.min(perChunk, frames - n * perChunk))
        if (short > 0 && short < (counts[0] ?? 0)) counts.splice(0, 1, short, (counts[0] ?? 0) - short)
        const ledger = counts.map((count) => ({
          payloadBytes: count,
          runs: [{ track: 1, payloadOffset: 0, sampleTicks: 3_600, sampleSizes: Buffer.alloc(4 * count) }],
        }))
        const room = headerRoom(length, fps, chunkSeconds)
        assert.equal(room % 4_096, 0)
        assert.equal(progressiveHeader(init, ledger, room).length, room)
        assert.ok(room <= frames * 4 + counts.length * 24 + 24 * 4 + 16_384 + 4_096)
      },
    ),
    { numRuns: 40 },
  )
})

test('with sound there is room for its samples too', () => {
  const { init } = chunksOf(sounding)
  for (const seconds of [1, 600, 43_200]) {
    const sound = Math.ceil((seconds * 48_000) / 1_024)
    const chunks = Math.ceil(seconds / 2)
    const share = (n: number): number => Math.floor(((n + 1) * sound) / chunks) - Math.floor((n * sound) / chunks)
    const ledger = Array.from({ length: chunks }, (_, n) => ({
      payloadBytes: 1,
      runs: [
        { track: 1, payloadOffset: 0, sampleTicks: 3_600, sampleSizes: Buffer.alloc(4 * 50) },
        { track: 2, payloadOffset: 0, sampleTicks: 1_024, sampleSizes: Buffer.alloc(4 * share(n)) },
      ],
    }))
    const room = headerRoom(seconds, 25, 2, { sound: true })
    assert.equal(progressiveHeader(init, ledger, room).length, room)
    assert.ok(room <= seconds * 100 + sound * 4 + (chunks + 3) * 36 + 16_384 + 4_096 + seconds * 2)
  }
})

test('an init segment that was damaged or cut is refused as unreadable, and nothing else is ever thrown', () => {
  const { init, ledger } = chunksOf(sounding)
  const damage = fc.array(fc.tuple(fc.nat(init.length - 1), fc.nat(255)), { maxLength: 6 })
  fc.assert(
    fc.property(damage, fc.option(fc.nat(init.length)), (changes, end) => {
      const bytes = Buffer.from(init.subarray(0, end ?? init.length))
      for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value
      try {
        assert.equal(progressiveHeader(bytes, ledger, 32_768).length, 32_768)
      } catch (error) {
        assert.ok(unreadable(error), String(error))
      }
    }),
    { numRuns: 1_000 },
  )
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) =>
      assert.throws(() => progressiveHeader(Buffer.from(bytes), [], 4_096), unreadable),
    ),
  )
})

/** The same init segment with 64-bit times in its headers. */
function widen(buffer: Buffer): Buffer {
  return Buffer.concat(
    boxesIn(buffer).map(({ type, body, whole }) => {
      if (type === 'moov' || type === 'trak' || type === 'mdia') return makeBox(type, widen(body))
      if (type !== 'mvhd' && type !== 'mdhd' && type !== 'tkhd') return whole
      const middle = type === 'tkhd' ? 8 : 4
      const [between, rest] = [body.subarray(12, 12 + middle), body.subarray(16 + middle)]
      return makeFullBox(type, 1, u64(0), u64(0), between, u64(0), rest)
    }),
  )
}
