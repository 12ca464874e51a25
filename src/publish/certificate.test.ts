import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { arrangementSchema } from '../capture/arrangement.ts'
import { aTake, fps, grid, startsAtMs } from '../../tests/synthetic-take.ts'
import type { Recording } from '../capture/recording.ts'
import { cameras } from '../capture/take.ts'
import { certificateSchema, type Certificate } from './certificate-form.ts'
import { certificateOf, type CertificateFacts } from './certificate.ts'
import { verdictOf } from './verdict.ts'

const seconds = 60
const frames = seconds * fps

const recording: Recording = {
  id: 'r',
  bookingId: 'b',
  rigId: 'rig',
  folder: 'd/r',
  startsAtMs,
  endsAtMs: startsAtMs + seconds * 1_000,
  fps,
  cameraWidth: 640,
  cameraHeight: 360,
  sound: false,
  ...arrangementSchema.parse({ layout: 'side-by-side' }),
  origin: { bootId: grid.bootId, us: grid.originUs },
  steps: [{ name: 'check', state: 'done', attempts: 0, failedCode: null, failedMessage: null }],
}
const window = (offsetMs: number) => ({ is: 'measured' as const, offsetMs, wantedFrames: 3, confidence: 5, cells: 1_500, moving: 200 })
const whole = { kept: frames, repeated: 0, missing: 0 }
const facts: CertificateFacts = {
  recording,
  takes: [
    { ...aTake({ fromMs: -5_000, seconds: 70, drift: 100 }), folder: 'd/left' },
    { ...aTake({ camera: 'right', fromMs: -4_983, seconds: 70 }), folder: 'd/right' },
  ],
  erased: new Map(),
  gaps: [],
  pictureFaults: [],
  shown: { left: whole, right: whole },
  damaged: [],
  sync: [{ firstFrame: 0, frames, shift: 3, window: window(137) }],
  video: {
    id: 'v',
    recordingId: 'r',
    objectKey: 'u/d/r.mp4',
    headerBytes: 0,
    bodyBytes: 0,
    bodyChunks: 0,
    filmBegun: 0,
    published: {
      atMs: startsAtMs + 61_000,
      width: 1280,
      height: 360,
      fps,
      frames,
      bytes: 5,
      sha256: 'f'.repeat(64),
      status: 'complete',
      verdict: verdictOf({
        fps,
        framesExpected: frames,
        framesDecoded: frames,
        pictureTicks: [3_600],
        gaps: [],
        pictureFaults: [],
        isInterrupted: false,
      }),
      loudness: null,
    },
  },
  clockOf: () => ({ trusted: true, synchronized: true }),
  softwareVersion: '1.2.3',
}

test('a whole film is told as such: nothing is missing, nothing is unknown', () => {
  const told = certificateOf(facts)
  assert.deepEqual(certificateSchema.parse(told), told)
  for (const camera of cameras) {
    assert.equal(told.cameras[camera].coverage, 1)
    assert.deepEqual(told.cameras[camera].frames, { expected: frames, ...whole })
    assert.deepEqual(told.cameras[camera].gaps, [])
    // From 5 s before the start to 5 s after the end in segments of 4 s: the first lies before the film.
    assert.equal(told.cameras[camera].segments[0]?.file, `d/${camera}/000001.ts`)
    assert.equal(told.cameras[camera].segments.at(-1)?.file, `d/${camera}/000016.ts`)
    assert.equal(told.cameras[camera].segments.length, 16)
  }
  assert.deepEqual(told.notMeasured, [])
  assert.deepEqual(told.clock, { trusted: true, setByTimeServer: true, boots: ['boot-1'] })
  assert.equal(told.film?.sha256, 'f'.repeat(64))
  assert.ok(Math.abs((told.cameras.left.drift?.ppm ?? 0) - 100) < 0.1)
  assert.ok(Math.abs((told.offset?.ms ?? 0) - 17) < 1, JSON.stringify(told.offset))
  assert.equal(told.signed, false)
})

