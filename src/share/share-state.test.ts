import assert from 'node:assert/strict'
import { test } from 'node:test'
import { arrangementSchema } from '../capture/arrangement.ts'
import type { Recording, StepState } from '../capture/recording.ts'
import type { Video } from '../publish/video.ts'
import { shareStateOf, type Shared } from './share-state.ts'

const startsAtMs = Date.UTC(2026, 4, 2, 17, 30)
const endsAtMs = startsAtMs + 3_600_000

const recordingWith = (state: StepState): Recording => ({
  id: 'r',
  bookingId: 'b',
  rigId: 'rig-1',
  folder: 'f',
  startsAtMs,
  endsAtMs,
  fps: 25,
  cameraWidth: 1280,
  cameraHeight: 720,
  ...arrangementSchema.parse({ layout: 'side-by-side' }),
  sound: false,
  origin: undefined,
  steps: [{ name: 'merge', state, attempts: 0, failedCode: null, failedMessage: null }],
})
const published: NonNullable<Video['published']> = {
  atMs: endsAtMs,
  width: 2560,
  height: 720,
  fps: 25,
  frames: 90_000,
  bytes: 2e9,
  sha256: null,
  status: 'complete',
  verdict: null,
  loudness: null,
}
const video: Video = { id: 'v', recordingId: 'r', objectKey: 'k', headerBytes: 0, bodyBytes: 0, bodyChunks: 0, filmBegun: 0, published }
const shared: Shared = {
  recording: recordingWith('working'),
  booking: { title: 'Court 3', cancelledAtMs: null },
  video: undefined,
  gaps: [],
  pictureFaults: [],
  companions: [],
  fault: null,
  redrawn: [],
  chunks: 5,
}
const at = (nowMs: number, change: Partial<Shared> = {}) => shareStateOf({ ...shared, ...change }, nowMs, { timeZone: 'Europe/Berlin' })

test('a link lives through the whole evening: soon, live, nearly ready, film', () => {
  assert.equal(at(startsAtMs - 1).phase, 'scheduled')
  assert.equal(at(startsAtMs).phase, 'live')
  assert.equal(at(endsAtMs - 1).phase, 'live')
  assert.equal(at(endsAtMs).phase, 'finishing')
  assert.equal(at(endsAtMs, { video }).phase, 'ready')
})

test('the times are told in words, in the venue’s zone', () => {
  const { when, sentence } = at(startsAtMs - 1)
  assert.match(when, /^Saturday,? 2 May 2026, 19:30 to 20:30$/)
  assert.equal(sentence, 'The recording starts at 19:30.')
})

test('there is something to play only from the second chunk on, and not before the match', () => {
  assert.equal(at(startsAtMs + 1, { chunks: 1 }).canPlayLive, false)
  assert.equal(at(startsAtMs + 1, { chunks: 2 }).canPlayLive, true)
  assert.equal(at(endsAtMs + 1).canPlayLive, true)
  assert.equal(at(startsAtMs - 1).canPlayLive, false)
  assert.equal(at(endsAtMs, { video }).canPlayLive, false)
})

test('a cancelled or failed recording says so, unless its film is there all the same', () => {
  const cancelled = { booking: { title: null, cancelledAtMs: 1 } }
  assert.equal(at(startsAtMs, cancelled).phase, 'unavailable')
  assert.match(at(startsAtMs, cancelled).sentence, /cancelled/)
  assert.equal(at(endsAtMs, { recording: recordingWith('failed') }).phase, 'unavailable')
  assert.equal(at(endsAtMs, { recording: recordingWith('failed'), video }).phase, 'ready')
})

