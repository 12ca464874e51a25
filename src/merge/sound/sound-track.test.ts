import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import fc from 'fast-check'
import { fragmentedFilm, framesOf } from '../../../tests/media/test-films.ts'
import { soundStream } from '../../../tests/media/test-sound.ts'
import { runChild } from '../../base/process.ts'
import { EzrecError } from '../../base/errors.ts'
import { cutStream, payloadOf, placeFragment, readFragment, tracksOf } from '../cmaf.ts'
import { openVerifier } from '../verifier.ts'
import { addSound, addSoundTrack, silentUnit, soundTrack } from './sound-track.ts'
import { readSoundUnits } from './sound-units.ts'

let init: Buffer
let fragments: Buffer[]
let units: Buffer[]
before(async () => {
  const pieces = cutStream().push(await fragmentedFilm(30))
  init = pieces.find(({ is }) => is === 'init')?.bytes ?? assert.fail('no init segment')
  fragments = pieces.flatMap(({ is, bytes }) => (is === 'fragment' ? [bytes] : []))
  units = readSoundUnits()
    .push(await soundStream(2))
    .map(({ data }) => data)
})

/** Each fragment with 18 or 19 units, as 46.875 a second give, placed in the film. */
function withSound(unitsOf: (from: number, end: number) => Buffer[]): Buffer[] {
  let from = 0
  return fragments.map((fragment, n) => {
    const end = Math.ceil(((n + 1) * 10 * 46.875) / 25)
    const made = addSound(fragment, unitsOf(from, end))
    const times = new Map([
      [1, n * 10 * 3_600],
      [soundTrack, from * 1_024],
    ])
    placeFragment(made, n, times)
    from = end
    return made
  })
}

test('pictures stay what they were, and the sound beside them is the units that were given', async () => {
  const made = withSound((from, end) => units.slice(from, end))
  const film = Buffer.concat([addSoundTrack(init), ...made])
  assert.deepEqual(await framesOf(film), await framesOf(Buffer.concat([init, ...fragments])))
  const sound = await runChild('ffmpeg', ['-v', 'error', '-i', 'pipe:0', '-map', '0:a:0', '-c', 'copy', '-f', 'data', 'pipe:1'], {
    input: film,
  })
  assert.equal(sound.stderr, '')
  assert.deepEqual(sound.stdout, Buffer.concat(units.slice(0, 57)))
  for (const [n, fragment] of made.entries()) {
    const { runs, firstIsKey } = readFragment(fragment)
    assert.deepEqual(
      runs.map(({ track, sampleTicks, sampleSizes }) => [track, sampleTicks, sampleSizes.length]),
      [
        [1, 3_600, 10],
        [soundTrack, 1_024, [19, 19, 19][n]],
      ],
    )
    assert.ok(firstIsKey)
    const [pictures, heard] = runs
    assert.equal(
      heard?.payloadOffset,
      pictures?.sampleSizes.reduce((sum, size) => sum + size, 0),
    )
    assert.ok(
      payloadOf(fragment)
        .subarray(0, heard?.payloadOffset)
        .equals(payloadOf(fragments[n] ?? assert.fail())),
    )
  }
})

test('the description names AAC-LC of 48 kHz in one channel, as decoders read it', async () => {
  assert.equal(tracksOf(addSoundTrack(init)).length, 2)
  const film = Buffer.concat([addSoundTrack(init), ...withSound((from, end) => units.slice(from, end))])
  const entries = 'stream=codec_name,codec_tag_string,profile,sample_rate,channels'
  const probe = await runChild('ffprobe', ['-v', 'error', '-select_streams', 'a', '-show_entries', entries, '-of', 'csv=p=0', 'pipe:0'], {
    input: film,
  })
  assert.equal(probe.stdout.toString().trim(), 'aac,LC,mp4a,48000,1')
})

test('the silent unit decodes to silence, beside real ones too', async () => {
  const made = withSound((from, end) => (from < 19 ? units.slice(from, end) : Array.from({ length: end - from }, () => silentUnit)))
  const film = Buffer.concat([addSoundTrack(init), ...made])
  const { stdout, stderr } = await runChild(
    'ffmpeg',
    ['-v', 'error', '-xerror', '-i', 'pipe:0', '-map', '0:a:0', '-f', 's16le', 'pipe:1'],
    { input: film },
  )
  assert.equal(stderr, '')
  assert.equal(stdout.length, 57 * 1_024 * 2)
  assert.ok(stdout.subarray(20 * 1_024 * 2).every((byte) => byte === 0))
})

test('a chunk whose sound does not decode is not taken for a good one', async () => {
  const film = addSoundTrack(init)
  const verifier = openVerifier(film)
  try {
    const [good] = withSound((from, end) => units.slice(from, end))
    assert.equal(await verifier.count(good ?? assert.fail()), 10)
    const [bad] = withSound((from, end) => units.slice(from, end).map((unit, n) => (n === 7 ? Buffer.alloc(unit.length, 0x13) : unit)))
    assert.equal(await verifier.count(bad ?? assert.fail()), -1)
  } finally {
    await verifier.close()
  }
})

test('an init segment or fragment that was damaged is refused as unreadable, and nothing else is thrown', () => {
  const [fragment = assert.fail()] = fragments
  const damage = fc.array(fc.tuple(fc.nat(600), fc.nat(255)), { maxLength: 5 })
  fc.assert(
    fc.property(damage, fc.option(fc.nat(600)), (changes, end) => {
      for (const [whole, work] of [
        [init, (bytes: Buffer) => addSoundTrack(bytes)],
        [fragment, (bytes: Buffer) => addSound(bytes, units.slice(0, 3))],
      ] as const) {
        const bytes = Buffer.from(whole.subarray(0, end ?? whole.length))
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value
        try {
          work(bytes)
        } catch (error) {
          assert.ok(error instanceof EzrecError && error.code === 'media_unreadable', String(error))
        }
      }
    }),
    { numRuns: 1_000 },
  )
})