test('each gap has its camera, its cause and its exact times, and ends with the film', () => {
  const { cameras: sides } = certificateOf({
    ...facts,
    gaps: [
      { camera: 'right', firstFrame: 30, frames: 15, cause: 'killed' },
      { camera: 'right', firstFrame: frames - 5, frames: 50, cause: 'stalled' },
    ],
    pictureFaults: [{ camera: 'left', fault: 'black', firstFrame: 100, frames: 75 }],
  })
  assert.deepEqual(sides.left.gaps, [])
  assert.deepEqual(sides.right.gaps, [
    { from: '1970-01-12T13:46:41.200Z', to: '1970-01-12T13:46:41.800Z', fromSeconds: 1.2, seconds: 0.6, frames: 15, cause: 'killed' },
    { from: '1970-01-12T13:47:39.800Z', to: '1970-01-12T13:47:40.000Z', fromSeconds: 59.8, seconds: 0.2, frames: 5, cause: 'stalled' },
  ])
  assert.equal(sides.right.coverage, 0.9866)
  assert.deepEqual(sides.left.pictureFaults, [
    { from: '1970-01-12T13:46:44.000Z', to: '1970-01-12T13:46:47.000Z', fromSeconds: 4, seconds: 3, fault: 'black' },
  ])
})

test('an offset that was measured from the pictures stands beside the one of the clocks, under its own name', () => {
  const none = { is: 'refused' as const, why: 'nothing-moves' as const, cells: 1_500, moving: 0 }
  const chunk = (n: number) => ({ firstFrame: n * 150, frames: 150, shift: n < 2 ? 0 : 3 })
  const sync = Array.from({ length: 10 }, (_, n) => ({ ...chunk(n), window: n === 4 ? window(900) : n === 5 ? none : window(137) }))
  const told = certificateOf({ ...facts, sync })
  assert.deepEqual(told.offsetFromPictures, {
    ms: 137,
    residualMs: 0,
    windows: 8,
    outliers: 1,
    correctedFrames: { first: 0, last: 3 },
  })
  assert.ok(Math.abs((told.offset?.ms ?? 0) - 17) < 1)
  const still = certificateOf({ ...facts, sync: sync.map((each) => ({ ...each, window: none })) })
  assert.equal(still.offsetFromPictures, null)
  assert.deepEqual(
    still.notMeasured.map(({ what }) => what),
    ['offsetFromPictures'],
  )
})

test('an offset that no picture told is null with the reason and the error to be expected; the uncertainty is of the clocks alone', () => {
  const { sync: _, ...unsynced } = facts
  const why = (more: Partial<CertificateFacts>): string => {
    const told = certificateOf({ ...unsynced, ...more })
    assert.equal(told.offsetFromPictures, null)
    assert.deepEqual(
      told.notMeasured.map(({ what }) => what),
      ['offsetFromPictures'],
    )
    return told.notMeasured[0]?.why ?? ''
  }
  const expected = /The capture clocks alone .* the error to be expected .* offset\.uncertaintyMs does not cover/
  assert.match(why({}), expected)
  assert.match(
    why({ unsyncedBecause: 'the rig has no calibration: ./ezrec calibrate' }),
    /^the rig has no calibration: .\/ezrec calibrate\. The/,
  )
  assert.match(why({ unsyncedBecause: 'the rig has no calibration: ./ezrec calibrate' }), expected)
  assert.match(why({ recording: { ...recording, layout: 'single' } }), /one camera at a time/)
  assert.match(why({ recording: { ...recording, calibration: '{}' } }), /not kept any more/)
})

test('what is not known is null, and says why', () => {
  const { origin: _, ...rest } = recording
  const told = certificateOf({
    ...facts,
    recording: { ...rest, origin: undefined },
    shown: { left: { kept: frames - 1, repeated: 0, missing: 0 }, right: { kept: 0, repeated: 0, missing: 0 } },
    video: undefined,
    sync: undefined,
  })
  assert.deepEqual(
    told.notMeasured.map(({ what }) => what),
    [
      'cameras.left.frames',
      'cameras.left.drift',
      'cameras.right.frames',
      'cameras.right.drift',
      'offset',
      'offsetFromPictures',
      'clock.trusted',
      'clock.setByTimeServer',
      'film',
    ],
  )
  assert.deepEqual(told.cameras.left.segments, [])
})

