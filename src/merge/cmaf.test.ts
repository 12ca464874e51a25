import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import fc from 'fast-check'
import { fragmentedFilm, fragmentedFilmWithSound, framesOf, smallFilm } from '../../tests/media/test-films.ts'
import { EzrecError } from '../base/errors.ts'
import { boxAt, boxesIn, makeBox, makeFullBox, u32, u64 } from './boxes.ts'
import { cutStream, payloadOf, placeFragment, readFragment, sampleDescriptions, tracksOf, type Piece } from './cmaf.ts'

const unreadable = (error: unknown): boolean => error instanceof EzrecError && error.code === 'media_unreadable'
const cutAll = (stream: Buffer): Piece[] => cutStream().push(stream)
const fragmentsOf = (stream: Buffer): Buffer[] => cutAll(stream).flatMap(({ is, bytes }) => (is === 'fragment' ? [bytes] : []))
const initOf = (stream: Buffer): Buffer => cutAll(stream).find(({ is }) => is === 'init')?.bytes ?? assert.fail('no init segment')

let silent: Buffer
let sounding: Buffer
before(async () => {
  silent = await fragmentedFilm(25)
  sounding = await fragmentedFilmWithSound(1)
})

test("the encoder's stream is cut into its init segment and a fragment for each group, however it arrives", () => {
  const whole = cutAll(silent)
  assert.deepEqual(
    whole.map(({ is }) => is),
    ['init', 'fragment', 'fragment', 'fragment'],
  )
  fc.assert(
    fc.property(fc.array(fc.nat(silent.length), { maxLength: 12 }), (cuts) => {
      const stream = cutStream()
      const places = [0, ...cuts.toSorted((a, b) => a - b), silent.length]
      const pieces = places.slice(1).flatMap((end, n) => stream.push(silent.subarray(places[n], end)))
      assert.ok(pieces.length === whole.length && pieces.every(({ is, bytes }, n) => is === whole[n]?.is && bytes.equals(whole[n].bytes)))
    }),
    { numRuns: 40 },
  )
})

test('a fragment tells its samples: sizes that fill the payload, one duration, a key frame first', () => {
  const fragments = fragmentsOf(silent).map(readFragment)
  assert.deepEqual(
    fragments.map(({ runs }) => runs.map(({ track, sampleTicks, sampleSizes }) => [track, sampleTicks, sampleSizes.length])),
    [[[1, 3_600, 10]], [[1, 3_600, 10]], [[1, 3_600, 5]]],
  )
  for (const { runs, payloadBytes, firstIsKey } of fragments) {
    assert.equal(firstIsKey, true)
    assert.equal(runs[0]?.payloadOffset, 0)
    assert.equal(
      runs[0].sampleSizes.reduce((a, b) => a + b, 0),
      payloadBytes,
    )
  }
})

test('of a film with sound each track has its own run, side by side in the payload', () => {
  const { runs, payloadBytes } = readFragment(fragmentsOf(sounding)[1] ?? assert.fail())
  assert.deepEqual(
    runs.map(({ track }) => track),
    [1, 2],
  )
  const bytes = runs.map(({ sampleSizes }) => sampleSizes.reduce((a, b) => a + b, 0))
  assert.deepEqual([runs[0]?.payloadOffset, runs[1]?.payloadOffset], [0, bytes[0]])
  assert.equal((bytes[0] ?? 0) + (bytes[1] ?? 0), payloadBytes)
  assert.equal(runs[1]?.sampleTicks, 1_024)
  assert.equal(tracksOf(initOf(sounding)).length, 2)
})

test('a fragment that is moved keeps its pictures and gets its number and times, for every track', async () => {
  const [first, second] = fragmentsOf(sounding).map((bytes) => Buffer.from(bytes))
  assert.ok(first && second)
  const before = payloadOf(second)
  placeFragment(
    second,
    41,
    new Map([
      [1, 2 ** 33 + 5],
      [2, 77],
    ]),
  )
  const moof = boxAt(second, 'moof').body
  assert.equal(boxAt(moof, 'mfhd').body.readUInt32BE(4), 42)
  const times = boxesIn(moof)
    .filter(({ type }) => type === 'traf')
    .map(({ body }) => boxAt(body, 'tfdt').body.readBigUInt64BE(4))
  assert.deepEqual(times, [2n ** 33n + 5n, 77n])
  assert.ok(payloadOf(second).equals(before))
  assert.throws(() => placeFragment(first, 0, new Map([[1, 0]])), unreadable)
  const [group] = fragmentsOf(silent).map((bytes) => Buffer.from(bytes))
  assert.ok(group)
  placeFragment(group, 1, new Map([[1, 90_000]]))
  const frames = await framesOf(Buffer.concat([initOf(silent), group]))
  assert.equal(frames.length, 10)
})