test('a film tells its facts, and what each camera missed', () => {
  const gaps = [
    { camera: 'left' as const, firstFrame: 25 * 180, frames: 100, cause: 'camera-ended' },
    { camera: 'right' as const, firstFrame: 25 * 600, frames: 25 * 300, cause: 'stalled' },
    { camera: 'right' as const, firstFrame: 50, frames: 5, cause: 'frames-dropped' },
  ]
  const state = at(endsAtMs, { video: { ...video, published: { ...published, status: 'partial' } }, gaps })
  assert.equal(state.durationSeconds, 3_600)
  assert.equal(state.bytes, 2e9)
  assert.equal(state.partial, true)
  assert.deepEqual(state.gaps, [
    'The left camera was out for 4 s at 19:33:00.',
    'The right camera was out for 5 min at 19:40:00.',
    'Single pictures are missing in one place, 0.2 s in all.',
  ])
})

test('a film tells what stands beside it and what looked wrong; one that is not published tells nothing of it', () => {
  const sheet = { kind: 'rendition', number: 0, objectKey: 'k', width: 1_920, height: 540, bytes: 9, sha256: 'x' } as const
  const change: Partial<Shared> = {
    video,
    pictureFaults: [{ camera: 'right', fault: 'black', firstFrame: 25 * 60, frames: 300 }],
    companions: [sheet, { ...sheet, kind: 'preview' }],
  }
  const { suspicions, preview, thumbnails, rendition } = at(endsAtMs, change)
  assert.deepEqual(suspicions, ["The right camera's picture was black for 12 s at 19:31:00."])
  assert.deepEqual([preview, thumbnails, rendition], [true, false, { width: 1_920, height: 540, bytes: 9 }])
  const early = at(startsAtMs, { ...change, video: undefined })
  assert.deepEqual([early.suspicions, early.preview, early.rendition], [[], false, null])
})

test('a hundred gaps do not make a hundred sentences', () => {
  const gaps = Array.from({ length: 100 }, (_, n) => ({ camera: 'left' as const, firstFrame: n * 100, frames: 50, cause: 'stalled' }))
  const { gaps: told } = at(endsAtMs, { video, gaps })
  assert.equal(told.length, 21)
  assert.equal(told.at(-1), '80 more stretches are missing from one camera.')
})

test('a court that has a name is told by it, beside the title; an untitled booking has its name', () => {
  const told = (title: string | null): readonly string[] => {
    const state = shareStateOf({ ...shared, booking: { title, cancelledAtMs: null } }, startsAtMs, {
      timeZone: 'UTC',
      courtName: 'Court 3',
    })
    return [state.court, state.title]
  }
  assert.deepEqual(
    [told('Final'), told(null)],
    [
      ['Court 3', 'Final'],
      ['Court 3', 'Court 3'],
    ],
  )
  assert.deepEqual([at(startsAtMs).court, at(startsAtMs).title], ['Court 3', 'Court 3'], 'without one it is the title')
})

test('an untitled booking still has a name on its page', () => {
  assert.equal(at(startsAtMs, { booking: { title: '  ', cancelledAtMs: null } }).title, 'Court recording')
  assert.equal(at(startsAtMs, { booking: undefined }).title, 'Court recording')
})

test('a film that is less than the panorama that it was to be says so, and for how long', () => {
  const drawn = (change: Partial<Shared>): readonly string[] => at(endsAtMs, { video, ...change }).drawn
  assert.deepEqual(drawn({}), [])
  assert.deepEqual(drawn({ fault: 'the rig has moved since it was calibrated, by 7.2 pixels, and it could not be fitted again: dark' }), [
    'The two pictures stand side by side: the cameras were moved.',
  ])
  assert.deepEqual(drawn({ fault: 'the rig has no calibration: ./ezrec calibrate' }), [
    'The two pictures stand side by side: no panorama could be made.',
  ])
  const redrawn = [
    { firstFrame: 250, drawn: 'side-by-side' },
    { firstFrame: 1_000, drawn: 'panorama' },
    { firstFrame: 2_500, drawn: 'panorama' },
    { firstFrame: 25_000, drawn: 'side-by-side' },
  ] as const
  assert.deepEqual(drawn({ redrawn }), [
    'From 19:30:10 to 19:30:40 the two pictures stand side by side: the cameras were moved.',
    'From 19:46:40 on the two pictures stand side by side: the cameras were moved.',
  ])
})