test('one untrusted start of the machine makes the whole untrusted; one that nobody judged makes it unknown', () => {
  const second = { ...aTake({ fromMs: 30_000, seconds: 40, bootId: 'boot-2' }), folder: 'd/left-2' }
  const first = { ...aTake({ fromMs: -5_000, seconds: 30 }), folder: 'd/left' }
  const takes = [first, second]
  const clockOf = (boot: string) => (boot === 'boot-2' ? { trusted: false, synchronized: false } : { trusted: true, synchronized: true })
  assert.deepEqual(certificateOf({ ...facts, takes, clockOf }).clock, {
    trusted: false,
    setByTimeServer: false,
    boots: ['boot-1', 'boot-2'],
  })
  const unjudged = certificateOf({ ...facts, takes, clockOf: (boot) => (boot === 'boot-2' ? undefined : clockOf(boot)) })
  assert.equal(unjudged.clock.trusted, null)
  assert.ok(unjudged.notMeasured.some(({ what }) => what === 'clock.trusted'))
})

test('damaged and erased segments are named as such', () => {
  const [left] = facts.takes
  assert.ok(left)
  const told = certificateOf({ ...facts, damaged: [{ take: left.id, segment: 3 }], erased: new Map([[left.id, new Set([4])]]) })
  assert.deepEqual(told.segmentsReadBack, { done: true, damaged: ['d/left/000003.ts'] })
  assert.deepEqual(
    told.cameras.left.segments.filter(({ erased }) => erased).map(({ file }) => file),
    ['d/left/000004.ts'],
  )
})

test('whatever the facts, the same facts give the same bytes, nothing is claimed beyond them, and each null has its reason', () => {
  const gap = fc.record({
    camera: fc.constantFrom(...cameras),
    firstFrame: fc.integer({ min: 0, max: frames + 100 }),
    frames: fc.integer({ min: 1, max: 200 }),
    cause: fc.constantFrom('killed', 'stalled'),
  })
  const take = fc.record({
    camera: fc.constantFrom(...cameras),
    fromMs: fc.integer({ min: -90_000, max: 80_000 }),
    seconds: fc.integer({ min: 1, max: 90 }),
    drift: fc.integer({ min: -300, max: 300 }),
    bootId: fc.constantFrom('boot-1', 'boot-2'),
  })
  fc.assert(
    fc.property(fc.array(gap, { maxLength: 5 }), fc.array(take, { maxLength: 4 }), fc.boolean(), (gaps, given, published) => {
      const takes = given.map((each, n) => ({ ...aTake(each), id: `take-${n}`, folder: `d/${n}` }))
      const now: CertificateFacts = { ...facts, gaps, takes, video: published ? facts.video : undefined }
      const told = certificateOf(now)
      assert.equal(JSON.stringify(told), JSON.stringify(certificateOf(structuredCloneFacts(now))))
      assert.deepEqual(certificateSchema.parse(JSON.parse(JSON.stringify(told))), told)
      for (const camera of cameras) {
        const hole = told.cameras[camera].gaps.some(({ frames: count }) => count > 0)
        assert.equal(told.cameras[camera].coverage === 1, !hole)
      }
      assert.deepEqual(nullsOf(told).toSorted(), told.notMeasured.map(({ what }) => what).toSorted())
      assert.ok(told.notMeasured.every(({ why }) => why !== ''))
    }),
  )
})

const structuredCloneFacts = ({ clockOf, ...rest }: CertificateFacts): CertificateFacts => ({ ...structuredClone(rest), clockOf })

function nullsOf(value: Certificate): string[] {
  const walk = (each: unknown, name: string): string[] => {
    if (each === null) return [name]
    if (typeof each !== 'object') return []
    return Object.entries(each).flatMap(([key, inner]) => walk(inner, name === '' ? key : `${name}.${key}`))
  }
  return walk(value, '')
}