test('a restarted encoder describes its pictures as before, whatever the preset; one of another size does not', async () => {
  const [other, larger] = [
    await fragmentedFilm(5, { ...smallFilm, preset: 'veryfast', crf: 20 }),
    await fragmentedFilm(5, { ...smallFilm, width: 320 }),
  ]
  assert.ok(sampleDescriptions(initOf(silent)).equals(sampleDescriptions(initOf(other))))
  assert.ok(!sampleDescriptions(initOf(silent)).equals(sampleDescriptions(initOf(larger))))
})

// A fragment by hand: one track of two samples of 3 and 4 bytes.

type Hand = { tfhd?: Buffer; trun?: (at: number) => Buffer; extra?: Buffer }
const tfhd = (flags: number, ...fields: number[]): Buffer => makeBox('tfhd', u32(flags, 1, ...fields))
const trun = (flags: number, ...fields: number[]): Buffer => makeBox('trun', u32(flags, ...fields))

/** `trun` gets where the payload begins. */
function byHand(hand: Hand): Buffer {
  const header = hand.tfhd ?? tfhd(0x20028, 100, 0)
  const run = hand.trun ?? ((at: number) => trun(0x201, 2, at, 3, 4))
  const make = (at: number): Buffer =>
    makeBox(
      'moof',
      makeFullBox('mfhd', 0, u32(1)),
      makeBox('traf', header, makeFullBox('tfdt', 1, u64(0)), run(at), hand.extra ?? Buffer.alloc(0)),
    )
  return Buffer.concat([make(make(0).length + 8), makeBox('mdat', Buffer.alloc(7))])
}

test('what a run leaves out is told by its track; what it tells itself holds', () => {
  assert.deepEqual(readFragment(byHand({})), {
    runs: [{ track: 1, payloadOffset: 0, sampleTicks: 100, sampleSizes: [3, 4] }],
    payloadBytes: 7,
    firstIsKey: true,
  })
  const told = readFragment(byHand({ tfhd: tfhd(0x2003a, 1, 50, 3, 0x10000), trun: (at) => trun(0x1, 2, at + 1) }))
  assert.deepEqual(told, {
    runs: [{ track: 1, payloadOffset: 1, sampleTicks: 50, sampleSizes: [3, 3] }],
    payloadBytes: 7,
    firstIsKey: false,
  })
  const own = readFragment(byHand({ trun: (at) => trun(0xf05, 2, at, 0, 9, 3, 0x10000, 0, 9, 4, 0x10000, 0) }))
  assert.deepEqual([own.runs[0]?.sampleTicks, own.runs[0]?.sampleSizes, own.firstIsKey], [9, [3, 4], true])
  assert.equal(readFragment(byHand({ trun: (at) => trun(0x701, 2, at, 9, 3, 0x10000, 9, 4, 0) })).firstIsKey, false)
  assert.equal(readFragment(byHand({ trun: (at) => trun(0x701, 2, at, 9, 3, 0, 9, 4, 0x10000) })).firstIsKey, true)
  assert.deepEqual(readFragment(byHand({ trun: (at) => trun(0x201, 0, at) })).runs[0]?.sampleTicks, 0)
})

test('a fragment is a key one only when every track of it begins with one', () => {
  const one = (flags: number): Buffer => makeBox('traf', tfhd(0x20038, 1, 1, flags), makeFullBox('tfdt', 1, u64(0)), trun(0x1, 1, 0))
  const both = (a: number, b: number): boolean => {
    const moof = makeBox('moof', makeFullBox('mfhd', 0, u32(1)), one(a), one(b))
    for (const at of [0, 1].map((n) => moof.indexOf('trun', n === 0 ? 0 : moof.indexOf('trun') + 4) + 12))
      moof.writeInt32BE(moof.length + 8, at)
    return readFragment(Buffer.concat([moof, makeBox('mdat', Buffer.alloc(1))])).firstIsKey
  }
  assert.deepEqual([both(0, 0), both(0x10000, 0), both(0, 0x10000)], [true, false, false])
})

test('a fragment that could not be kept as one run a track is refused', () => {
  const refused: readonly (readonly [Hand, RegExp])[] = [
    [{ trun: (at) => trun(0x301, 2, at, 9, 3, 8, 4) }, /differ in duration/],
    [{ extra: trun(0x201, 1, 0, 3) }, /not in one piece/],
    [{ tfhd: tfhd(0x29, 0, 0, 100, 0) }, /do not count from their fragment/],
    [{ trun: (at) => trun(0x201, 2, at, 3, 5) }, /outside their fragment/],
    [{ trun: (at) => trun(0x201, 2, at - 1, 3, 4) }, /outside their fragment/],
    [{ trun: (at) => trun(0x201, 2, at + 1, 3, 4) }, /outside their fragment/],
    [{ trun: () => trun(0x201, 2, -1, 3, 4) }, /outside their fragment/],
    [{ trun: () => trun(0x200, 2, 3, 4) }, /outside their fragment/],
    [{ trun: (at) => trun(0x1, 8, at) }, /more samples than bytes/],
    [{ trun: (at) => trun(0x1, 0xffffffff, at) }, /more samples than bytes/],
    [{ trun: (at) => trun(0x201, 3, at, 1, 1) }, /ends in the middle/],
    [{ tfhd: tfhd(0x28, 100) }, /ends in the middle/],
  ]
  for (const [hand, message] of refused) assert.throws(() => readFragment(byHand(hand)), { code: 'media_unreadable', message })
  assert.throws(() => readFragment(makeBox('mdat', Buffer.alloc(3))), /no moof/)
  assert.throws(() => readFragment(makeBox('moof')), /no mdat/)
})

test('a run may have as many samples as its payload has bytes', () => {
  const { runs } = readFragment(byHand({ tfhd: tfhd(0x20038, 100, 1, 0), trun: (at) => trun(0x1, 7, at) }))
  assert.deepEqual(runs[0]?.sampleSizes, [1, 1, 1, 1, 1, 1, 1])
})

test('a narrow decode time is written narrow', () => {
  const fragment = Buffer.concat([
    makeBox('moof', makeFullBox('mfhd', 0, u32(1)), makeBox('traf', tfhd(0), makeFullBox('tfdt', 0, u32(0)))),
    makeBox('mdat'),
  ])
  placeFragment(fragment, 0, new Map([[1, 99]]))
  assert.equal(boxAt(fragment, 'moof', 'traf', 'tfdt').body.readUInt32BE(4), 99)
})

test('a stream that is no film of boxes is refused, not waited for', () => {
  assert.throws(() => cutStream().push(Buffer.alloc(100)), unreadable)
  assert.throws(() => cutStream().push(Buffer.concat([u32(1), Buffer.from('free'), u64(9), Buffer.alloc(40)])), unreadable)
  assert.deepEqual(cutStream().push(Buffer.from([0, 0, 0])), [])
})

test('an index at the end of the stream is no part of any chunk', () => {
  const stream = cutStream()
  stream.push(silent)
  const [after] = stream.push(Buffer.concat([makeBox('mfra', Buffer.alloc(9)), fragmentsOf(silent)[0] ?? Buffer.alloc(0)]))
  assert.ok(after?.bytes.equals(fragmentsOf(silent)[0] ?? Buffer.alloc(0)))
})

test('of a fragment that was damaged anywhere, or cut, nothing but media_unreadable is ever thrown', () => {
  const [fragment] = fragmentsOf(sounding)
  assert.ok(fragment)
  const header = boxAt(fragment, 'moof').whole.length + 8
  const damage = fc.array(fc.tuple(fc.nat(header - 1), fc.nat(255)), { minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(damage, fc.option(fc.nat(fragment.length)), (changes, end) => {
      const bytes = Buffer.from(fragment.subarray(0, end ?? fragment.length))
      for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value
      try {
        readFragment(bytes)
        placeFragment(
          bytes,
          3,
          new Map([
            [1, 5],
            [2, 6],
          ]),
        )
        payloadOf(bytes)
      } catch (error) {
        assert.ok(unreadable(error), String(error))
      }
    }),
    { numRuns: 1_000 },
  )
})
